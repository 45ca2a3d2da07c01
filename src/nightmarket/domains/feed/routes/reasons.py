"""HTTP of reasons: why an item was shown, and what decides at all."""

import msgspec
from litestar import get
from litestar.params import FromPath

from nightmarket.domains.feed.actions.explain import explain
from nightmarket.domains.feed.routes.pages import READ
from nightmarket.domains.feed.rules import weights
from nightmarket.domains.feed.rules.said import say, vocabulary
from nightmarket.domains.feed.values.candidates import Origin
from nightmarket.domains.feed.values.records import Recorded, Way
from nightmarket.domains.feed.values.steering import ServedReason
from nightmarket.domains.ranking import face as ranking
from nightmarket.domains.ranking.values.heads import CODES
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment
from nightmarket.infra.services import Services

SOURCES = tuple(origin.name.lower() for origin in Origin if origin is not Origin.REPOSTED)
"""Those of For You."""


class WhyReasonPayload(msgspec.Struct, frozen=True):
    """One reason and what it added to the score."""

    code: str
    words: str
    weight: float


class StagePayload(msgspec.Struct, frozen=True):
    """What one component did to the request. `failure`: why it was gone without."""

    component: str
    count_in: int
    count_out: int
    ms: float
    failure: str | None


class FeaturePayload(msgspec.Struct, frozen=True):
    """One parameter of the scorer: what it was of this item, and what it was multiplied with."""

    code: str
    words: str
    value: float
    weight: float


class ChancePayload(msgspec.Struct, frozen=True):
    """One thing the ranker expected of showing this item, and what it is worth."""

    code: str
    words: str
    chance: float
    worth: float


class WhyPayload(msgspec.Struct, frozen=True):
    """Why an item was shown, in the language that was asked for.

    `reasons` lifted it and `against` held it back, strongest first, at most three of each;
    `held_back`: how many candidates each filter left out. `probability`: with which chance
    exploration drew it, 1.0: it was not drawn. `scorer_version`: what scored it, a version of the
    hand-set table or the snapshot of a model. `propensity`: with which chance this slot shows this
    item at all, and `rivals`: among how many it was drawn evenly, 0: it was not. `features` and
    `chances` are all numbers that were used; empty: none were, or they are no longer kept.
    """

    reasons: list[WhyReasonPayload]
    against: list[WhyReasonPayload]
    source: str
    source_words: str
    score: float
    stage_report: list[StagePayload]
    held_back: list[StagePayload]
    is_exploration: bool
    probability: float
    scorer_version: str
    is_personalised: bool
    served_at: str | None
    propensity: float | None
    rivals: int
    features: list[FeaturePayload]
    chances: list[ChancePayload]


class ParameterPayload(msgspec.Struct, frozen=True):
    """One parameter of the recommender."""

    code: str
    weight: float
    is_personal: bool
    words: str
    why: str


class PartPayload(msgspec.Struct, frozen=True):
    """One part of a parameter."""

    code: str
    weight: float
    words: str


class SourcePayload(msgspec.Struct, frozen=True):
    """One source of candidates, by what is said of what it proposed."""

    code: str
    words: str


class TransparencyPayload(msgspec.Struct, frozen=True):
    """Where candidates come from, the recommender's main parameters, and how to change them.

    `expected_parts`: what each chance that the ranker predicts is worth in the parameter
    `expected`, in the caller's market; `experiment`: the caller is in one that changes it.
    """

    version: str
    sources: list[SourcePayload]
    parameters: list[ParameterPayload]
    expected_parts: list[PartPayload]
    experiment: str | None
    quality_parts: list[PartPayload]
    rules: list[str]
    options: list[str]


@get("/api/v1/feed/why/{impression_id:str}", tags=["feed"])
async def read_why(
    impression_id: FromPath[str], tx: Tx, subject: Subject, services: Services, spoken: str
) -> WhyPayload:
    """Say why an item was shown to the caller, from the report of its own request."""
    subject.viewer(READ)
    found = await explain(tx, impression_id, subject, services)
    item, page = found.item, found.page
    stages = [
        StagePayload(one.component, one.count_in, one.count_out, one.micros / 1000, one.failure)
        for one in page.report
    ]
    return WhyPayload(
        reasons=[_reason(one, spoken) for one in item.reasons],
        against=[_reason(one, spoken) for one in item.against],
        source=item.source,
        source_words=say(item.source, spoken),
        score=item.score,
        stage_report=stages,
        held_back=[
            one for one in stages if one.component != "diverse" and one.count_in > one.count_out
        ],
        is_exploration=item.is_exploration,
        probability=item.probability,
        scorer_version=page.scorer,
        is_personalised=page.viewer_id != 0,
        served_at=moment(page.made_at_us),
        propensity=None if page.numbers is None else float(page.numbers.propensities[found.place]),
        rivals=_rivals(page.numbers, found.place),
        features=_features(page.numbers, found.place, spoken),
        chances=_chances(page.numbers, found.place, spoken),
    )


@get("/api/v1/transparency/recommender", tags=["feed"])
async def read_recommender(
    subject: Subject, services: Services, spoken: str
) -> TransparencyPayload:
    """Say what decides the order of the feed: the tables the scorers themselves read."""
    known = vocabulary()
    worths = ranking.worths(services.settings.data_directory)
    held = worths.of_viewer(subject.market, subject.viewer_id)
    return TransparencyPayload(
        version=weights.VERSION,
        sources=[SourcePayload(code, known.sources[code].said(spoken)) for code in SOURCES],
        parameters=[
            ParameterPayload(
                one.code,
                one.value,
                one.is_personal,
                known.parameters[one.code].said(spoken),
                known.whys[one.code].said(spoken),
            )
            for one in (*weights.WEIGHTS, *weights.PAGE_WEIGHTS)
        ],
        expected_parts=[
            PartPayload(code, weight, known.heads[code].said(spoken))
            for code, weight in zip(CODES, held.values, strict=True)
            if weight
        ],
        experiment=held.experiment or None,
        quality_parts=[
            PartPayload(code, weight, known.parts[code].said(spoken))
            for code, weight in weights.QUALITY_PARTS
        ],
        rules=[one.said(spoken) for one in known.rules],
        options=[one.said(spoken) for one in known.options],
    )


def _rivals(numbers: Recorded | None, place: int) -> int:
    if numbers is None or numbers.rivals is None or numbers.ways[place] != Way.RANDOM:
        return 0
    return len(numbers.rivals)


def _features(numbers: Recorded | None, place: int, spoken: str) -> list[FeaturePayload]:
    if numbers is None or not numbers.features.shape[1]:
        return []
    rows = zip(
        numbers.layout.features,
        numbers.features[place].tolist(),
        numbers.layout.weights,
        strict=True,
    )
    return [
        FeaturePayload(code, say(code, spoken, is_against=value * weight < 0), value, weight)
        for code, value, weight in rows
    ]


def _chances(numbers: Recorded | None, place: int, spoken: str) -> list[ChancePayload]:
    if numbers is None or not numbers.heads.shape[1]:
        return []
    rows = zip(
        numbers.layout.heads, numbers.heads[place].tolist(), numbers.layout.worths, strict=True
    )
    words = vocabulary().heads
    return [
        ChancePayload(code, words[code].said(spoken) if code in words else code, chance, worth)
        for code, chance, worth in rows
    ]


def _reason(one: ServedReason, spoken: str) -> WhyReasonPayload:
    return WhyReasonPayload(one.code, say(one.code, spoken, is_against=one.weight < 0), one.weight)


ROUTES = (read_why, read_recommender)
