"""Fills every table with many made-up rows, so that the planner plans as it would in a full house."""

import re
from dataclasses import dataclass

import psycopg

ROWS = 6_000
COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
    EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique
        AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum),
    (SELECT string_agg(pg_get_constraintdef(k.oid), ' ') FROM pg_constraint k
        WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum])
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    AND c.relname !~ '^(_|yoyo|procrastinate)'
ORDER BY c.relname, a.attnum
"""
PARTITIONED = "SELECT relkind::text FROM pg_class WHERE oid = %s::regclass"
CHOICE = re.compile(r"'(\w+)'::text")
NOW_US = 1_772_000_000_000_000


@dataclass(frozen=True)
class Column:
    """A column, how it is written, and which words its check allows."""

    table: str
    name: str
    kind: str
    is_key: bool
    check: str

    def value(self, place: int) -> str:
        """SQL of the column's value in row `g`; columns differ in how values repeat."""
        choices = CHOICE.findall(self.check)
        turn = f"(g * {(7, 11, 13, 17, 19, 23)[place % 6]})"
        if choices and self.kind == "text":
            return f"(ARRAY{choices})[(1 + {turn} % {len(choices)})::int]"
        if self.kind in {"bigint", "integer", "smallint", "numeric"}:
            return self._number(turn)
        return {
            "boolean": f"{turn} % 10 = 0",
            "real": "0.5",
            "double precision": "0.5",
            "text": f"'w' || {'g' if self.is_key else turn + ' % 5000'}",
            "bytea": "sha256(g::text::bytea)",
            "uuid": "gen_random_uuid()",
            "date": f"DATE '2026-01-01' + ({turn} % 60)::int",
            "text[]": f"ARRAY['w' || {turn} % 700, 'w' || g % 900]",
            "bigint[]": f"ARRAY[{turn} % 700]::bigint[]",
            "tsvector": f"to_tsvector('simple', 'w' || {turn} % 700)",
            "jsonb": "'{}'::jsonb",
            "json": "'{}'::json",
            "xid8": "pg_current_xact_id()",
        }.get(self.kind, f"'{{}}'::{self.kind}" if self.kind.endswith("[]") else "NULL")

    def _number(self, turn: str) -> str:
        if self.is_key:
            return "g"
        if self.name.endswith("_at_us"):
            return f"{NOW_US} + g * 1000000"
        few = 50 if self.kind == "smallint" else 2000
        return f"{turn} % {few}"


def fill(connection: psycopg.Connection) -> list[str]:
    """Fill, analyse, and return the names of the tables that are full."""
    columns = [
        Column(table, name, kind, is_key, check or "")
        for table, name, kind, is_key, check in connection.execute(COLUMNS).fetchall()
    ]
    connection.execute("SET session_replication_role = replica")  # No foreign keys, no triggers.
    tables = sorted({column.table for column in columns})
    for table in tables:
        mine = [column for column in columns if column.table == table]
        for (constraint,) in connection.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'",
            (table,),
        ).fetchall():
            connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"'.encode())
        if connection.execute(PARTITIONED, (table,)).fetchone() == ("p",):
            rest = f"CREATE TABLE {table}_rest PARTITION OF {table} DEFAULT"
            connection.execute(rest.encode())
        names = ", ".join(column.name for column in mine)
        values = ", ".join(column.value(place) for place, column in enumerate(mine))
        filling = (
            f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {values} "  # noqa: S608  # Names from the catalogue.
            f"FROM generate_series(1, {ROWS}::bigint) g ON CONFLICT DO NOTHING"
        )
        connection.execute(filling.encode())
    connection.execute("ANALYZE")
    return tables
