"""Colour and light for whole pictures: gradients, coordinate fields, glow, tone, splats."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from nightmarket.entry.demo.films.shot import Field, Pixels

RAMP_SIZE = 1024
Ramp = npt.NDArray[np.uint32]
Points = npt.NDArray[np.floating]


def hex_rgb(colour: str) -> tuple[int, int, int]:
    """Bytes of a colour written `#rrggbb`."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def ramp(*stops: str) -> Ramp:
    """A gradient of evenly spaced colours, packed as uint32[1024] RGBA for fast look-up."""
    table = np.array([hex_rgb(stop) for stop in stops], np.float32)
    where = np.linspace(0, len(stops) - 1, RAMP_SIZE)
    packed = np.full((RAMP_SIZE, 4), 255, np.uint8)
    for channel in range(3):
        packed[:, channel] = np.interp(where, np.arange(len(stops)), table[:, channel]).round()
    return packed.view(np.uint32).ravel()


def shade(values: Field, colours: Ramp) -> Pixels:
    """Picture from a field 0..1 (clipped) through a gradient."""
    index = (values * np.float32(RAMP_SIZE - 1)).astype(np.int32)
    np.clip(index, 0, RAMP_SIZE - 1, out=index)
    return np.take(colours, index).view(np.uint8).reshape(*values.shape, 4)


def shade_wrapped(values: Field, colours: Ramp) -> Pixels:
    """Picture from a field through a gradient that repeats with period 1."""
    index = (values * np.float32(RAMP_SIZE)).astype(np.int32) & (RAMP_SIZE - 1)
    return np.take(colours, index).view(np.uint8).reshape(*values.shape, 4)


def coordinates(width: int, height: int) -> tuple[Field, Field]:
    """X -1..1 to the right and y downwards in the same unit, both float32[height, width]."""
    across = (np.arange(width, dtype=np.float32) * 2 - width + 1) / width
    down = (np.arange(height, dtype=np.float32) * 2 - height + 1) / width
    x, y = np.meshgrid(across, down)
    return x, y


def colours_of(table: Ramp) -> Field:
    """The gradient as float32[1024, 3], 0..1, for adding light."""
    return (table.view(np.uint8).reshape(-1, 4)[:, :3] / 255).astype(np.float32)


def opaque(light: Field) -> Pixels:
    """uint8 RGBA from float32[height, width, 3], 0..1, clipped."""
    height, width = light.shape[:2]
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[..., :3] = np.clip(light * np.float32(255), 0, 255)
    pixels[..., 3] = 255
    return pixels


def filmic(light: Field, exposure: float = 1.0) -> Pixels:
    """Picture from unbounded light float32[height, width, 3]: highlights roll off softly."""
    return opaque(1 - np.exp(light * np.float32(-exposure)))


def glow(light: Field, radius: int = 2, factor: int = 4) -> Field:
    """A wide soft copy of the light, same shape; width and height must divide by `factor`."""
    height, width = light.shape[:2]
    rest = light.shape[2:]
    small = light.reshape(height // factor, factor, width // factor, factor, *rest).mean((1, 3))
    for _ in range(2):
        small = _box(_box(small, radius, 0), radius, 1)
    return enlarge(small.astype(np.float32), width, height)


def enlarge(field: Field, width: int, height: int) -> Field:
    """Smoothly scale float32[h, w] or float32[h, w, n] to a new size."""
    if field.ndim == 2:
        return _resize(field, width, height)
    planes = [_resize(field[..., index], width, height) for index in range(field.shape[2])]
    return np.stack(planes, axis=-1)


def _resize(plane: Field, width: int, height: int) -> Field:
    image = Image.fromarray(np.ascontiguousarray(plane, np.float32), "F")
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))


def _box(field: Field, radius: int, axis: int) -> Field:
    size = 2 * radius + 1
    pad = [(0, 0)] * field.ndim
    pad[axis] = (radius + 1, radius)
    total = np.cumsum(np.pad(field, pad, mode="edge"), axis=axis, dtype=np.float32)
    length = field.shape[axis]
    ahead = np.take(total, np.arange(size, size + length), axis=axis)
    behind = np.take(total, np.arange(length), axis=axis)
    return ((ahead - behind) / size).astype(np.float32)


def splat(shape: tuple[int, int], x: Points, y: Points, light: Field) -> Field:
    """Add points as light: float32[height, width, 3] from pixel positions and float32[n, 3].

    Each point is shared between its four nearest pixels; points outside are dropped.
    """
    height, width = shape
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    seen = (left >= 0) & (left < width - 1) & (top >= 0) & (top < height - 1)
    left, top, light = left[seen], top[seen], light[seen]
    right_part, low_part = x[seen] - left, y[seen] - top
    corner = top * width + left
    index = np.concatenate([corner, corner + 1, corner + width, corner + width + 1])
    share = np.concatenate(
        [
            (1 - right_part) * (1 - low_part),
            right_part * (1 - low_part),
            (1 - right_part) * low_part,
            right_part * low_part,
        ]
    )
    planes = [
        np.bincount(index, share * np.tile(light[:, channel], 4), minlength=height * width)
        for channel in range(3)
    ]
    return np.stack(planes, axis=-1).reshape(height, width, 3).astype(np.float32)


def smooth(value: float) -> float:
    """Ease in and out: 0..1 to 0..1, flat at both ends; clipped outside."""
    clipped = min(max(value, 0.0), 1.0)
    return clipped * clipped * (3 - 2 * clipped)


def overshoot(value: float) -> float:
    """Ease out past the goal and back, 0..1 to 0..1 with a peak near 1.1; clipped outside."""
    clipped = min(max(value, 0.0), 1.0) - 1
    return 1 + 2.7 * clipped**3 + 1.7 * clipped**2


def vignette(width: int, height: int, strength: float = 0.5) -> Field:
    """float32[height, width, 1] that darkens the corners; 1 in the middle."""
    x, y = coordinates(width, height)
    reach = (x * x + (y * width / height) ** 2) / 2
    return (1 - strength * reach**1.4)[..., None].astype(np.float32)
