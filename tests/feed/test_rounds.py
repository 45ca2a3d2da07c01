"""An unseen video always comes before a seen one; when all were seen, the feed goes round again."""

from typing import Any

import pytest

from nightmarket.infra.services import Services
from nightmarket.kernel.ids import from_text
from tests.builders.feed import Film, Viewer, makers, show

FILMS = 12
PAGES_MAX = 40


async def a_market(services: Services, films: int = FILMS) -> list[int]:
    """Publish films of three creators."""
    creators = await makers(services, 3)
    made = await show(services, creators, [Film(maker=number % 3) for number in range(films)])
    return sorted(made)


async def rounds(viewer: Viewer, count: int) -> list[list[int]]:
    """Walk on from page to page until `count` rounds are over."""
    walked: list[list[int]] = [[]]
    for _ in range(PAGES_MAX):
        viewer.clock.move(seconds=20)
        ids = await viewer.ids(limit=5)
        if opens_round(viewer):
            walked.append([])
        if len(walked) > count:
            return walked[:count]
        walked[-1] += ids
    raise AssertionError(walked)


def opens_round(viewer: Viewer) -> bool:
    """Whether the last page said that everything was seen."""
    says: bool = viewer.pages[-1]["starts_over"]
    return says


def video_id(item: dict[str, Any]) -> int:
    return from_text(item["video"]["video_id"])


@pytest.mark.feature("V15")
async def test_every_round_has_every_video_once(services: Services, viewer: Viewer) -> None:
    """However the pages are cut; and a round does not open with what closed the one before."""
    made = await a_market(services)

    first, second, third = await rounds(viewer, 3)

    assert [sorted(walk) for walk in (first, second, third)] == [made] * 3
    assert not set(first[-4:]) & set(second[:4])
    assert not set(second[-4:]) & set(third[:4])


@pytest.mark.feature("V15")
async def test_a_page_that_nobody_looked_at_takes_nothing_away(
    services: Services, viewer: Viewer
) -> None:
    """Loaded and closed, or loaded ahead elsewhere: what was not watched comes before the end."""
    made = await a_market(services)
    closed = await viewer.page(limit=6)
    await viewer.watch(closed[0], 3_000)
    await viewer.settle()
    viewer.cursor = None

    (walk,) = await rounds(viewer, 1)

    assert sorted([*walk, video_id(closed[0])]) == made
    never_served = set(made) - {video_id(item) for item in closed}
    assert set(walk[: len(never_served)]) == never_served


@pytest.mark.feature("V15")
async def test_a_new_video_comes_before_those_that_come_again(
    services: Services, viewer: Viewer
) -> None:
    made = await a_market(services)
    await rounds(viewer, 1)
    assert opens_round(viewer)
    begun = [video_id(item) for item in viewer.pages[-1]["items"]]
    new = await a_market(services, films=1)

    assert await viewer.ids(limit=5) == new
    assert not opens_round(viewer)
    (rest,) = await rounds(viewer, 1)
    assert sorted([*begun, *rest]) == made


@pytest.mark.feature("V15")
async def test_everything_was_seen_on_the_first_page_too(
    services: Services, viewer: Viewer
) -> None:
    """Who comes back after having watched all of it is shown all of it again, and told."""
    made = await a_market(services, films=3)
    for item in await viewer.page():
        await viewer.watch(item, 2_000)
    await viewer.settle()
    viewer.cursor = None

    (*first, last) = [*await viewer.ids(), *await viewer.ids()]
    assert sorted([*first, last]) == made
    assert [page["starts_over"] for page in viewer.pages[-2:]] == [True, False]
