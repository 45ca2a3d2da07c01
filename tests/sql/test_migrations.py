"""Migrations are named, ordered, repeatable, and safe to run twice at once."""

import psycopg

from nightmarket.infra import migrate


def test_names_say_when_they_run() -> None:
    names = sorted(file.stem for file in migrate.folder().glob("*.sql"))

    assert names
    assert all(migrate.NAME.fullmatch(name) for name in names)
    assert len({name[:4] for name in names}) == len(names)


def test_a_second_run_does_nothing(database_url: str) -> None:
    assert migrate.pending(database_url) == ()
    assert migrate.migrate(database_url).applied == ()


def test_times_and_money_carry_their_unit(database_url: str) -> None:
    """Instants are `_at_us` bigints; nothing is kept as a float of money or a naive timestamp."""
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "SELECT table_name || '.' || column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name NOT LIKE 'procrastinate%' "
            "AND table_name NOT LIKE '%yoyo%'"
        ).fetchall()
    kinds: dict[str, str] = dict(rows)

    assert [name for name, kind in kinds.items() if kind.startswith("timestamp")] == []
    wrong = [name for name, kind in kinds.items() if name.endswith("_at_us") and kind != "bigint"]
    assert wrong == []
