"""Migrating: one at a time, and never kept out by somebody who was cut off."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from os import getpid, urandom

import psycopg
import pytest

from nightmarket.infra import migrate


@pytest.fixture
def empty_url(server_url: str) -> Iterator[str]:
    """A database in which nothing is yet."""
    name = f"nm_empty_{getpid()}_{urandom(4).hex()}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        yield psycopg.conninfo.make_conninfo(server_url, dbname=name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_who_was_cut_off_while_migrating_keeps_nobody_out(database_url: str) -> None:
    """What a process leaves that is killed between its lock and its last step."""
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO yoyo_lock (locked, ctime, pid) VALUES (1, now(), 4711)")
    assert migrate.migrate(database_url).applied == ()
    assert migrate.pending(database_url) == ()


def test_two_at_once_apply_everything_once(empty_url: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(migrate.migrate, [empty_url] * 2))
    first, second = sorted((one.applied for one in done), key=len)
    assert first == ()
    assert len(second) == len(list(migrate.folder().glob("*.sql")))
    assert migrate.pending(empty_url) == ()
