"""The estimator on a market: what it reads is what was served and done; files say the same."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from litestar.testing import AsyncTestClient
from pyarrow import csv as arrow_csv
from pyarrow import parquet
from rich.progress import Progress

from lab.estimate import command, market, policies, table
from lab.estimate.draws import gather, rule
from lab.estimate.estimators import judge
from lab.estimate.market import Random
from nightmarket.domains.feed import assembly
from nightmarket.domains.feed.selectors.at_random import AtRandom
from nightmarket.domains.ranking.values import heads
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import from_text
from tests.builders.feed import Film, Viewer, makers, show
from tests.fakes.clock import HandClock
from tests.fakes.ranker import by_id, ranker

LONG_MS, SHORT_MS = 10_000, 700


class EachPage(AtRandom):
    """A random slot on every page."""

    def __init__(self) -> None:
        super().__init__(share=0.125)


@pytest.fixture
def viewer(client: AsyncTestClient[Any], services: Services, clock: HandClock) -> Viewer:
    """A guest of market us who speaks English."""
    client.headers["accept-language"] = "en-US"
    return Viewer(client, services, clock)


@pytest.fixture
async def evening(
    services: Services, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> list[dict[str, Any]]:
    """Three pages; fractals are watched to the end, songs skipped. The last page is not seen."""
    monkeypatch.setattr(assembly, "AtRandom", EachPage)
    creators = await makers(services, 6)
    films = [Film(maker=n % 6, tags=("fractal" if n % 2 else "song",)) for n in range(48)]
    await show(services, creators, films)
    seen = []
    with ranker(services.settings.data_directory):
        for _ in range(3):
            page = await viewer.page()
            seen += page
            for item in page:
                await viewer.watch(item, LONG_MS if is_fractal(item) else SHORT_MS)
        await viewer.page()
    viewer.clock.move(hours=30)
    return seen


async def later(viewer: Viewer) -> None:
    """Somebody watches a day later, so that the log's clock has passed every window."""
    (item, *_) = await viewer.page()
    await viewer.watch(item, SHORT_MS)
    await viewer.settle()


def is_fractal(item: dict[str, Any]) -> bool:
    found: bool = item["video"]["hashtags"][0] == "fractal"
    return found


async def read(services: Services) -> tuple[list[Random], market.Outcomes]:
    """What the command reads."""
    days = await market.days_kept(services.database)
    drawn = [one async for one in market.random_slots(services.database, days)]
    wanted = {one.key for one in drawn}
    return drawn, await market.outcomes(services.database, wanted, days[0], lambda _: None)


async def test_labels_are_what_was_done_and_the_unseen_is_left_out(
    services: Services, viewer: Viewer, evening: list[dict[str, Any]]
) -> None:
    _, before = await read(services)
    assert before.labels == {}  # Everything could still be liked.
    assert before.still_open == 3
    await later(viewer)

    drawn, outcomes = await read(services)

    assert len(drawn) == 5
    assert len(outcomes.labels) == 3
    assert outcomes.never_seen + outcomes.still_open == 2
    served = {from_text(item["video"]["video_id"]): item for item in evening}
    for one in drawn:
        labels = outcomes.labels.get(one.key)
        if labels is None:
            continue
        rivals = one.record.numbers.rivals
        assert rivals is not None
        item = served[int(rivals.ids[one.place])]
        assert item["is_exploration"]
        assert labels[heads.LONG_VIEW] == float(is_fractal(item))
        assert labels[heads.LIKE] == 0.0


async def test_a_policy_scores_as_the_feed_did_unless_its_weights_differ(
    services: Services, viewer: Viewer, evening: list[dict[str, Any]], tmp_path: Path
) -> None:
    """The logged order is found again; other worths of heads change what the ranker adds."""
    del evening
    await later(viewer)
    drawn, _ = await read(services)
    path = tmp_path / "likes.toml"
    path.write_text("[weights]\nfreshness = 0.0\n[heads]\nlong_view = 0.0\nlike = 9.0\n")
    likes = policies.read(path)
    assert likes.name == "likes"
    for one in drawn:
        numbers, rivals = one.record.numbers, one.record.numbers.rivals
        assert rivals is not None
        position = one.key[1]
        current = policies.CURRENT.scores(numbers, rivals)
        assert current[one.place] == pytest.approx(numbers.scores[position], abs=0.01)
        if numbers.snapshot:
            assert rivals.heads == pytest.approx(by_id(rivals.ids), abs=5e-4)
            assert np.ptp(likes.scores(numbers, rivals) - current) > 0.1


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
async def test_a_file_says_the_same_as_the_market(
    services: Services, viewer: Viewer, evening: list[dict[str, Any]], tmp_path: Path, suffix: str
) -> None:
    """Written, given another column of scores, and read back."""
    del evening
    await later(viewer)
    drawn, outcomes = await read(services)
    path = tmp_path / f"draws.{suffix}"
    slates = []
    with table.Export(path) as export:
        for one in drawn:
            if one.key in outcomes.labels:
                slates.append(market.slate(one, outcomes.labels[one.key], [policies.CURRENT]))
                export.add(one, slates[-1])
    read_back = table.Table(path, ["feature_freshness"])

    direct = gather(slates, ["current"], rule("softmax:1"), heads.CODES)
    again = gather(read_back.slates(), read_back.scores, rule("softmax:1"), read_back.heads)

    assert read_back.heads == heads.CODES
    assert len(again) == len(direct) == 3
    assert again.viewers.tolist() == direct.viewers.tolist()
    np.testing.assert_allclose(again.labels, direct.labels)
    np.testing.assert_allclose(again.predicted, direct.predicted)
    np.testing.assert_allclose(again.choices["score"].chances, direct.choices["current"].chances)
    np.testing.assert_allclose(again.choices["score"].expected, direct.choices["current"].expected)
    assert (again.choices["feature_freshness"].chances != again.choices["score"].chances).any()


async def test_the_command_refuses_a_verdict_on_three_draws(
    services: Services,
    viewer: Viewer,
    evening: list[dict[str, Any]],
    tmp_path: Path,
) -> None:
    """And its reading leaves the database as it was."""
    del evening
    await later(viewer)
    given = command.options().parse_args(["--export", str(tmp_path / "draws.csv")])
    with Progress(disable=True) as progress:
        found = await command.read_market(
            services.settings.database_url, [policies.CURRENT], given, progress
        )
    judged = judge(found.draws, "current", "current", resamples=10, seed=1)
    assert (judged.draws, judged.earned) == (3, ())
    assert "must be 1,000" in judged.refusal
    rows = arrow_csv.read_csv(tmp_path / "draws.csv")
    assert sum(rows["is_shown"].to_pylist()) == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[weights]\nfreshnes = 1.0\n", "has no 'freshnes'"),
        ("[weights]\nfreshness = true\n", "cannot be True"),
        ("[blend]\nlike = 1.0\n", "neither"),
        ("", "changes nothing"),
        ("[weights\n", "cannot be read"),
    ],
)
def test_weights_that_cannot_be_are_refused_in_words(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "weights.toml"
    path.write_text(text)
    with pytest.raises(policies.BadWeights, match=words):
        policies.read(path)


def a_table(path: Path, **changed: list[float]) -> Path:
    """Two draws of two candidates each."""
    columns: dict[str, Any] = {
        "draw": [1, 1, 2, 2],
        "viewer": [7, 7, 8, 8],
        "is_shown": [1, 0, 0, 1],
        "propensity": [0.5, 0.5, 0.5, 0.5],
        "score": [0.1, 0.2, 0.3, 0.4],
        "label_like": [1.0, None, None, 0.0],
    } | changed
    kept = {name: column for name, column in columns.items() if column}
    parquet.write_table(pa.table(kept), path)
    return path


def test_a_file_is_judged_or_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = a_table(tmp_path / "draws.parquet")
    command.main(["--table", str(path), "--json", str(tmp_path / "found.json")])
    assert "**No verdict**: the effective sample of score is" in capsys.readouterr().out
    assert (tmp_path / "found.json").exists()

    for changed, words in (
        ({"is_shown": [1, 1, 0, 1]}, "draw 1 shows 2 candidates"),
        ({"propensity": [0.5, 0.5, 0.5, 0.0]}, "draw 2 has the propensity 0.0"),
        ({"label_like": []}, "no column label_"),
        ({"score": []}, "lacks the columns score"),
    ):
        with pytest.raises(SystemExit, match=words):
            command.main(["--table", str(a_table(path, **changed))])
