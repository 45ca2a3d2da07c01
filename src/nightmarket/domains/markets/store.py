"""Reads the territories once from their files; an unknown word in one stops the start."""

import functools
import tomllib
from datetime import date
from importlib import resources
from types import MappingProxyType
from typing import Any

from nightmarket.domains.markets.values import (
    Action,
    Basis,
    Duty,
    Effect,
    Market,
    Office,
    Rule,
    Side,
)
from nightmarket.kernel.words import Words


@functools.cache
def territories() -> MappingProxyType[str, Market]:
    """Return every market by code, in the order of the codes."""
    folder = resources.files("nightmarket.domains.markets") / "territories"
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=str)
    found = (read(file.read_text(encoding="utf-8")) for file in files)
    return MappingProxyType({market.code: market for market in found})


def read(text: str) -> Market:
    """Return the market a file describes.

    Raises:
        TypeError, ValueError: an unknown field, action, side or basis.
    """
    content = tomllib.loads(text)
    rules = tuple(_rule(entry) for entry in content.pop("rules"))
    duties = tuple(_duty(entry) for entry in content.pop("duties"))
    languages = tuple(content.pop("languages"))
    market = Market(languages=languages, rules=rules, duties=duties, **content)
    names = [rule.rule for rule in rules]
    assert len(set(names)) == len(names), names
    return market


def act(name: str) -> Action | Office:
    """Return what a rule or a caller names.

    Raises:
        ValueError: neither an action nor an office's.
    """
    return Office(name) if name in set(Office) else Action(name)


def _rule(entry: dict[str, Any]) -> Rule:
    changed = {
        "action": act(entry["action"]),
        "reason": Words.of(entry["reason"]),
        "basis": Basis(entry.get("basis", Basis.LAW)),
        "effect": Effect(entry.get("effect", Effect.REFUSE)),
        "sides": frozenset(Side(side) for side in entry.get("sides", Side)),
        "since": entry.get("since", date.min),
    }
    return Rule(**(entry | changed))


def _duty(entry: dict[str, Any]) -> Duty:
    changed = {
        "reason": Words.of(entry["reason"]),
        "basis": Basis(entry.get("basis", Basis.LAW)),
    }
    return Duty(**(entry | changed))
