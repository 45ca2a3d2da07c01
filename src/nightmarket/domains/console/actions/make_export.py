"""Make a copy of everything about a person: an archive of tables as JSON, films, pictures."""

import asyncio
import base64
import json
import tempfile
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from nightmarket.domains.console.actions.ask_export import ExportWish
from nightmarket.domains.console.actions.faces import Tables, export_tables
from nightmarket.domains.console.actions.inspect import export_person as inspections_of
from nightmarket.domains.console.actions.mail_export import JOB as MAIL_JOB
from nightmarket.domains.console.rules import limits
from nightmarket.domains.console.store import copies
from nightmarket.domains.console.values import Export, ExportState
from nightmarket.domains.identity import face as identity
from nightmarket.domains.videos import face as videos
from nightmarket.infra import jobs, realtime, telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.infra.storage import NoSuchObject, Storage
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, to_text

SAFE_INTEGER_MAX = 2**53


async def make_export(wish: ExportWish, services: Services) -> None:
    """Make the archive, keep it, tell the person. Running again makes it anew."""
    async with services.database.transaction() as tx:
        export = await copies.export(tx, wish.export_id)
        me = None if export is None else await identity.me(tx, export.account_id)
        if export is None or me is None or export.state is not ExportState.PENDING:
            return
        tables = await export_tables(tx, services, export.account_id)
        tables |= await export_person(tx, export.account_id)
        keys = await _files(tx, export.account_id)
    with tempfile.TemporaryDirectory(dir=_workplace(services), prefix="export-") as folder:
        archive = Path(folder) / "archive.zip"
        await asyncio.to_thread(_write_tables, archive, tables, me.handle)
        for number, key in enumerate(keys):
            await _add_file(services.storage, archive, key, Path(folder) / f"file-{number}")
        size_bytes = archive.stat().st_size
        await services.storage.put(export.key, archive, "application/zip")
    ready = replace(
        export,
        state=ExportState.READY,
        size_bytes=size_bytes,
        finished_at_us=microseconds(services.clock()),
    )
    await _finish(services, ready)


async def _finish(services: Services, ready: Export) -> None:
    """Say that it is ready; a person who left meanwhile gets no file left behind."""
    async with services.database.transaction() as tx:
        if await copies.export(tx, ready.export_id) is None:
            await services.storage.delete_folder(ready.folder)
            return
        await copies.move(tx, ready)
        data = {"export_id": to_text(ready.export_id)}
        await jobs.defer(tx, MAIL_JOB, ExportWish(export_id=ready.export_id))
        await realtime.tell(tx, f"inbox:{to_text(ready.account_id)}", "export_ready", data)
    telemetry.happened("export_made", export_id=ready.export_id, size_bytes=ready.size_bytes)


async def _files(tx: Tx, account_id: AccountId) -> list[str]:
    me = await identity.me(tx, account_id)
    avatar = [f"{me.avatar_key}/large.webp"] if me is not None and me.avatar_key else []
    return [*avatar, *await videos.export_files(tx, account_id)]


def _workplace(services: Services) -> Path:
    place = services.settings.data_directory / "work"
    place.mkdir(parents=True, exist_ok=True)
    return place


def _write_tables(archive: Path, tables: Tables, handle: str) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        listed = {table: len(rows) for table, rows in sorted(tables.items())}
        about = {"handle": handle, "rows_by_table": listed, "notes": NOTES}
        written.writestr("about.json", json.dumps(about, ensure_ascii=False, indent=1))
        for table, rows in sorted(tables.items()):
            text = json.dumps([_safe(row) for row in rows], ensure_ascii=False, indent=1)
            written.writestr(f"tables/{table}.json", text)


NOTES = (
    "Everything this house keeps about you: one file a table, films and pictures under files/. "
    "Columns ending in _at_us are microseconds since 1970, UTC. Whole numbers too large for "
    "JavaScript are written as text. Hashes of passwords and secrets of devices are left out."
)


def _safe(value: Any) -> Any:
    """Write what JSON has no word for, and numbers that readers would round."""
    if isinstance(value, dict):
        return {str(key): _safe(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_safe(entry) for entry in value]
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    is_small = isinstance(value, int) and abs(value) < SAFE_INTEGER_MAX
    return value if is_small or value is None or isinstance(value, str | float) else str(value)


async def _add_file(storage: Storage, archive: Path, key: str, staged: Path) -> None:
    try:
        await storage.fetch(key, staged)
    except NoSuchObject:
        return  # Never made, or deleted since the list was read.
    await asyncio.to_thread(_append, archive, staged, f"files/{key}")
    staged.unlink()


def _append(archive: Path, staged: Path, name: str) -> None:
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_STORED) as written:
        written.write(staged, name)


async def export_person(tx: Tx, account_id: AccountId) -> Tables:
    """Return the copies a person asked for, without their keys, and what they looked into."""
    return await inspections_of(tx, account_id) | {
        "console_export": [
            {
                "export_id": export.export_id,
                "state": export.state.value,
                "size_bytes": export.size_bytes,
                "created_at_us": export.created_at_us,
            }
            for export in await copies.exports_of(tx, account_id)
        ]
    }


async def drop_expired(services: Services, now: datetime) -> None:
    """Delete archives whose week is over, and wishes that were never fulfilled."""
    async with services.database.transaction() as tx:
        late = await copies.expired(tx, microseconds(now), microseconds(now - limits.MAKING_MAX))
    for export in late:
        await services.storage.delete_folder(export.folder)
        is_ready = export.state is ExportState.READY
        state = ExportState.EXPIRED if is_ready else ExportState.FAILED
        async with services.database.transaction() as tx:
            await copies.move(tx, replace(export, state=state))
