"""How unevenly showings fall on creators. Pure."""

from collections.abc import Iterable

from nightmarket.domains.feed.values.shown import Concentration


def concentration(histogram: Iterable[tuple[int, int]]) -> Concentration:
    """Return how uneven it is; `histogram`: so many items, and how many creators had so many."""
    steps = sorted(histogram)
    assert all(items > 0 and creators > 0 for items, creators in steps), steps
    creators = sum(count for _, count in steps)
    total = sum(items * count for items, count in steps)
    if not creators:
        return Concentration(creators=0, gini=0.0, top_1_share=0.0, top_10_share=0.0)
    before, ranked = 0, 0
    for items, count in steps:
        # The ranks before+1 … before+count, added up.
        ranked += items * (count * before + count * (count + 1) // 2)
        before += count
    return Concentration(
        creators=creators,
        gini=(2 * ranked - (creators + 1) * total) / (creators * total),
        top_1_share=_top(steps, -(-creators // 100)) / total,
        top_10_share=_top(steps, -(-creators // 10)) / total,
    )


def _top(steps: list[tuple[int, int]], wanted: int) -> int:
    found = 0
    for items, count in reversed(steps):
        taken = min(wanted, count)
        found, wanted = found + items * taken, wanted - taken
    return found
