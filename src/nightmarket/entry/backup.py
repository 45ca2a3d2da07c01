"""Backup and restore: the database, the files beside it, and a manifest that proves them equal."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from nightmarket.entry.process import system_clock
from nightmarket.entry.supervise import CannotStart
from nightmarket.infra import dump, fingerprints, rebase
from nightmarket.infra.fingerprints import Fingerprint
from nightmarket.infra.settings import Settings

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
FILES = "files"
KEPT = ("media", "uploads", "mails", "c2pa-trust.pem")
"""What a data directory holds that cannot be made anew: not `postgres`, `work` and `logs`, and not
`secret.key` and `settings.toml`: whoever finds a backup must not also find the keys to it."""
CHUNK_BYTES = 1 << 20
DIFFERENCES_SHOWN = 5

Report = Callable[[str, float], None]


class CannotBackUp(CannotStart):
    """The backup or restore cannot go on; the words say why and what to do."""


class File(msgspec.Struct, frozen=True):
    """One file's size and SHA-256."""

    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds. It is written last: a folder without it is not a backup."""

    format: int
    made_at: str
    version: str
    storage: str
    dump: File
    tables: dict[str, Fingerprint]
    waiting: dict[str, int]
    files: dict[str, File]


def backup(settings: Settings, target: Path, report: Report) -> Manifest:
    """Write everything into `target`; people may go on using the market meanwhile.

    Media in S3 stays there: the manifest says so, and the bucket's own versions are its backup.

    Raises:
        CannotBackUp: the target is not empty, or a PostgreSQL program failed.
    """
    if target.exists() and any(target.iterdir()):
        raise CannotBackUp(f"{target} is not empty; name a folder that is not there yet")
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o700)  # It holds everybody's data.
    with dump.snapshot(settings.database_url) as (connection, moment):
        _guarded(
            lambda: dump.dump(
                settings.database_url,
                target / DUMP,
                moment=moment,
                report=lambda done: report("database", done),
            )
        )
        tables = fingerprints.fingerprints(connection, lambda done: report("checksums", done))
        waiting = rebase.waiting(connection)
    files = _copy(settings.data_directory, target / FILES, list(_listed(settings)), report)
    manifest = Manifest(
        format=FORMAT,
        made_at=system_clock().isoformat(),
        version=version("nightmarket"),
        storage=settings.storage,
        dump=_digest(target / DUMP),
        tables=tables,
        waiting=waiting,
        files=files,
    )
    (target / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    return manifest


def restore(settings: Settings, source: Path, report: Report) -> Manifest:
    """Fill an empty database and data directory from a backup, and prove that they equal it.

    Raises:
        CannotBackUp: not a backup, a damaged one, not an empty place, media that is kept
            elsewhere than the settings say, or the copy differs.
    """
    manifest = _read(source)
    _refuse_full(settings)
    if manifest.storage != settings.storage:
        raise CannotBackUp(
            f"the media of this backup is kept in `{manifest.storage}`, but the setting `storage` "
            f"is `{settings.storage}`: set it (and the bucket) first, see docs/howto/backup.md"
        )
    if _digest(source / DUMP) != manifest.dump:
        raise CannotBackUp(f"{source / DUMP} is damaged: its checksum is not the manifest's")
    wanted = [Path(name) for name in manifest.files]
    copied = _copy(source / FILES, settings.data_directory, wanted, report)
    _compare("files", manifest.files, copied)
    _guarded(
        lambda: dump.load(
            settings.database_url, source / DUMP, report=lambda done: report("database", done)
        )
    )
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("SET LOCAL statement_timeout = 0")
        rebase.rebase(connection)
        found = fingerprints.fingerprints(connection, lambda done: report("checksums", done))
        _compare("tables", manifest.tables, found)
        _compare("readers", manifest.waiting, rebase.waiting(connection))
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return manifest


def _read(source: Path) -> Manifest:
    path = source / MANIFEST
    if not path.exists():
        raise CannotBackUp(f"{source} is not a finished backup: it has no {MANIFEST}")
    manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    if manifest.format != FORMAT:
        raise CannotBackUp(f"this backup has format {manifest.format}, this version reads {FORMAT}")
    return manifest


def _refuse_full(settings: Settings) -> None:
    for name in KEPT:
        place = settings.data_directory / name
        is_full = any(place.iterdir()) if place.is_dir() else place.exists()
        if is_full:
            raise CannotBackUp(f"{place} is there already; restore into an empty data directory")
    with psycopg.connect(settings.database_url) as connection:
        if not dump.is_empty(connection):
            raise CannotBackUp("the database is not empty; restore into a new one")


def _listed(settings: Settings) -> Iterator[Path]:
    """Name every file worth keeping, relative to the data directory, in order."""
    root = settings.data_directory
    for name in KEPT:
        place = root / name
        found = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (path.relative_to(root) for path in found if _is_whole(path))


def _is_whole(path: Path) -> bool:
    is_staged = path.name.startswith(".") and path.name.endswith(".part")
    return path.is_file() and not path.is_symlink() and not is_staged


def _copy(source: Path, target: Path, names: list[Path], report: Report) -> dict[str, File]:
    """Copy files and return their digests; one that vanished meanwhile is left out."""
    copied: dict[str, File] = {}
    for done, name in enumerate(names):
        report("files", done / len(names))
        if name.is_absolute() or ".." in name.parts:
            raise CannotBackUp(f"the manifest names a file outside the backup: {name}")
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            copied[name.as_posix()] = _copy_one(source / name, place)
        except FileNotFoundError:
            continue  # Deleted by its owner since the list was made.
    report("files", 1.0)
    return copied


def _copy_one(source: Path, target: Path) -> File:
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as reading, target.open("wb") as writing:
        while chunk := reading.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            writing.write(chunk)
    shutil.copystat(source, target)
    return File(size, digest.hexdigest())


def _digest(path: Path) -> File:
    with path.open("rb") as file:
        return File(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _compare(what: str, wanted: dict[str, Any], found: dict[str, Any]) -> None:
    names = sorted(wanted.keys() | found.keys())
    wrong = [name for name in names if wanted.get(name) != found.get(name)]
    if wrong:
        listed = ", ".join(wrong[:DIFFERENCES_SHOWN])
        more = f" and {len(wrong) - DIFFERENCES_SHOWN} more" if wrong[DIFFERENCES_SHOWN:] else ""
        raise CannotBackUp(f"the copy differs from the backup in its {what}: {listed}{more}")


def _guarded(work: Callable[[], None]) -> None:
    try:
        work()
    except dump.ProgramFailed as error:
        raise CannotBackUp(f"PostgreSQL's program failed: {error}") from error
