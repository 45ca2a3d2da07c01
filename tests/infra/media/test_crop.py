"""A part of the picture becomes the whole of the film, whichever way the phone was held."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.infra.media.crop import box, cropped_size
from nightmarket.infra.media.job import Crop, Progress, RenderJob, Step
from nightmarket.infra.media.render import render
from tests.infra.media.films import Film, Seen, make, see

RED, GREEN, BLUE, GREY = (200, 20, 20), (20, 160, 20), (20, 20, 200), (90, 90, 90)
SHADE = 16  # What two encodings do to a colour.


@st.composite
def crops(draw: st.DrawFn) -> Crop:
    """Any part that the rules let through."""
    width, height = draw(st.floats(0.2, 1)), draw(st.floats(0.2, 1))
    return Crop(draw(st.floats(0, 1 - width)), draw(st.floats(0, 1 - height)), width, height)


@pytest.mark.feature("V58")
@given(crop=crops(), width=st.integers(2, 4096), height=st.integers(2, 4096))
def test_a_box_is_even_inside_and_within_two_pixels_of_the_wish(
    crop: Crop, width: int, height: int
) -> None:
    """For every picture and every part of it."""
    kept = box(crop, width, height)
    assert {side % 2 for side in (kept.left, kept.top, kept.width, kept.height)} == {0}
    assert 0 <= kept.left <= width - kept.width
    assert 0 <= kept.top <= height - kept.height
    assert abs(kept.width - crop.width * width) <= 2
    assert abs(kept.height - crop.height * height) <= 2
    assert abs(kept.left - crop.x * width) <= 3  # One more where the right edge pushes it.
    assert abs(kept.top - crop.y * height) <= 3
    assert cropped_size(width, height, crop) == (kept.width, kept.height)


@pytest.mark.feature("V58")
def test_films_of_one_pixel_are_left_alone() -> None:
    """There is nothing to cut off."""
    assert cropped_size(1, 1, Crop(0.4, 0.4, 0.2, 0.2)) == (1, 1)
    assert cropped_size(7, 9, None) == (7, 9)


def has_colours(seen: Seen, left: tuple[int, int, int], right: tuple[int, int, int]) -> None:
    """Whether both halves have their colour from edge to edge, when the bar is elsewhere."""
    picture = seen.at(0.0)  # The white bar begins at the source's very top.
    middle, edge = seen.width // 2, 4
    rows = slice(edge, seen.height - edge)
    for half, colour in ((slice(edge, middle - edge), left), (slice(middle + edge, -edge), right)):
        away = np.abs(picture[rows, half].astype(int) - np.array(colour)).mean(axis=(0, 1))
        assert away.max() < SHADE, (colour, away)


# What people see upright, by the turn of the display matrix; the wish is always the lower third.
LOWER = {0: (BLUE, GREY), -90: (GREY, GREEN), 180: (GREEN, RED), 90: (RED, BLUE)}


@pytest.mark.feature("V58")
@pytest.mark.parametrize("rotation", LOWER)
def test_the_corners_that_were_cut_off_are_gone(
    tmp_path: Path, folder: Path, rotation: int
) -> None:
    """Film, first picture, cover, tiles and facts are of the part that was kept; no streams are copied."""
    source = make(
        tmp_path / "source.mp4", Film(width=360, height=640, rotation=rotation, seconds=1)
    )
    notes: list[Progress] = []
    crop = Crop(0.1, 0.55, 0.8, 0.3)

    result = render(RenderJob(str(source), str(folder), crop=crop), notes.append)

    upright = (360, 640) if rotation % 180 == 0 else (640, 360)
    size = cropped_size(*upright, crop)
    seen = see(folder / result.renditions[-1].file)
    assert (seen.width, seen.height) == (result.width, result.height) == size
    assert result.first is None
    assert [note.rendition for note in notes if note.step is Step.FIRST_PLAYABLE] == [None]
    if rotation != 180:  # There the bar starts at the bottom of what people see.
        has_colours(seen, *LOWER[rotation])
    for still in (*result.stills.posters, *result.stills.covers):
        picture = see(folder / still)
        assert abs(picture.width / picture.height - size[0] / size[1]) < 0.03
    board = result.stills.storyboard
    assert board is not None
    assert abs(board.tile_width / board.tile_height - size[0] / size[1]) < 0.1
    assert result.renditions[-1].width == size[0]


@pytest.mark.feature("V58")
def test_the_ladder_and_the_numbers_are_of_what_is_left(tmp_path: Path, folder: Path) -> None:
    """A tall film cut to its red corner is red for the ranker, and gets the rungs of its own size."""
    source = make(tmp_path / "source.mp4", Film(width=640, height=1136, seconds=1))
    (folder / "whole").mkdir()
    whole = render(RenderJob(str(source), str(folder / "whole")), lambda _: None)
    assert [one.name for one in whole.renditions] == ["360", "540", "720"]

    kept = render(RenderJob(str(source), str(folder), crop=Crop(0, 0.1, 0.5, 0.35)), lambda _: None)

    assert [one.name for one in kept.renditions] == ["360"]
    assert (kept.width, kept.height) == (320, 398)
    assert kept.statistics.vector != whole.statistics.vector
    assert np.abs(see(folder / "360.mp4").at(0.0).astype(int) - np.array(RED)).mean() < SHADE
