"""Every named query compiles against the migrated schema and keeps to its own domain's tables."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlglot
from sqlglot import exp

from nightmarket.infra import sql

SOURCE = Path(__file__).parents[2] / "src" / "nightmarket"
FILES = sorted(SOURCE.glob("infra/queries.sql")) + sorted(SOURCE.glob("domains/*/queries.sql"))
FOREIGN = {
    "infra": {
        "pg_class",
        "pg_inherits",
        "pg_stat_activity",
        "procrastinate_events",
        "procrastinate_jobs",
        "procrastinate_workers",
    }
}


def every_query() -> list[tuple[str, str, str]]:
    return [
        (file.parent.name, name, text)
        for file in FILES
        for name, text in sql.parse(file.read_text(encoding="utf-8")).items()
    ]


def prepared(text: str) -> str:
    """Turn `%(name)s` into `$n` as PREPARE wants it."""
    numbers: dict[str, int] = {}

    def place(match: re.Match[str]) -> str:
        return f"${numbers.setdefault(match[1], len(numbers) + 1)}"

    return sql.PARAMETER.sub(place, text).replace("%%", "%")


@pytest.fixture(scope="module")
def connection(server_url: str, template: str) -> Iterator[psycopg.Connection]:
    url = psycopg.conninfo.make_conninfo(server_url, dbname=template)
    with psycopg.connect(url, autocommit=True) as open_connection:
        yield open_connection


@pytest.mark.parametrize(("domain", "name", "text"), every_query(), ids=lambda part: str(part)[:40])
def test_it_compiles(connection: psycopg.Connection, domain: str, name: str, text: str) -> None:
    """A renamed column fails here, not at night."""
    connection.execute(f"PREPARE checked AS {prepared(text)}".encode())
    connection.execute("DEALLOCATE checked")


@pytest.mark.parametrize(("domain", "name", "text"), every_query(), ids=lambda part: str(part)[:40])
def test_it_names_its_own_tables_only(domain: str, name: str, text: str) -> None:
    """No coupling through the database: another domain is asked through its face."""
    tree = sqlglot.parse_one(prepared(text), read="postgres")
    inner = {str(cte.alias) for cte in tree.find_all(exp.CTE)}
    tables = {str(table.name) for table in tree.find_all(exp.Table) if table.name} - inner
    allowed = FOREIGN.get(domain, set())
    strangers = {
        one
        for one in tables
        if not one.startswith((f"{domain}_", "excluded")) and one not in allowed
    }

    assert strangers == set(), name


def test_every_table_begins_with_the_name_of_its_owner(connection: psycopg.Connection) -> None:
    owners = {"infra", "eventlog", "procrastinate", *(file.parent.name for file in FILES)}
    rows = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    ).fetchall()
    strangers = [
        name for (name,) in rows if name.lstrip("_").split("_")[0] not in owners | {"yoyo"}
    ]

    assert rows
    assert strangers == []
