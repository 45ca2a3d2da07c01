"""The race's reports in Markdown: the same figures as the JSON beside them, and no others."""

from collections.abc import Callable, Sequence

from lab.race.attack import ACCOUNTS, ATTACK_ROUNDS, Outcome
from lab.race.figures import Figures, Started
from lab.race.scenario import Scenario

FOUND_MIN, LONG_VIEW_MIN = 0.5, 0.28
TARGETS: tuple[tuple[str, Callable[[Figures], bool]], ...] = (
    ("every upload has 20 exposures", lambda one: one.floor_share >= 1.0),
    ("at least 50 % of the best 1 % are found", lambda one: one.found_share >= FOUND_MIN),
    ("explored views are long views at .28", lambda one: one.long_view_rate >= LONG_VIEW_MIN),
)


def pools_page(scenario: Scenario, seed: int, table: Sequence[Figures]) -> str:
    """Return the comparison of policies; the last one is ours."""
    head = (
        "| policy | best 1 % found | median hours to find | uploads ≥ 20 | within 2 h | fewest "
        "| long-view rate | regret | wasted | wasted before found | Gini | never shown | used |\n"
        + "|--" * 13
        + "|\n"
    )
    ours = table[-1]
    verdicts = "\n".join(
        f"- {'reached' if holds(ours) else 'NOT reached'}: {words}" for words, holds in TARGETS
    )
    return (
        f"# Pools at equal exposure\n\n{_of(scenario, seed)}\n\n{head}"
        + "\n".join(_row(one) for one in table)
        + f"\n\n{ours.policy}, against the targets:\n\n{verdicts}\n"
    )


def attack_page(scenario: Scenario, seed: int, outcomes: Sequence[Outcome]) -> str:
    """Return what became of the flooded upload."""
    rows = "\n".join(
        f"| {one.counting} | {'yes' if one.is_attacked else 'no'} | {one.levels_climbed} "
        f"| {one.level} | {'yes' if one.waits_for_person else 'no'} | {one.exposures} |"
        for one in outcomes
    )
    return (
        f"# {ACCOUNTS:,} fresh accounts like one ordinary upload\n\n{_of(scenario, seed)} In its "
        f"first {ATTACK_ROUNDS} rounds the accounts watch and like the upload to the last one. "
        "Nobody looks at it.\n\n"
        "| counting | attacked | levels climbed | level | waits for a person | exposures |\n"
        f"|--|--|--|--|--|--|\n{rows}\n"
    )


def content_page(scenario: Scenario, seed: int, table: Sequence[Started]) -> str:
    """Return what starting from content changes, by how much content tells."""
    head = (
        "| content tells | newcomers start from | best 1 % found | median hours to find "
        "| wasted before one is found | wasted | long-view rate | fewest |\n" + "|--" * 8 + "|\n"
    )
    rows = "\n".join(
        f"| {one.told} | {one.start} | {_percent(one.figures.found_share)} "
        f"| {_hours(one.figures)} | {one.figures.wasted_before_found:,.0f} "
        f"| {_percent(one.figures.wasted_share)} | {one.figures.long_view_rate:.3f} "
        f"| {one.figures.exposures_min} |"
        for one in table
    )
    return (
        f"# What newcomers start from\n\n{_of(scenario, seed)} Content tells so much of the "
        "variance of log-qualities. Wasted before one is found: exposures above the floor that "
        "the worse half of the uploads of the same half hour got before one of the best was "
        f"found.\n\n{head}{rows}\n"
    )


def _hours(one: Figures) -> str:
    return "–" if one.found_hours_median is None else f"{one.found_hours_median:.1f}"


def _of(scenario: Scenario, seed: int) -> str:
    return (
        f"Seed {seed}; {scenario.uploads_a_day:,} uploads a day, {scenario.exposures_each} "
        f"exposures each on average, long-view rates log-normal with median {scenario.median} and "
        f"sigma {scenario.sigma}, {scenario.rounds_a_day} rounds a day, feedback "
        f"{scenario.late_rounds} round late. Found: {scenario.found_exposures:,} exposures within "
        "the upload's day."
    )


def _row(one: Figures) -> str:
    cells = (
        one.policy,
        _percent(one.found_share),
        _hours(one),
        _percent(one.floor_share),
        _percent(one.floor_in_time_share),
        str(one.exposures_min),
        f"{one.long_view_rate:.3f}",
        f"{one.regret:.3f}",
        _percent(one.wasted_share),
        f"{one.wasted_before_found:,.0f}",
        f"{one.gini:.2f}",
        _percent(one.starved_share),
        _percent(one.used_share),
    )
    return f"| {' | '.join(cells)} |"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
