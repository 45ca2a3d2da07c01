"""What a check says: how bad it is, what is so, and what to do about it."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["fine", "careful", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about the house. `what_to_do` empty: nothing."""

    severity: Severity
    what: str
    what_to_do: str = ""


def fine(what: str) -> Finding:
    """All is well."""
    return Finding("fine", what)


def careful(what: str, what_to_do: str) -> Finding:
    """It works, but somebody should look."""
    return Finding("careful", what, what_to_do)


def wrong(what: str, what_to_do: str) -> Finding:
    """Something does not work, or must not stay so."""
    return Finding("wrong", what, what_to_do)
