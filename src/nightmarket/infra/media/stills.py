"""Still pictures of a film: posters, covers, the storyboard sprite and the tiny placeholder."""

import base64
import io
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nightmarket.infra.media.job import Storyboard
from nightmarket.infra.media.playlists import write_atomically

Picture = NDArray[np.uint8]
"""uint8[height, width, 3], RGB."""

SMALL_SHORT_SIDE = 360
LARGE_SHORT_SIDE = 720
PLACEHOLDER_LONG_SIDE = 20
TILE_LONG_SIDE = 160
TILES_MAX = 60
COLUMNS = 10
SAMPLES_A_SECOND = 4
WEBP_QUALITY = 76
JPEG_QUALITY = 84


def picture(frame: av.VideoFrame) -> Image.Image:
    """Return the frame as an RGB image."""
    return Image.fromarray(frame.to_ndarray(format="rgb24"))


def save_posters(frame: av.VideoFrame, folder: Path) -> tuple[str, str]:
    """Write the film's first frame in two sizes, so that nothing jumps when it starts."""
    whole = picture(frame)
    names = ("poster.small.webp", "poster.webp")
    for name, short_side in zip(names, (SMALL_SHORT_SIDE, LARGE_SHORT_SIDE), strict=True):
        _fitted(whole, short_side).save(folder / name, quality=WEBP_QUALITY, method=2)
    return names


def save_covers(frame: av.VideoFrame, folder: Path, name: str = "cover") -> tuple[str, str]:
    """Write the chosen frame: small for grids, and a JPEG because link previews read no WebP."""
    whole = picture(frame)
    names = (f"{name}.small.webp", f"{name}.jpg")
    _fitted(whole, SMALL_SHORT_SIDE).save(folder / names[0], quality=WEBP_QUALITY, method=2)
    _fitted(whole, LARGE_SHORT_SIDE).save(folder / names[1], quality=JPEG_QUALITY, optimize=True)
    return names


def placeholder(frame: av.VideoFrame) -> str:
    """Return a blurred miniature as a data address, some 150 characters."""
    tiny = picture(frame)
    tiny.thumbnail((PLACEHOLDER_LONG_SIDE, PLACEHOLDER_LONG_SIDE))
    target = io.BytesIO()
    tiny.save(target, "WEBP", quality=20, method=6)
    return "data:image/webp;base64," + base64.b64encode(target.getvalue()).decode("ascii")


def _fitted(whole: Image.Image, short_side: int) -> Image.Image:
    scale = short_side / min(whole.size)
    if scale >= 1:
        return whole
    size = (max(1, round(whole.width * scale)), max(1, round(whole.height * scale)))
    return whole.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def tile_size(width: int, height: int) -> tuple[int, int]:
    """Size of a storyboard tile, and of the samples that statistics are taken from."""
    scale = min(1.0, TILE_LONG_SIDE / max(width, height))
    return max(2, round(width * scale)), max(2, round(height * scale))


def save_storyboard(samples: list[Picture], folder: Path) -> Storyboard | None:
    """Write a sprite of at most 60 tiles and its WebVTT.

    Args:
        samples: four a second from the start, all of one size.
        folder: where `storyboard.jpg` and `storyboard.vtt` go.
    """
    if not samples:
        return None
    duration_s = len(samples) / SAMPLES_A_SECOND
    # Half a second while that fits into the sprite, else whole seconds.
    step = 2 if duration_s * 2 <= TILES_MAX else SAMPLES_A_SECOND * -(-int(duration_s) // TILES_MAX)
    tiles = samples[::step][:TILES_MAX]
    height, width = tiles[0].shape[:2]
    columns = min(COLUMNS, len(tiles))
    rows = -(-len(tiles) // columns)
    sheet = np.zeros((rows * height, columns * width, 3), np.uint8)
    for index, tile in enumerate(tiles):
        row, column = divmod(index, columns)
        sheet[row * height : (row + 1) * height, column * width : (column + 1) * width] = tile
    Image.fromarray(sheet).save(folder / "storyboard.jpg", quality=70, optimize=True)
    board = Storyboard(
        file="storyboard.jpg",
        vtt_file="storyboard.vtt",
        tile_width=width,
        tile_height=height,
        columns=columns,
        interval_ms=step * 1000 // SAMPLES_A_SECOND,
        count=len(tiles),
    )
    write_atomically(folder / board.vtt_file, _vtt(board))
    return board


def _vtt(board: Storyboard) -> str:
    cues = ["WEBVTT", ""]
    for index in range(board.count):
        row, column = divmod(index, board.columns)
        start, end = index * board.interval_ms, (index + 1) * board.interval_ms
        place = f"{column * board.tile_width},{row * board.tile_height}"
        cues += [
            f"{_clock(start)} --> {_clock(end)}",
            f"{board.file}#xywh={place},{board.tile_width},{board.tile_height}",
            "",
        ]
    return "\n".join(cues)


def _clock(time_ms: int) -> str:
    seconds, millis = divmod(time_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}.{millis:03}"
