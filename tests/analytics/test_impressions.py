"""Impressions are believed without a look-up, and only ours are."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.domains.analytics.errors import UnknownImpression
from nightmarket.domains.analytics.rules import impressions
from nightmarket.domains.analytics.values import Impression, Surface
from nightmarket.kernel.ids import RequestId, VideoId, ViewerId

KEY = impressions.key_of(b"secret")
IDS = st.integers(min_value=0, max_value=2**63 - 1)
IMPRESSIONS = st.builds(
    Impression,
    viewer_id=IDS.map(ViewerId),
    video_id=IDS.map(VideoId),
    request_id=IDS.map(RequestId),
    position=st.integers(min_value=0, max_value=255),
    surface=st.sampled_from(Surface),
    shown_at_ms=st.integers(min_value=0, max_value=2**48 - 1),
)


@given(IMPRESSIONS)
def test_reading_gives_back_what_was_minted(impression: Impression) -> None:
    """Every field comes back; the text is stable, short and fit for a URL."""
    token = impressions.mint(impression, KEY)

    assert impressions.read(token, KEY) == impression
    assert impressions.mint(replace(impression), KEY) == token
    assert len(token) == 64
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(
    IMPRESSIONS,
    st.integers(min_value=0, max_value=63),
    st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=\n"),
)
def test_a_changed_letter_is_noticed(impression: Impression, place: int, letter: str) -> None:
    """No text but the minted one is believed."""
    token = impressions.mint(impression, KEY)
    changed = token[:place] + letter + token[place + 1 :]

    if changed != token:
        with pytest.raises(UnknownImpression):
            impressions.read(changed, KEY)


@pytest.mark.parametrize("token", ["", "x", "A" * 64, "é" * 64, "A" * 5000])
def test_anything_else_is_refused(token: str) -> None:
    """With the same words, whatever it is."""
    with pytest.raises(UnknownImpression, match="this impression was not made here"):
        impressions.read(token, KEY)


def test_tokens_out_there_are_read_for_ever() -> None:
    """Pages, phones and logs hold them: the form changes only with its version."""
    token = "EQAAAAAAAAABAAAAAAAAAAIAAAAAAAAAAwQAAAAAAAUult2mS8UwR_VECZtIpHkv"

    assert impressions.read(token, KEY) == Impression(
        viewer_id=ViewerId(1),
        video_id=VideoId(2),
        request_id=RequestId(3),
        position=4,
        surface=Surface.FOLLOWING,
        shown_at_ms=5,
    )
    assert impressions.mint(impressions.read(token, KEY), KEY) == token


def test_another_secret_does_not_sign_for_us() -> None:
    """Keys are derived, so a token of another installation is unknown here."""
    impression = Impression(
        viewer_id=ViewerId(1),
        video_id=VideoId(2),
        request_id=RequestId(3),
        position=4,
        surface=Surface.FOLLOWING,
        shown_at_ms=5,
    )
    token = impressions.mint(impression, impressions.key_of(b"another"))

    with pytest.raises(UnknownImpression):
        impressions.read(token, KEY)
