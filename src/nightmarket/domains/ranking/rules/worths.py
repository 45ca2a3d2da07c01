"""What the heads are worth together, by market and experiment: the table, with some replaced. Pure.

An operator writes the replacements into `worths.toml`; without it the table of heads holds
everywhere. A viewer is in one experiment at most, always the same, and only its market's.
"""

import hashlib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nightmarket.domains.ranking.rules.blend import weights

_POINTS = 1 << 32
_DIGITS = 6


class MisreadWorths(ValueError):
    """The file cannot be read as what it must be; the message says where."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What each head is worth to one page, in the order of the heads; `experiment` empty: none."""

    values: tuple[float, ...]
    experiment: str = ""


@dataclass(frozen=True, slots=True)
class Experiment:
    """Other worths for a `share` of viewers, 0..1; no markets: in all."""

    name: str
    share: float
    markets: frozenset[str]
    changed: Mapping[str, float] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Worths:
    """All that was written down. Experiments divide viewers among them in the order they stand."""

    markets: Mapping[str, Mapping[str, float]] = field(default_factory=dict, hash=False)
    experiments: tuple[Experiment, ...] = ()

    def of_viewer(self, market: str, viewer_id: int) -> Worth:
        """Return what holds for a viewer: the table, the market's changes, the experiment's."""
        changed = self.markets.get(market, {})
        point, passed = _point(viewer_id), 0.0
        for one in self.experiments:
            if passed <= point < passed + one.share and (not one.markets or market in one.markets):
                return _worth({**changed, **one.changed}, one.name)
            passed += one.share
        return _worth(changed)


def _values(changed: Mapping[str, float]) -> tuple[float, ...]:
    """Return them as somebody wrote them, not as the nearest number of the blend's kind."""
    return tuple(round(value, _DIGITS) for value in weights(changed).tolist())


TABLE = Worth(_values({}))
"""Where nothing was replaced."""


def read(text: str) -> Worths:
    """Return what a `worths.toml` says.

    Raises:
        MisreadWorths: no TOML, a head that is none, no number, or shares of more than everybody.
    """
    try:
        found = tomllib.loads(text)
        markets = {name: _changes(table, name) for name, table in _table(found, "markets").items()}
        experiments = tuple(
            _experiment(name, table) for name, table in _table(found, "experiments").items()
        )
    except tomllib.TOMLDecodeError as error:
        raise MisreadWorths(str(error)) from error
    if extra := found.keys() - {"markets", "experiments"}:
        raise MisreadWorths(f"{min(extra)}: neither markets nor experiments")
    if sum(one.share for one in experiments) > 1.0:
        raise MisreadWorths("experiments: their shares add up to more than everybody")
    return Worths(markets, experiments)


def _experiment(name: str, table: Any) -> Experiment:
    share, markets = _table({name: table}, name).get("share"), table.get("markets", [])
    if not isinstance(share, int | float) or not 0 <= share <= 1:
        raise MisreadWorths(f"{name}: share is a number from 0 to 1")
    if not isinstance(markets, list):
        raise MisreadWorths(f"{name}: markets is a list")
    changed = _changes(_table(table, "worths"), name)
    return Experiment(name, float(share), frozenset(map(str, markets)), changed)


def _changes(table: Any, where: str) -> dict[str, float]:
    changed: dict[str, float] = {}
    for code, value in _table({where: table}, where).items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value):
            raise MisreadWorths(f"{where}: {code} is no number")
        changed[code] = float(value)
    try:
        weights(changed)
    except KeyError as error:
        raise MisreadWorths(f"{where}: no head is called {error}") from error
    return changed


def _table(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = found.get(name, {})
    if not isinstance(table, dict):
        raise MisreadWorths(f"{name} is no table")
    return table


def _worth(changed: Mapping[str, float], experiment: str = "") -> Worth:
    return Worth(_values(changed), experiment) if changed or experiment else TABLE


def _point(viewer_id: int) -> float:
    """Return where a viewer stands among all, 0..1, evenly and always at the same place."""
    digest = hashlib.blake2b(viewer_id.to_bytes(8, "big"), digest_size=4, person=b"worths")
    return int.from_bytes(digest.digest()) / _POINTS
