"""Schedules of assets."""

from nightmarket.domains.assets.actions.discard_upload import sweep
from nightmarket.infra.jobs import Schedule

SCHEDULES = (Schedule("assets.sweep", "*/10 * * * *", sweep),)
