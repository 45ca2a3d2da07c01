"""What actions that reach outside are given: built once per process by `entry.wiring`."""

from dataclasses import dataclass
from random import Random

from nightmarket.infra.db import Database
from nightmarket.infra.providers.mail.mailer import Mailer
from nightmarket.infra.settings import Settings
from nightmarket.infra.storage import Storage
from nightmarket.kernel.clock import Now
from nightmarket.kernel.ids import IdMaker


@dataclass(frozen=True, slots=True)
class Services:
    """The outside of one process. Take from it the narrow thing an action needs."""

    settings: Settings
    database: Database
    storage: Storage
    mailer: Mailer
    clock: Now
    ids: IdMaker
    chance: Random
    secret: bytes
