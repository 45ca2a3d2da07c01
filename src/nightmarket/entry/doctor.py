"""The doctor: says in words what is wrong with a house, and what to do."""

from collections.abc import Callable, Iterable, Iterator

from nightmarket.entry.checks import database, machine, outside, rankers
from nightmarket.entry.checks.finding import Finding, wrong
from nightmarket.entry.process import system_clock
from nightmarket.infra.settings import Settings

__all__ = ["Finding", "examine"]


def examine(settings: Settings) -> list[Finding]:
    """Check everything that can be checked from here; what is wrong comes first.

    Changes nothing, but starts the embedded database for as long as it takes when it rests. A check
    that stumbles is itself a finding, and the others go on.
    """
    now = system_clock()
    checks: dict[str, Callable[[], Iterable[Finding]]] = {
        "Python": machine.python,
        "the data directory": lambda: machine.directory(settings),
        "the disk": lambda: machine.disk(settings),
        "the encoders": machine.codecs,
        "the ports": lambda: machine.ports(settings),
        "the certificates": lambda: machine.certificates(settings, now),
        "the database": lambda: database.examine(settings, now),
        "the storage": lambda: outside.storage(settings),
        "the mail": lambda: outside.mail(settings),
        "the ranker": lambda: machine.ranker(settings, now),
        "the rankers": lambda: rankers.examine(settings),
    }
    found = [one for name, check in checks.items() for one in _guarded(name, check)]
    order = ("wrong", "careful", "fine")
    return sorted(found, key=lambda finding: order.index(finding.severity))


def _guarded(name: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except Exception as error:  # noqa: BLE001  # One stumbling check must not hide the others.
        yield wrong(f"{name} could not be checked: {type(error).__name__}: {error}", "report this")
