"""In a full house every query finds its rows by an index; what may read whole tables is named."""

import os
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.sql import crowd
from tests.sql.test_queries import FILES, every_query, prepared

ONCE_IN_A_WHILE = "a schedule runs it at night"
ERASURE = "a person leaves: rare, and nobody waits for it"
REBUILD = "an operator builds the figures anew"
OVERVIEW = "an operator looks at the house"
WHOLE = {
    "outbox_trim": ONCE_IN_A_WHILE,
    "partitions_kept": ONCE_IN_A_WHILE,
    "jobs_counted": OVERVIEW,
    "jobs_stuck": OVERVIEW,
    "tables_sized": OVERVIEW,
    "workers_heard": OVERVIEW,
    "facts_unheard": ERASURE,
    "facts_forget": ERASURE,
    "buried_forget": ERASURE,
    "answers_forget": ERASURE,
    "items_forget": ERASURE,
    "watches_trim": ONCE_IN_A_WHILE,
    "rebuild_exposures": REBUILD,
    "rebuild_watches": REBUILD,
    "rebuild_retention": REBUILD,
    "rebuild_counters_clear": REBUILD,
    "rebuild_counters": REBUILD,
    "export_challenge": "a copy of everything about a person: once a day at most",
    "oauth_codes_trim": ONCE_IN_A_WHILE,
    "oauth_access_trim": ONCE_IN_A_WHILE,
    "contacts_forget": ONCE_IN_A_WHILE,
    "figures": OVERVIEW,
    "erase_reports": ERASURE,
    "erase_items": ERASURE,
    "erase_claims": ERASURE,
    "erase_deciders": ERASURE,
    "erase_appeal_deciders": ERASURE,
    "items_trim": ONCE_IN_A_WHILE,
    "words_trim": ONCE_IN_A_WHILE,
    "sounds_of_creator_delete": ERASURE,
    "trend_clear": ONCE_IN_A_WHILE,
}
"""Queries that may read a whole table, and why nobody waits for them."""
PROMISED = re.compile(r"-- name: (\w+)\n-- .*Uses (?:index )?(\w+)\.")
PARENTS = """
SELECT c.relname, p.relname FROM pg_inherits i
JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
"""
GENERIC_PLANS_SINCE = 160_000
READS_WHOLE = {"Seq Scan", "Parallel Seq Scan"}


@pytest.fixture(scope="module")
def full(server_url: str, template: str) -> Iterator[psycopg.Connection]:
    """A database with thousands of rows in every table, analysed."""
    name = f"nm_full_{os.getpid()}"
    with psycopg.connect(server_url, autocommit=True) as server:
        if server.info.server_version < GENERIC_PLANS_SINCE:
            pytest.skip("PostgreSQL tells plans without parameters since version 16")
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        url = psycopg.conninfo.make_conninfo(server_url, dbname=name)
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                tables = crowd.fill(connection)
                assert len(tables) > 60
                yield connection
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every node of a plan."""
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def plan_of(connection: psycopg.Connection, text: str) -> list[dict[str, Any]]:
    """How the planner would run a query whose parameters it does not know."""
    asked = f"EXPLAIN (GENERIC_PLAN, FORMAT JSON) {prepared(text)}"
    row = connection.execute(asked.encode()).fetchone()
    assert row is not None
    return list(nodes(row[0][0]["Plan"]))


def test_no_query_that_somebody_waits_for_reads_a_whole_table(full: psycopg.Connection) -> None:
    """All queries of the house at once; an exception that is needed no more fails as well."""
    whole = {}
    for _, name, text in every_query():
        read = {
            one["Relation Name"] for one in plan_of(full, text) if one["Node Type"] in READS_WHOLE
        }
        if read:
            whole[name] = sorted(read)

    assert set(whole) == set(WHOLE), whole


def promises() -> dict[str, str]:
    """Query → the index that its comment names."""
    return {
        name: index
        for file in FILES
        for name, index in PROMISED.findall(file.read_text(encoding="utf-8"))
    }


def test_an_index_that_a_query_says_it_uses_is_used(full: psycopg.Connection) -> None:
    """The word in the query's comment is true."""
    parents: dict[str, str] = dict(full.execute(PARENTS.encode()).fetchall())
    wanted, found = promises(), {}
    for _, name, text in every_query():
        if name in wanted:
            used = [one.get("Index Name", "") for one in plan_of(full, text)]
            found[name] = wanted[name] in {parents.get(one, one) for one in used}

    assert len(wanted) > 5
    assert found == dict.fromkeys(wanted, True)
