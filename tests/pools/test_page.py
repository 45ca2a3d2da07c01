"""The page about pools says what the code does."""

from pathlib import Path

from nightmarket.domains.pools.rules.levels import LEVELS
from nightmarket.domains.pools.rules.rates import SIGNALS

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "pools.md"


def test_the_tables_are_those_of_the_code() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for level in LEVELS:
        asks = "yes" if level.asks_person else "no"
        row = (
            f"| {level.name} | {level.granted:,} | {level.exposures_min:,} | {level.lift_min:.2f} "
            f"| {level.deviations:g} | {asks} |"
        )
        assert row in page
    for signal in SIGNALS:
        assert f"| {signal.code} | {signal.weight:.2f} | {signal.why} |" in page
