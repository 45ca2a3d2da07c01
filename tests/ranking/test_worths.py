"""What an operator writes about worths holds for the market and the share of viewers it names."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.domains.ranking.actions.read_worths import FILE, read_worths
from nightmarket.domains.ranking.rules.worths import TABLE, MisreadWorths, Worths, read
from nightmarket.domains.ranking.values import heads

SAID = """
[markets.id]
share = 6.0
purchase = 3.0

[experiments.warmer]
share = 0.2
markets = ["id", "jp"]
[experiments.warmer.worths]
like = 5.0

[experiments.calmer]
share = 0.1
worths = { like = 1.0 }
"""
SHARE = heads.index("share")
VIEWER = st.integers(1, 2**63 - 1)


@given(viewer_id=VIEWER, market=st.sampled_from(["id", "jp", "us"]))
def test_a_viewer_is_in_one_experiment_at_most_and_always_the_same(
    viewer_id: int, market: str
) -> None:
    """And only where it runs; the market's own changes hold in it too."""
    worths = read(SAID)
    held = worths.of_viewer(market, viewer_id)
    assert held == worths.of_viewer(market, viewer_id)
    assert held.experiment in {"", "calmer", *(["warmer"] if market != "us" else [])}
    like = {"": heads.HEADS[heads.LIKE].value, "warmer": 5.0, "calmer": 1.0}[held.experiment]
    assert held.values[heads.LIKE] == like
    assert held.values[SHARE] == (6.0 if market == "id" else 4.0)
    assert held.values[heads.index("purchase")] == 0.0, "nothing tells it yet"


def test_experiments_get_their_shares() -> None:
    """Of ten thousand viewers a fifth and a tenth, give or take a hundredth; others the table."""
    worths = read(SAID)
    found = [worths.of_viewer("jp", viewer_id).experiment for viewer_id in range(1, 10_001)]
    assert abs(found.count("warmer") / 10_000 - 0.2) < 0.01
    assert abs(found.count("calmer") / 10_000 - 0.1) < 0.01
    assert Worths().of_viewer("jp", 7) is TABLE


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ("markets = 3", "markets"),
        ("[markets.us]\napplause = 1.0", "applause"),
        ("[markets.us]\nlike = 'much'", "like"),
        ("[markets.us]\nlike = nan", "like"),
        ("[markets]\nus = 1", "us"),
        ("[experiments.a]\nworths = {}", "a"),
        ("[experiments.a]\nshare = 2", "a"),
        ("[experiments.a]\nshare = 0.1\nmarkets = 'us'", "a"),
        ("[experiments.a]\nshare = 0.6\n[experiments.b]\nshare = 0.6", "everybody"),
        ("[market.us]\nlike = 1.0", "market"),
        ("nonsense", "Expected"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(said: str, where: str) -> None:
    with pytest.raises(MisreadWorths, match=where):
        read(said)


def test_a_file_is_read_anew_when_changed_and_a_broken_one_leaves_what_held(
    tmp_path: Path,
) -> None:
    assert read_worths(tmp_path).of_viewer("us", 7) is TABLE
    path = tmp_path / FILE
    for place, (said, share) in enumerate(
        [("[markets.us]\nshare = 9.0", 9.0), ("[markets.us", 9.0), ("[markets.us]\nshare = 8", 8.0)]
    ):
        path.write_text(said, encoding="utf-8")
        os.utime(path, ns=(place, place))
        assert read_worths(tmp_path).of_viewer("us", 7).values[SHARE] == share
    path.unlink()
    assert read_worths(tmp_path).of_viewer("us", 7) is TABLE
