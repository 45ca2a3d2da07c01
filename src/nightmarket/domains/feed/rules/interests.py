"""What a viewer said about things, as the scorer and the learner read it. Pure."""

from collections.abc import Iterable

from nightmarket.domains.feed.values.catalogue import Catalogue
from nightmarket.domains.feed.values.interests import (
    LEVEL_MAX,
    Forgotten,
    Interest,
    Kind,
    Thing,
)
from nightmarket.domains.feed.values.query import Tastes


def number_of(catalogue: Catalogue, kind: str, value: str) -> int:
    """Return a thing's number in the catalogue; 0: no video has it."""
    if kind == Kind.HASHTAG:
        return catalogue.tag_names.find(value)
    if kind == Kind.LANGUAGE:
        return catalogue.language_names.find(value)
    return int(value)


def value_of(catalogue: Catalogue, thing: Thing) -> str:
    """Return a thing's value as it is kept: the other way round."""
    kind, number = thing
    if kind is Kind.HASHTAG:
        return catalogue.tag_names.text(number)
    if kind is Kind.LANGUAGE:
        return catalogue.language_names.text(number)
    return str(number)


def asked(catalogue: Catalogue, interests: Iterable[Interest]) -> Tastes:
    """Return what was turned up or down, -1..1; what no video has is passed over."""
    found: dict[str, dict[int, float]] = {kind.value: {} for kind in Kind}
    for one in interests:
        number = number_of(catalogue, one.kind, one.value) if one.level else 0
        if number:
            found[one.kind][number] = max(-1.0, min(1.0, one.level / LEVEL_MAX))
    return Tastes(
        creators=found[Kind.CREATOR],
        tags=found[Kind.HASHTAG],
        sounds=found[Kind.SOUND],
        languages=found[Kind.LANGUAGE],
    )


def forgotten(catalogue: Catalogue, interests: Iterable[Interest]) -> Forgotten:
    """Return until when watches teach nothing about each thing that was ever deleted."""
    return {
        (Kind(one.kind), number): one.forgotten_at_us
        for one in interests
        if one.forgotten_at_us and (number := number_of(catalogue, one.kind, one.value))
    }
