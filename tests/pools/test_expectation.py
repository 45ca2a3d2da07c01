"""What newcomers start from: it is learned, believed only as far as it proved true, and bounded."""

import time
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.domains.analytics import store as figures
from nightmarket.domains.analytics.rules.fold import Folded
from nightmarket.domains.pools import face as pools
from nightmarket.domains.pools import store
from nightmarket.domains.pools.actions.deal import deal
from nightmarket.domains.pools.actions.expect import expect
from nightmarket.domains.pools.actions.measure import measure_videos
from nightmarket.domains.pools.rules.allocation import FLOOR
from nightmarket.domains.pools.rules.expectation import (
    EXPOSURES_MAX,
    LIFT_MAX,
    LIFT_MIN,
    SETTLED_MAX,
    SETTLED_MIN,
    learn,
)
from nightmarket.domains.pools.rules.levels import LEVELS
from nightmarket.domains.pools.rules.rates import (
    PRIOR_EXPOSURES,
    SIGNALS,
    Expected,
    posterior,
)
from nightmarket.domains.pools.values.items import Evidence, ItemKind
from nightmarket.domains.pools.values.traits import Settled, Traits
from nightmarket.entry.drain import drain
from nightmarket.events.videos import VideoChanged
from nightmarket.infra.outbox import publish
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from tests.builders.feed import Film, makers, show
from tests.builders.pools import USUAL, evidence

FIGURES = 6
SHOWN = 200


def settled(
    count: int, *, tells: float, seed: int = 1, turns_at: float = 1.0, per_owner: int = 1
) -> Settled:
    """Items whose long views follow the first figure by so much; from `turns_at` on, against it."""
    chance = np.random.default_rng(seed)
    content = chance.uniform(-1, 1, (count, FIGURES))
    way = np.where(np.arange(count) < turns_at * count, 1.0, -1.0)
    rate = np.clip(0.2 * (1 + tells * way * content[:, 0]), 0.01, 0.9)
    hits = np.zeros((count, len(SIGNALS)))
    hits[:, 0] = chance.binomial(SHOWN, rate)
    return Settled(
        traits=Traits(content, np.full(count, 12_000), np.arange(count) // per_owner),
        published_us=np.arange(count),
        evidence=Evidence(np.full(count, float(SHOWN)), hits),
        usual=np.tile(USUAL.rates * np.array([1, 0, 0, 0, 0, 0]), (count, 1)),
    )


def newcomers(*first: float, owner: int = -1) -> Traits:
    """Items nobody saw, by their first figure."""
    content = np.zeros((len(first), FIGURES))
    content[:, 0] = first
    content[:, 1] = 0.01
    return Traits(content, np.full(len(first), 12_000), np.full(len(first), owner))


def test_what_content_tells_is_learned() -> None:
    learned = learn(settled(2_000, tells=0.8))
    assert learned is not None
    low, usual, high = learned.expect(newcomers(-1, 0, 1)).lift
    assert low == pytest.approx(0.25, abs=0.06)
    assert usual == pytest.approx(1.0, abs=0.05)
    assert high == pytest.approx(1.8, abs=0.08)
    assert learned.share > 0.95
    assert learned.exposures == EXPOSURES_MAX


def test_content_that_tells_nothing_is_not_believed() -> None:
    for seed in range(5):
        learned = learn(settled(2_000, tells=0.0, seed=seed))
        assert learned is not None
        assert np.abs(learned.expect(newcomers(-1, 0, 1)).lift - 1.0).max() < 0.05


def test_content_that_turned_is_not_believed_any_more() -> None:
    """The newest quarter says the opposite of the rest."""
    learned = learn(settled(2_000, tells=0.8, turns_at=0.75))
    assert learned is not None
    assert learned.share == 0.0
    assert np.ptp(learned.expect(newcomers(-1, 0, 1)).lift) == 0.0


def test_a_creator_is_known_by_the_others_of_theirs() -> None:
    """Ten items each: half of the creators do three times what the other half do."""
    count = 2_000
    chance = np.random.default_rng(4)
    known = settled(count, tells=0.0, per_owner=10)
    rate = np.where(known.traits.owners % 2, 0.3, 0.1)
    known.evidence.hits[:, 0] = chance.binomial(SHOWN, rate)
    learned = learn(known)
    assert learned is not None
    poor = learned.expect(newcomers(0, owner=2)).lift[0]
    good = learned.expect(newcomers(0, owner=3)).lift[0]
    unknown = learned.expect(newcomers(0, owner=9_999)).lift[0]
    assert poor < 0.65 < unknown < 1.35 < good


def test_too_little_teaches_nothing() -> None:
    assert learn(settled(SETTLED_MIN - 1, tells=0.8)) is None
    few = settled(2_000, tells=0.8)
    few.evidence.exposures[:] = FLOOR - 1
    assert learn(few) is None


@given(
    st.integers(SETTLED_MIN, 300),
    st.integers(0, 2**32),
    st.sampled_from([0.0, 1e-9, 1.0]),
    st.floats(0, 1),
)
def test_whatever_was_measured_expectations_stay_in_their_bounds(
    count: int, seed: int, scale: float, rate: float
) -> None:
    chance = np.random.default_rng(seed)
    hits = np.zeros((count, len(SIGNALS)))
    hits[:, 0] = chance.binomial(SHOWN, rate, count)
    known = Settled(
        Traits(
            chance.normal(size=(count, 3)) * scale,
            chance.integers(0, 9, count),
            chance.integers(0, 50, count),
        ),
        chance.integers(0, 9, count),
        Evidence(np.full(count, float(SHOWN)), hits),
        np.tile(USUAL.rates, (count, 1)),
    )
    learned = learn(known)
    assert learned is not None
    told = learned.expect(known.traits)
    assert ((told.lift >= LIFT_MIN) & (told.lift <= LIFT_MAX)).all()
    assert PRIOR_EXPOSURES <= told.exposures <= EXPOSURES_MAX
    assert 0.0 <= learned.share <= 1.0


def test_the_worst_expectation_is_overrun_within_the_first_level() -> None:
    """Twice as good as its field, and expected to be the worst there is, and the other way round."""
    shown = LEVELS[0].granted
    seen = evidence((shown, 2 * 0.2 * shown, 2 * 0.03 * shown), (shown, 0, 0))
    wrong = Expected(np.array([LIFT_MIN, LIFT_MAX]), EXPOSURES_MAX)
    lift = posterior(seen, USUAL, wrong).mean
    assert lift[0] > LEVELS[0].lift_min
    assert lift[1] < 0.7
    assert lift[0] > 1.6 * lift[1]


def test_learning_from_all_there_may_be_takes_little_time() -> None:
    known = settled(SETTLED_MAX, tells=0.5)
    begun_s = time.process_time()
    learn(known)
    assert time.process_time() - begun_s < 2


async def test_newcomers_are_dealt_more_where_more_is_expected(services: Services) -> None:
    """On a real database: bright films did well, dark ones badly, and two newcomers are told apart.

    The floor comes first for both.
    """
    creators = await makers(services, 2)
    made = await show(
        services, creators, [Film(maker=0)] * (SETTLED_MIN + 20) + [Film(maker=1)] * 2
    )
    bright = [number % 2 == 0 for number in range(len(made))]
    async with services.database.transaction() as tx:
        await tx.run(
            "UPDATE pools_item SET content = array_fill(CASE WHEN item_id = ANY(%(bright)s) "
            "THEN 0.9 ELSE -0.9 END::real, ARRAY[24]), duration_ms = 9000",
            bright=[one for one, is_bright in zip(made, bright, strict=True) if is_bright],
        )
        outcomes: defaultdict[tuple[int, bool, int], list[int]] = defaultdict(lambda: [0] * 6)
        for video_id, is_bright in zip(made[:-2], bright, strict=False):
            outcomes[video_id, False, 20_000] = [40, 16 if is_bright else 2, 0, 0, 0, 0]
        for video_id in made[-2:]:
            outcomes[video_id, False, 20_000] = [FLOOR - 10, 2, 0, 0, 0, 0]
        await figures.put(tx, Folded(outcomes=outcomes))
        await measure_videos(tx, services, made)
    learned = await expect(services)
    assert learned is not None
    assert learned.items == SETTLED_MIN + 20
    assert learned.share > 0.8
    async with services.database.transaction() as tx:
        racing = await store.racing(tx, ItemKind.VIDEO, made[-2:])
        newest = await deal(tx, services)
    lifts = dict(zip(racing.ids.tolist(), racing.expected.tolist(), strict=True))
    assert lifts[made[-2]] > 0.9, "nobody liked or shared anything: half the lift is missing"
    assert lifts[made[-1]] < 0.35
    dealt = dict(zip(newest.item_ids.tolist(), newest.dealt.tolist(), strict=True))
    assert newest.shortfall == 0
    assert dealt[made[-1]] >= 10
    assert dealt[made[-2]] > dealt[made[-1]]


async def test_what_is_known_unseen_comes_with_the_facts_and_goes_with_the_person(
    services: Services,
) -> None:
    creators = await makers(services, 1)
    made = await show(services, creators, [Film()])
    content = tuple(round(place / 24, 3) for place in range(24))
    now = services.clock()
    fact = VideoChanged(
        event_id=services.ids(),
        occurred_at=now,
        market="us",
        video_id=made[0],
        creator_id=creators[0],
        caption="",
        hashtags=(),
        mentions=(),
        language="en",
        sound_id=None,
        duration_ms=10_000,
        audience="everyone",
        ai_label="none",
        content_level="general",
        published_at_us=microseconds(now),
        content=content,
    )
    async with services.database.transaction() as tx:
        await publish(tx, fact)
    await drain(services)
    async with services.database.transaction() as tx:
        kept = (await pools.export_person(tx, creators[0]))["pools_item"][0]
        assert kept["content"] == pytest.approx(list(content))
        assert kept["duration_ms"] == 10_000
        unproved = await store.unproved(tx, ItemKind.VIDEO)
        assert unproved.traits.content[0] == pytest.approx(np.array(content))
        await pools.erase_person(tx, creators[0])
        left = await tx.column(int, "SELECT cardinality(content) FROM pools_item")
    assert left == [0]
