"""The embedded PostgreSQL of an older major version is carried over by the doctor, row by row."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from nightmarket.infra import migrate, postgres
from nightmarket.infra.fingerprints import Fingerprint, fingerprints
from nightmarket.infra.postgres_upgrade import CannotUpgrade, upgrade

OLD = 16
ROWS = 500


def old_house(data: Path) -> dict[str, Fingerprint]:
    """Make a migrated database of the old version with rows in it; returns what is in it."""
    folder = data / postgres.FOLDER
    server = postgres.server_of(folder, OLD)
    server.start()
    server.psql(f"CREATE DATABASE {postgres.DATABASE} ENCODING 'UTF8' TEMPLATE template0;")
    url = str(server.get_uri(postgres.DATABASE))
    migrate.migrate(url)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (id bigint PRIMARY KEY, words text NOT NULL)")
        connection.execute(
            "INSERT INTO kept SELECT n, '屋台 ' || n FROM generate_series(1, %s) AS n", (ROWS,)
        )
    before = prints(url)
    server.stop()
    postgres.forget(server)
    return before


def prints(url: str) -> dict[str, Fingerprint]:
    """Count and sum every table."""
    with psycopg.connect(url) as connection:
        return fingerprints(connection, lambda _: None)


@pytest.mark.skipif(
    OLD not in postgres.pgserver.POSTGRES_VERSIONS, reason="the old version is not in the wheel"
)
def test_the_doctor_carries_the_data_over(tmp_path: Path) -> None:
    """Afterwards the new server starts, every row is there, and the old folder is kept."""
    tmp_path.chmod(0o755)
    before = old_house(tmp_path)
    assert postgres.needs_upgrade(tmp_path)

    command = [sys.executable, "-m", "nightmarket.entry.cli", "doctor", "--upgrade-database"]
    done = subprocess.run(
        [*command, "--data", str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert "carried over" in done.stdout, done.stdout + done.stderr
    assert postgres.version_of(tmp_path) == postgres.TARGET_VERSION
    assert (tmp_path / f"{postgres.FOLDER}.{OLD}").is_dir()
    embedded = postgres.start(tmp_path, postgres.TUNING_FOR_TESTS)
    try:
        assert prints(embedded.url()) == before
    finally:
        embedded.stop()


def test_data_without_its_programs_stays_as_it_is(tmp_path: Path) -> None:
    """The words say what to do instead."""
    folder = tmp_path / postgres.FOLDER
    folder.mkdir()
    (folder / "PG_VERSION").write_text("9\n")

    with pytest.raises(CannotUpgrade, match="make a backup, and restore it"):
        upgrade(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == [postgres.FOLDER]
