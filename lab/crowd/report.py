"""The population's report in Markdown: the same figures as the JSON beside it."""

from collections.abc import Sequence

from lab.crowd.run import Result
from lab.crowd.world import Crowd


def population_page(crowd: Crowd, seed: int, days: int, results: Sequence[Result]) -> str:
    """Return what became of people, makers and uploads under each way to run the feed."""
    head = (
        "| way | came in the last days | long views, first days | last days | topics a page "
        "| Gini of makers | never shown | uploads ≥ 20 | within 2 h | best 5 % against the usual "
        "| counts as without faults |\n" + "|--" * 11 + "|\n"
    )
    faults = "\n".join(
        f"- {one.way}: " + ", ".join(f"{count:,} {name}" for name, count in one.faults.items())
        for one in results
        if any(one.faults.values())
    )
    return (
        f"# A population over {days} days\n\nSeed {seed}; {crowd.people:,} people, "
        f"{crowd.makers} makers, {crowd.uploads_a_day} uploads a day, {crowd.topics} topics, "
        f"{crowd.pages_a_day} pages of {crowd.page} a visit.\n\n{head}"
        + "\n".join(_row(one) for one in results)
        + f"\n\nFaults between players and the log:\n\n{faults}\n"
    )


def _row(one: Result) -> str:
    cells = (
        one.way,
        _percent(one.retention_share),
        f"{one.long_view_rate_first:.3f}",
        f"{one.long_view_rate_last:.3f}",
        f"{one.topics_a_page:.2f}",
        f"{one.creator_gini:.2f}",
        _percent(one.starved_share),
        _percent(one.floor_share),
        _percent(one.floor_two_hours_share),
        f"{one.best_advantage:.1f} times",
        "yes" if one.counts_equal_clean else "NO",
    )
    return f"| {' | '.join(cells)} |"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
