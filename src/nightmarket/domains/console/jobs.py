"""Person-wide work that takes its time: copies, erasure, and what is swept up after it."""

from nightmarket.domains.console.actions.ask_export import JOB as EXPORT_JOB
from nightmarket.domains.console.actions.ask_export import ExportWish
from nightmarket.domains.console.actions.leave import ERASE_JOB, SWEEP_JOB, Leaving, erase, sweep
from nightmarket.domains.console.actions.make_export import drop_expired, make_export
from nightmarket.infra.jobs import Job, Schedule

JOBS = (
    Job(EXPORT_JOB, ExportWish, make_export),
    Job(ERASE_JOB, Leaving, erase, retries=20),
    Job(SWEEP_JOB, Leaving, sweep, retries=20),
)
SCHEDULES = (Schedule("console.drop_exports", "17 * * * *", drop_expired),)
