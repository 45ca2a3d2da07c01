"""Pure rules that read words as they are handed in: keyword lists by market, and signs of spam."""

import functools
import hashlib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources

from nightmarket.domains.moderation.values import RefKind, Signal, Verdict
from nightmarket.kernel.folding import fold

EVERY = "every"
_THEN = {"queue": Verdict.QUEUED, "hold": Verdict.HELD}
_LINK = re.compile(
    r"https?://|www\.|\b[a-z0-9-]{2,}\.(?:com|net|org|info|top|xyz|shop|click|link)\b"
)
LINKS_MAX = 3
MENTIONS_MAX = 10
RUN = re.compile(r"(.)\1{40,}", re.DOTALL)
SAME_BY_OWNER_MAX = 3
"""The fourth equal comment of one owner within an hour is kept back."""
SAME_BY_ANYONE_MAX = 12
"""The thirteenth equal text of anybody within an hour is looked at: a campaign, or a meme."""
SHORT_LENGTH_MAX = 12
"""Short texts repeat innocently (“so cute!”): repetition counts only above this length."""


@dataclass(frozen=True, slots=True)
class KeywordRule:
    """One entry of the list, compiled for folded text."""

    market: str
    policy: str
    verdict: Verdict
    pattern: re.Pattern[str]


@functools.cache
def keyword_rules() -> tuple[KeywordRule, ...]:
    """Return every rule of words/keywords.toml."""
    text = resources.files("nightmarket.domains.moderation") / "words" / "keywords.toml"
    return tuple(
        KeywordRule(
            entry["market"],
            entry["policy"],
            _THEN[entry["then"]],
            compiled(entry["phrases"], is_word=entry["match"] == "word"),
        )
        for entry in tomllib.loads(text.read_text(encoding="utf-8"))["rule"]
    )


def compiled(phrases: Iterable[str], *, is_word: bool) -> re.Pattern[str]:
    """Return a pattern over folded text that finds any of `phrases`, longest first."""
    folded = sorted((fold(phrase) for phrase in phrases), key=len, reverse=True)
    either = "|".join(re.escape(phrase) for phrase in folded if phrase)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)" if is_word else f"(?:{either})")


def keyword_signals(text: str, market: str) -> list[Signal]:
    """Return what the lists of a market, and those of every market, find in a text."""
    folded = fold(text)
    found = []
    for rule in keyword_rules():
        if rule.market not in {EVERY, market}:
            continue
        hit = rule.pattern.search(folded)
        if hit is not None:
            note = f"the words “{hit.group()}” are on the list of {rule.market}"
            found.append(Signal(rule.verdict, rule.policy, note))
    return found


def spam_signals(
    kind: RefKind, text: str, *, same_by_owner: int, same_by_anyone: int
) -> list[Signal]:
    """Return signs of spam.

    Args:
        kind: comments are kept back at once; videos cost effort and are only looked at.
        text: as handed in.
        same_by_owner: equal texts of this owner in the last hour, this one not counted.
        same_by_anyone: equal texts of anybody in the last hour, this one not counted.
    """
    folded = fold(text)
    worst = Verdict.HELD if kind is RefKind.COMMENT else Verdict.QUEUED
    found = []
    if len(folded) > SHORT_LENGTH_MAX and same_by_owner >= SAME_BY_OWNER_MAX:
        found.append(Signal(worst, "spam", f"the same words {same_by_owner + 1} times in an hour"))
    elif len(folded) > SHORT_LENGTH_MAX and same_by_anyone >= SAME_BY_ANYONE_MAX:
        note = f"the same words {same_by_anyone + 1} times in an hour, by several people"
        found.append(Signal(Verdict.QUEUED, "spam", note))
    if len(_LINK.findall(folded)) > LINKS_MAX:
        found.append(Signal(worst, "spam", "more links than words allow"))
    if folded.count("@") > MENTIONS_MAX:
        found.append(Signal(worst, "spam", "calls more people than a person would"))
    if RUN.search(folded):
        found.append(Signal(Verdict.QUEUED, "spam", "one letter over and over"))
    return found


def worst(signals: Iterable[Signal]) -> Signal | None:
    """Return the strictest signal, the first of equals; None: nothing spoke."""
    order = list(Verdict)
    return max(signals, key=lambda signal: order.index(signal.verdict), default=None)


def print_of(text: str) -> int:
    """Return 63 bits that are equal for texts with equal folded words; 0: no words."""
    folded = fold(text)
    if not folded:
        return 0
    digest = hashlib.blake2b(folded.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def is_listed(text: str, market: str) -> bool:
    """Whether the lists would keep a text back: for words nobody hands in, such as searches."""
    return any(not signal.verdict.is_allowed for signal in keyword_signals(text, market))
