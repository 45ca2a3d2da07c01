"""How the machinery is: listeners, jobs, tables, disk; for the overview and the doctor."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from nightmarket.infra import sql
from nightmarket.infra.db import Tx

QUERIES = sql.load("nightmarket.infra")
TABLES_MAX = 40


@dataclass(frozen=True, slots=True)
class Lag:
    """Facts that wait for a listener; `oldest_at_us` 0: none."""

    listener: str
    waiting: int
    oldest_at_us: int


@dataclass(frozen=True, slots=True)
class Buried:
    """Facts a listener failed on too often, and the end of the last error."""

    listener: str
    facts: int
    last_at_us: int
    error: str


@dataclass(frozen=True, slots=True)
class JobCount:
    """Jobs of one queue in one state, if due; `oldest_s`: how long the oldest of them waits."""

    queue: str
    state: str
    jobs: int
    oldest_s: int


@dataclass(frozen=True, slots=True)
class Stuck:
    """Jobs whose worker is gone."""

    task: str
    jobs: int


@dataclass(frozen=True, slots=True)
class Table:
    """Roughly how many rows a table has, and its bytes with indexes."""

    name: str
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Everything at once."""

    lags: list[Lag]
    buried: list[Buried]
    jobs: list[JobCount]
    stuck: list[Stuck]
    tables: list[Table]
    workers: int
    database_bytes: int
    disk_total_bytes: int
    disk_free_bytes: int


async def health(tx: Tx, data_directory: Path) -> Health:
    """Look at everything; a handful of short queries."""
    disk = shutil.disk_usage(data_directory)
    return Health(
        lags=await tx.rows(Lag, QUERIES["outbox_lag"]),
        buried=await tx.rows(Buried, QUERIES["outbox_buried"]),
        jobs=await tx.rows(JobCount, QUERIES["jobs_counted"]),
        stuck=await tx.rows(Stuck, QUERIES["jobs_stuck"]),
        tables=await tx.rows(Table, QUERIES["tables_sized"], limit=TABLES_MAX),
        workers=await tx.value(int, QUERIES["workers_heard"]) or 0,
        database_bytes=await tx.value(int, QUERIES["database_bytes"]) or 0,
        disk_total_bytes=disk.total,
        disk_free_bytes=disk.free,
    )
