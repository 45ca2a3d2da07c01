"""The core never names a country: what differs between markets is written in their files."""

import re
from pathlib import Path

from nightmarket.domains.markets import face as markets

SOURCE = Path(__file__).parents[2] / "src" / "nightmarket"
CODES = "|".join(market.code for market in markets.markets())
COMPARED = re.compile(
    rf"""(market|country)\w*\s*(==|!=|in|not in)\s*[\[({{]?\s*["']({CODES})["']"""
)
NAMES = "|".join(re.escape(rule.rule) for market in markets.markets() for rule in market.rules)
RULE = re.compile(rf"""["']({NAMES})["']""")


def test_no_code_asks_which_country_it_is() -> None:
    """Neither by comparing a market's code nor by the name of one of its rules."""
    found = [
        f"{path.relative_to(SOURCE)}: {line.strip()}"
        for path in sorted(SOURCE.rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if COMPARED.search(line) or RULE.search(line)
    ]
    assert found == []


def test_the_test_itself_sees_what_it_looks_for() -> None:
    """One good and one bad example."""
    assert COMPARED.search('if market == "de":')
    assert COMPARED.search("market_code in ('us', 'gb')")
    assert not COMPARED.search('language == "de"')
    assert RULE.search('decision.rule == "id.minimum_age"')
