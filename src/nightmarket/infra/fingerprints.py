"""Row counts and checksums of every table: what makes two databases equal.

The order columns of logs (`xid8`, and `seq` beside it) are left out: they count one cluster's
transactions and mean nothing in another. How many facts wait for each reader is compared instead.
"""

from collections.abc import Callable
from typing import Any

import msgspec
import psycopg
from psycopg import sql

TABLES = """
SELECT c.relname, array_agg(a.attname ORDER BY a.attname)
    FILTER (WHERE NOT (has.xid8 AND (a.atttypid = 'xid8'::regtype OR a.attname LIKE '%seq')))
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
CROSS JOIN LATERAL (SELECT EXISTS (SELECT 1 FROM pg_attribute x WHERE x.attrelid = c.oid
    AND x.attnum > 0 AND NOT x.attisdropped AND x.atttypid = 'xid8'::regtype) AS xid8) AS has
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
GROUP BY c.relname ORDER BY c.relname
"""
DIGEST = sql.SQL(
    "SELECT count(*), coalesce(sum(('x' || substr(md5(ROW({columns})::text), 1, 16))"
    "::bit(64)::bigint::numeric), 0)::text FROM {table}"
)


class Fingerprint(msgspec.Struct, frozen=True):
    """How many rows a table has, and a sum over their contents that no order changes."""

    rows: int
    checksum: str


def fingerprints(
    connection: psycopg.Connection[Any], report: Callable[[float], None]
) -> dict[str, Fingerprint]:
    """Read every table of the database, in the connection's own transaction."""
    connection.execute("SET LOCAL timezone = 'UTC'")
    connection.execute("SET LOCAL datestyle = 'ISO'")
    tables = connection.execute(TABLES).fetchall()
    found = {}
    for done, (table, columns) in enumerate(tables):
        report(done / len(tables))
        listed = sql.SQL(", ").join(sql.Identifier(column) for column in columns or ())
        query = DIGEST.format(columns=listed, table=sql.Identifier(table))
        row = connection.execute(query).fetchone()
        assert row is not None, table
        found[str(table)] = Fingerprint(int(row[0]), str(row[1]))
    report(1.0)
    return found
