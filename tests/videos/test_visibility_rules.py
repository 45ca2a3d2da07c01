"""Who may watch: every combination of a video and a viewer, against a table written by hand."""

from itertools import product

import pytest

from nightmarket.domains.videos.rules.visibility import Shown, Watcher, may_watch
from nightmarket.domains.videos.values import Audience, ContentLevel, Restriction, VideoState
from nightmarket.kernel.ids import AccountId

pytestmark = pytest.mark.feature("V124", "V125")
CREATOR, SOMEBODY = AccountId(1), AccountId(2)
VIDEOS = tuple(product(VideoState, Audience, ContentLevel, Restriction))
FOR_PEOPLE = {
    (VideoState.LIVE, level, restriction)
    for level in ContentLevel
    for restriction in Restriction
    if restriction is not Restriction.REMOVE
}
FOR_EVERY_AGE = {
    (VideoState.LIVE, ContentLevel.GENERAL, Restriction.NONE),
    (VideoState.LIVE, ContentLevel.GENERAL, Restriction.LABEL),
    (VideoState.LIVE, ContentLevel.GENERAL, Restriction.LIMIT),
    (VideoState.LIVE, ContentLevel.GENERAL, Restriction.DEMOTE),
}


def seen(watcher: Watcher, *, is_in_audience: bool) -> set[tuple[object, ...]]:
    """(state, level, restriction) of every video that the viewer may watch; audiences agree."""
    found: dict[tuple[object, ...], bool] = {}
    for state, audience, level, restriction in VIDEOS:
        shown = Shown(CREATOR, state, audience, level, restriction)
        is_seen = may_watch(shown, watcher, is_in_audience=is_in_audience)
        assert found.setdefault((state, level, restriction), is_seen) == is_seen
    return {video for video, is_seen in found.items() if is_seen}


@pytest.mark.parametrize("account_id", [SOMEBODY, None])
@pytest.mark.parametrize("is_adult", [True, False])
def test_people_see_what_is_live_allowed_for_their_age_and_meant_for_them(
    account_id: AccountId | None, *, is_adult: bool
) -> None:
    """Nothing outside of the audience; nothing removed; what is for adults for adults only."""
    watcher = Watcher(account_id, is_adult)

    assert seen(watcher, is_in_audience=False) == set()
    assert seen(watcher, is_in_audience=True) == (FOR_PEOPLE if is_adult else FOR_EVERY_AGE)


@pytest.mark.parametrize("is_in_audience", [True, False])
def test_creators_see_everything_of_their_own(*, is_in_audience: bool) -> None:
    """Drafts, refused and removed ones too, whatever their age."""
    everything = {(state, level, restriction) for state, _, level, restriction in VIDEOS}

    assert seen(Watcher(CREATOR, is_adult=False), is_in_audience=is_in_audience) == everything


@pytest.mark.parametrize("is_in_audience", [True, False])
def test_moderators_see_what_is_or_was_published(*, is_in_audience: bool) -> None:
    """Never drafts, and never what is still being made."""
    watcher = Watcher(SOMEBODY, is_adult=True, is_moderator=True)
    found = seen(watcher, is_in_audience=is_in_audience)

    assert {state for state, _, _ in found} == {VideoState.LIVE, VideoState.REMOVED}
    assert len(found) == 2 * len(ContentLevel) * len(Restriction)
