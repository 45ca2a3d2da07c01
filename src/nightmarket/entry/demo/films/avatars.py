"""Faces for the demo accounts: a small landscape of discs and waves, one per seed."""

import io

import numpy as np
from PIL import Image

from nightmarket.entry.demo.films.paint import coordinates, hex_rgb, opaque
from nightmarket.entry.demo.films.shot import Field

SIDE = 256
# Sky above, sky below, sun, near wave, far wave.
PALETTES = (
    ("#1b1035", "#ff6f61", "#ffe8b0", "#3d1b5a", "#7a2f6b"),
    ("#04303f", "#2ec4b6", "#fff3c4", "#06283d", "#0f6a73"),
    ("#ff9a76", "#ffe1b3", "#e63946", "#5a2a4a", "#b5546c"),
    ("#0a1045", "#6c63ff", "#ffd6e8", "#11113a", "#3a3a9e"),
    ("#f7d9c4", "#faedcb", "#ff7b54", "#2f5d50", "#7fb285"),
    ("#2d0a31", "#d1345b", "#ffd166", "#160519", "#6b1541"),
    ("#c9e4de", "#f7fff7", "#ffb703", "#1a535c", "#4ecdc4"),
    ("#141e30", "#f2994a", "#fff6e0", "#0b0f1a", "#8a4a2f"),
)


def avatar(seed: int) -> bytes:
    """Square WebP, 256 pixels a side; the same seed gives the same bytes."""
    chance = np.random.default_rng([seed, 0xA7A7])
    colours = [
        np.array(hex_rgb(colour), np.float32) / 255 for colour in PALETTES[seed % len(PALETTES)]
    ]
    x, y = coordinates(SIDE * 2, SIDE * 2)
    down = np.clip((y + 1) / 2, 0, 1)[..., None]
    light: Field = colours[0] * (1 - down) + colours[1] * down
    centre = chance.uniform(-0.4, 0.4), chance.uniform(-0.45, 0.05)
    light = _moons(light, x - centre[0], y - centre[1], colours[2], chance)
    for layer in range(3):
        top = 0.15 + 0.3 * layer + _wave(x, chance)
        near = layer / 2
        colour = colours[4] * (1 - near) + colours[3] * near
        inside = np.clip((y - top) * 120, 0, 1)[..., None]
        shadow = np.clip((y - top + 0.12) * 6, 0, 1)[..., None] * (1 - inside) * 0.25
        light = (light * (1 - shadow)) * (1 - inside) + colour * inside
    picture = (
        Image.fromarray(opaque(light)).convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    )
    target = io.BytesIO()
    picture.save(target, "WEBP", quality=86, method=4)
    return target.getvalue()


def _moons(light: Field, x: Field, y: Field, colour: Field, chance: np.random.Generator) -> Field:
    """A full disc, a crescent, a ringed planet or a striped sun."""
    size = float(chance.uniform(0.34, 0.46))
    reach = np.hypot(x, y)
    disc = np.clip((size - reach) * 110, 0, 1)
    form = int(chance.integers(4))
    if form == 1:
        disc = disc * np.clip((np.hypot(x - size * 0.45, y + size * 0.2) - size * 0.85) * 110, 0, 1)
    if form == 2:
        tilt = np.hypot(x * 0.62 + y * 0.2, (y - x * 0.35) * 2.6)
        disc = np.maximum(disc, np.clip(0.05 - np.abs(tilt - size * 1.15), 0, 0.02) * 50 * 0.8)
    if form == 3:
        disc = disc * np.clip((np.sin(y * 46) + 1.2 - np.clip(y / size + 0.4, 0, 2)) * 6, 0, 1)
    halo = np.exp(-np.maximum(reach - size, 0) * 4)[..., None] * 0.25
    light = light + (colour - light) * halo
    return light + (colour - light) * disc[..., None]


def _wave(x: Field, chance: np.random.Generator) -> Field:
    total = np.zeros_like(x)
    for height, turns in ((0.14, 2.0), (0.05, 5.0)):
        total += np.float32(chance.uniform(0.3, 1) * height) * np.sin(
            x * np.float32(turns * chance.uniform(0.7, 1.3)) + np.float32(chance.uniform(0, 6))
        )
    return total
