"""Pure rules about misspelt words: which words are near, found by leaving letters out.

Two words at most k typing slips apart have a form in common when up to k letters are left out of
each (symmetric deletes). Only the first seven letters are cut, so a word has at most 29 forms.
"""

from collections.abc import Iterable
from itertools import combinations

CUT_LENGTH = 7
LONG_LENGTH_MIN = 8
SHORT_LENGTH_MIN = 4


def slips_max(word: str) -> int:
    """Return how many slips are forgiven: none below four letters, one, two from eight on."""
    if len(word) < SHORT_LENGTH_MIN:
        return 0
    return 2 if len(word) >= LONG_LENGTH_MIN else 1


def cuts(word: str) -> set[str]:
    """Return the forms of a word with up to `slips_max` of its first letters left out."""
    head = word[:CUT_LENGTH]
    return {
        "".join(letter for at, letter in enumerate(head) if at not in left_out)
        for count in range(slips_max(word) + 1)
        for left_out in combinations(range(len(head)), count)
    }


def distance(one: str, other: str) -> int:
    """Return how many slips lie between two words: wrong, missing, added or swapped letters."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, last, row = row[:], before, [at]
        for place, against in enumerate(other, 1):
            cost = min(
                before[place] + 1, row[place - 1] + 1, before[place - 1] + (letter != against)
            )
            is_swap = at > 1 and place > 1 and letter == other[place - 2] and one[at - 2] == against
            row.append(min(cost, last[place - 2] + 1) if is_swap else cost)
    return row[-1]


def nearest(word: str, candidates: Iterable[tuple[str, int]]) -> str | None:
    """Return the nearest known word, the most used of equals; None: none is near enough.

    Args:
        word: as written; never returned itself.
        candidates: (known word, how often it is used).
    """
    ranked = sorted(
        (apart, -uses, known)
        for known, uses in candidates
        if known != word and (apart := distance(word, known)) <= slips_max(word)
    )
    return ranked[0][2] if ranked else None
