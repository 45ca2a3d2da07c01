"""Promises of logs carried to another cluster: order and cursors hold, nothing outranks new rows."""

import psycopg

from nightmarket.infra import rebase


def append(connection: psycopg.Connection, name: str) -> None:
    """One fact in a transaction of its own."""
    connection.execute(
        "INSERT INTO infra_outbox (event_id, name, version, key, market, occurred_at_us, payload) "
        "VALUES (1, %s, 1, 1, 'us', 0, '')",
        [name],
    )
    connection.commit()


def order(connection: psycopg.Connection) -> list[str]:
    """Names of facts in the order readers see."""
    rows = connection.execute("SELECT name FROM infra_outbox ORDER BY xid, seq").fetchall()
    return [row[0] for row in rows]


def test_every_table_with_transaction_numbers_is_known(database_url: str) -> None:
    """A new log must be carried over too, so it must be listed."""
    with psycopg.connect(database_url) as connection:
        found = connection.execute(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE a.atttypid = 'xid8'::regtype AND c.relkind IN ('r', 'p') "
            "AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace"
        ).fetchall()

    listed = {(log.table, "xid") for log in rebase.LOGS}
    listed |= {(log.cursors, "after_xid") for log in rebase.LOGS}
    assert set(found) == listed | set(rebase.UNREAD)


def test_order_and_cursors_hold_and_new_facts_come_after(database_url: str) -> None:
    """Also when it is done twice, as a copy of a copy is."""
    with psycopg.connect(database_url) as connection:
        for name in "abcde":
            append(connection, name)
        connection.execute(
            "INSERT INTO infra_outbox_cursor (listener, after_xid, after_seq) "
            "SELECT 'third', xid, seq FROM infra_outbox WHERE name = 'c'"
        )
        connection.execute("INSERT INTO infra_outbox_cursor (listener) VALUES ('fresh')")
        connection.commit()
        for _ in range(2):
            before = rebase.waiting(connection)
            rebase.rebase(connection)
            connection.commit()
            assert rebase.waiting(connection) == before
        append(connection, "f")

        assert order(connection) == list("abcdef")
        numbers = connection.execute("SELECT DISTINCT xid::text FROM infra_outbox WHERE name < 'f'")
        assert numbers.fetchall() == [("1",)]
        assert rebase.waiting(connection)["infra_outbox/third"] == 3
        assert rebase.waiting(connection)["infra_outbox/fresh"] == 6
