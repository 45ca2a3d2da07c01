"""Julia sets that bloom and fold while their constant walks once around a circle."""

from collections.abc import Iterator

import numpy as np

from nightmarket.entry.demo.films.paint import coordinates, ramp, shade
from nightmarket.entry.demo.films.shot import Field, Kind, Picture, Shot
from nightmarket.entry.demo.films.sound.calm import ambient

SIZE = (198, 352)
ITERATIONS = 34
ESCAPE = 60.0
# Centres on the rim of the Mandelbrot set, where Julia sets are neither dust nor blobs.
WALKS = (
    (complex(-0.755, 0.06), 0.075, 0.70),
    (complex(-0.122, 0.76), 0.06, 0.72),
    (complex(0.285, 0.535), 0.05, 0.66),
    (complex(-0.4, 0.6), 0.055, 0.72),
    (complex(-0.79, 0.15), 0.04, 0.70),
)
RAMPS = (
    ramp("#02010a", "#12094a", "#3d1aa8", "#d13b8a", "#ffb26b", "#fff6d8"),
    ramp("#00070d", "#02384a", "#058c8c", "#8fe388", "#fff3b0", "#ffffff"),
    ramp("#0a0302", "#4a0d12", "#b32d17", "#f08a24", "#ffe08a", "#ffffff"),
    ramp("#04020f", "#1c1552", "#2f5fd0", "#57c7ff", "#e6f7ff", "#ffd6f2"),
)


def frames(shot: Shot) -> Iterator[Picture]:
    """Half the film is computed and shown twice: the walk closes on itself."""
    chance = shot.chance("fractal")
    centre, radius, zoom = shot.pick(WALKS)
    colours = shot.pick(RAMPS)
    turn = float(chance.uniform(0.9, 2.2))
    x, y = coordinates(*SIZE)
    count = shot.frames_count // 2
    loop = []
    for index in range(count):
        angle = 2 * np.pi * index / count
        constant = centre + radius * np.exp(1j * angle)
        tilt = turn + 0.25 * np.sin(angle)
        scale = np.float32(zoom * (1 + 0.12 * np.cos(angle)))
        cos, sin = np.float32(np.cos(tilt) * scale), np.float32(np.sin(tilt) * scale)
        values = _depth(x * cos - y * sin, x * sin + y * cos, constant)
        picture = Picture(shade(values, colours))
        loop.append(picture)
        yield picture
    for index in range(shot.frames_count - count):
        yield loop[index % count]


def _depth(real: Field, imaginary: Field, constant: complex) -> Field:
    """0..1: how long a point stays, smoothed, with light where the path passes the axes."""
    stay = np.zeros_like(real)
    trap = np.full_like(real, 4)
    nearest = np.full_like(real, 4)
    for _ in range(ITERATIONS):
        real_squared, imaginary_squared = real * real, imaginary * imaginary
        imaginary = 2 * real * imaginary + np.float32(constant.imag)
        real = real_squared - imaginary_squared + np.float32(constant.real)
        np.clip(real, -ESCAPE, ESCAPE, out=real)
        np.clip(imaginary, -ESCAPE, ESCAPE, out=imaginary)
        reach = real_squared + imaginary_squared
        stay += np.exp(-reach)
        np.minimum(nearest, reach, out=nearest)
        np.minimum(trap, np.abs(real * imaginary) + 0.03 * reach, out=trap)
    light = np.exp(-trap * 30)
    outside = 1 - np.exp(-np.maximum(stay - 0.6, 0) * 0.11)
    inside = 0.16 + 0.62 * np.sqrt(nearest)
    is_inside = np.clip((stay - ITERATIONS * 0.45) * 0.2, 0, 1)
    return np.asarray(
        outside * (1 - is_inside) + inside * is_inside + 0.42 * light * (0.3 + outside)
    )


KIND = Kind(fps=24, frames=frames, sound=ambient)
