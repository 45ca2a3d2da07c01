"""Which part of a picture may be asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.domains.videos.errors import BadCrop
from nightmarket.domains.videos.rules.wishes import CROP_SHARE_MIN, checked_crop
from nightmarket.domains.videos.values import Crop

SHARES = st.floats(-1, 2)


@pytest.mark.feature("V58")
@given(x=SHARES, y=SHARES, width=SHARES, height=SHARES)
def test_what_is_kept_lies_inside_and_is_large_enough(
    x: float, y: float, width: float, height: float
) -> None:
    """Whatever is asked for: refused, or exactly inside, or the whole picture, which is no crop."""
    try:
        kept = checked_crop(Crop(x, y, width, height))
    except BadCrop:
        is_small = min(width, height) < CROP_SHARE_MIN
        assert is_small or min(x, y) < 0 or x + width > 1 or y + height > 1
        return
    if kept is None:
        assert min(width, height) > 0.999
        return
    assert 0 <= kept.x < 1
    assert 0 <= kept.y < 1
    assert kept.x + kept.width <= 1 + 1e-12
    assert kept.y + kept.height <= 1 + 1e-12
    assert min(kept.width, kept.height) > CROP_SHARE_MIN - 1e-5


@pytest.mark.feature("V58")
def test_sums_of_shares_may_be_off_by_a_hair() -> None:
    """A browser's 0.1 + 0.9 is not exactly one; a real overhang is refused."""
    assert checked_crop(Crop(0.1, 0, 0.9 + 1e-9, 1)) == Crop(0.1, 0, 0.9, 1)
    assert checked_crop(Crop(0, 0, 1, 1)) is None
    with pytest.raises(BadCrop, match="leaves the picture"):
        checked_crop(Crop(0.6, 0, 0.5, 1))
    with pytest.raises(BadCrop, match="a fifth"):
        checked_crop(Crop(0, 0, 1, 0.19))
