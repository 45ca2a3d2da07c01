"""What parameters, sources and rules are called, in every language of the house."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from types import MappingProxyType
from typing import Any

from nightmarket.domains.feed.rules.weights import PAGE_WEIGHTS, QUALITY_PARTS, WEIGHTS
from nightmarket.domains.ranking.values.heads import CODES
from nightmarket.kernel.words import Words


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words by code.

    `against`: of a parameter that speaks against an item. `sources` has what is no source, too:
    chance, and a viewer who opened it.
    """

    parameters: Mapping[str, Words] = field(hash=False)
    against: Mapping[str, Words] = field(hash=False)
    whys: Mapping[str, Words] = field(hash=False)
    parts: Mapping[str, Words] = field(hash=False)
    heads: Mapping[str, Words] = field(hash=False)
    sources: Mapping[str, Words] = field(hash=False)
    rules: tuple[Words, ...]
    options: tuple[Words, ...]


@functools.cache
def vocabulary() -> Vocabulary:
    """Return what words/weights.toml says; every parameter and part of the table has its words."""
    text = resources.files("nightmarket.domains.feed") / "words" / "weights.toml"
    read = tomllib.loads(text.read_text(encoding="utf-8"))
    found = Vocabulary(
        parameters=_column(read["parameter"], "words"),
        against=_column(read["parameter"], "against"),
        whys=_column(read["parameter"], "why"),
        parts=_column(read["quality_part"], "words"),
        heads=_column(read["head"], "words"),
        sources=_column(read["source"], "words"),
        rules=tuple(Words.of(one) for one in read["rule"]),
        options=tuple(Words.of(one) for one in read["option"]),
    )
    known = {one.code for one in (*WEIGHTS, *PAGE_WEIGHTS)}
    assert found.parameters.keys() == found.whys.keys() == known
    assert found.heads.keys() == set(CODES)
    assert found.parts.keys() == {code for code, _ in QUALITY_PARTS}
    return found


def say(code: str, language: str, *, is_against: bool = False) -> str:
    """Return what a reason or a source is called; a code without words is its own."""
    known = vocabulary()
    against = known.against.get(code) if is_against else None
    found = against or known.parameters.get(code) or known.sources.get(code)
    return code if found is None else found.said(language)


def _column(entries: dict[str, dict[str, Any]], name: str) -> Mapping[str, Words]:
    return MappingProxyType(
        {code: Words.of(entry[name]) for code, entry in entries.items() if name in entry}
    )
