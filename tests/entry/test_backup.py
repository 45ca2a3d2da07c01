"""Promises of backup and restore, on real servers: the copy equals the original and goes on."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from nightmarket.entry import backup as backups
from nightmarket.entry.drain import drain
from nightmarket.infra import dump, fingerprints, postgres
from nightmarket.infra.db import Database
from nightmarket.infra.services import Services
from nightmarket.infra.settings import Settings
from tests.builders import accounts as people
from tests.builders import moderation as build


def ignore(what: str, fraction: float) -> None:
    """Nobody watches the progress."""
    assert what
    assert 0 <= fraction <= 1


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Settings]:
    """Another machine: an empty data directory and a cluster of its own, which begins to count."""
    data = tmp_path / "another"
    embedded = postgres.start(data, postgres.TUNING_FOR_TESTS)
    yield Settings(data_directory=data, database_url=embedded.url())
    embedded.stop()


async def lived_in(services: Services) -> Settings:
    """A market with a person, facts heard and not heard, and files."""
    async with services.database.transaction() as tx:
        await people.account(tx, services, handle="ada", name="Ada 愛")
        await build.handed_in(tx, services)
    await drain(services)
    async with services.database.transaction() as tx:
        await people.account(tx, services, handle="grace")
    await services.storage.put_bytes("abc/720.mp4", b"film" * 1000, "video/mp4")
    root = services.settings.data_directory
    (root / "secret.key").write_bytes(b"s" * 32)
    (root / "secret.key").chmod(0o600)
    (root / "uploads").mkdir(exist_ok=True)
    (root / "uploads" / "half").write_bytes(b"half an upload")
    (root / "logs").mkdir()
    (root / "logs" / "web.log").write_text("not worth keeping")
    return services.settings


def read(settings: Settings) -> dict[str, fingerprints.Fingerprint]:
    """Every table's row count and checksum now."""
    with psycopg.connect(settings.database_url) as connection:
        return fingerprints.fingerprints(connection, lambda _: None)


async def test_a_restored_copy_equals_the_original_and_goes_on(
    services: Services, fresh: Settings, tmp_path: Path
) -> None:
    """Tables, files and what listeners still have to hear; then new facts are heard once."""
    settings = await lived_in(services)
    seen: list[str] = []

    made = backups.backup(settings, tmp_path / "copy", lambda what, _: seen.append(what))
    kept = backups.restore(fresh, tmp_path / "copy", ignore)

    assert set(seen) == {"database", "checksums", "files"}
    assert kept == made
    assert read(fresh) == read(settings) == made.tables
    assert made.tables["identity_account"].rows == 2
    assert (fresh.data_directory / "media/ab/abc/720.mp4").read_bytes() == b"film" * 1000
    assert (fresh.data_directory / "uploads/half").read_bytes() == b"half an upload"
    assert not (fresh.data_directory / "secret.key").exists()
    assert not (fresh.data_directory / "logs" / "web.log").exists()

    database = Database(fresh.database_url, connections_max=4)
    await database.open()
    copy = replace(services, settings=fresh, database=database)
    await drain(copy)
    async with database.transaction() as tx:
        await people.account(tx, copy, handle="edsger")
    await drain(copy)
    async with database.transaction() as tx:
        found = await tx.column(str, "SELECT handle FROM search_person ORDER BY handle")
    await database.close()
    assert found == ["ada", "edsger", "grace"]


async def test_a_server_before_17_is_filled_by_a_script(
    services: Services, fresh: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our pg_restore sets what such a server does not know; the copy is equal all the same."""
    settings = await lived_in(services)
    monkeypatch.setattr(dump, "KNOWS_TRANSACTION_TIMEOUT", 10**9)

    made = backups.backup(settings, tmp_path / "copy", ignore)
    backups.restore(fresh, tmp_path / "copy", ignore)

    assert read(fresh) == made.tables


async def test_restore_refuses_a_place_that_is_not_empty(
    services: Services, fresh: Settings, tmp_path: Path
) -> None:
    """And changes nothing there."""
    settings = await lived_in(services)
    backups.backup(settings, tmp_path / "copy", ignore)
    before = read(settings)

    with pytest.raises(backups.CannotBackUp, match="is there already"):
        backups.restore(settings, tmp_path / "copy", ignore)
    empty = replace(settings, data_directory=tmp_path / "empty")
    with pytest.raises(backups.CannotBackUp, match="database is not empty"):
        backups.restore(empty, tmp_path / "copy", ignore)

    assert read(settings) == before
    assert not (tmp_path / "empty").exists()
    del fresh


def damage_dump(copy: Path) -> None:
    """One bit of the dump."""
    content = bytearray((copy / "database.dump").read_bytes())
    content[len(content) // 2] ^= 1
    (copy / "database.dump").write_bytes(bytes(content))


def damage_file(copy: Path) -> None:
    """One bit of a film."""
    (copy / "files/media/ab/abc/720.mp4").write_bytes(b"other" * 1000)


def lose_manifest(copy: Path) -> None:
    """A backup that was interrupted."""
    (copy / "manifest.json").unlink()


def name_outside(copy: Path) -> None:
    """A manifest somebody tampered with."""
    manifest: dict[str, Any] = json.loads((copy / "manifest.json").read_bytes())
    manifest["files"]["../outside"] = manifest["files"]["uploads/half"]
    (copy / "manifest.json").write_text(json.dumps(manifest))


def keep_media_elsewhere(copy: Path) -> None:
    """A backup of a market whose media lies in a bucket."""
    manifest: dict[str, Any] = json.loads((copy / "manifest.json").read_bytes())
    manifest["storage"] = "s3"
    (copy / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (damage_dump, "is damaged"),
        (damage_file, "differs from the backup in its files: media/ab/abc/720.mp4"),
        (lose_manifest, "not a finished backup"),
        (name_outside, "outside the backup"),
        (keep_media_elsewhere, "is kept in `s3`, but the setting `storage` is `local`"),
    ],
)
async def test_a_damaged_backup_is_told_before_the_database_is_touched(
    services: Services, fresh: Settings, tmp_path: Path, damage: Any, words: str
) -> None:
    """Checksums of dump and files come first."""
    settings = await lived_in(services)
    backups.backup(settings, tmp_path / "copy", ignore)
    damage(tmp_path / "copy")

    with pytest.raises(backups.CannotBackUp, match=words):
        backups.restore(fresh, tmp_path / "copy", ignore)

    assert read(fresh) == {}


async def test_backup_wants_a_place_of_its_own(services: Services, tmp_path: Path) -> None:
    """A folder with something in it is not written to."""
    target = tmp_path / "copy"
    target.mkdir()
    (target / "mine").write_text("mine")

    with pytest.raises(backups.CannotBackUp, match="not empty"):
        backups.backup(services.settings, target, ignore)

    assert [path.name for path in target.iterdir()] == ["mine"]
