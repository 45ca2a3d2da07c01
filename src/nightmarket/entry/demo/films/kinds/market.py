"""A walk through a night market: lanterns overhead, stalls and neon on both sides, wet stone."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from nightmarket.entry.demo.films.lettering import font, sprite_of
from nightmarket.entry.demo.films.paint import colours_of, enlarge, filmic, hex_rgb, ramp
from nightmarket.entry.demo.films.shot import (
    HEIGHT,
    WIDTH,
    Audio,
    Field,
    Kind,
    Picture,
    Shot,
    Sprite,
    Stamp,
)
from nightmarket.entry.demo.films.sound import drums
from nightmarket.entry.demo.films.sound.calm import lofi

BACK = (108, 192)
HORIZON = 430
NEAR, FAR, STEP = 0.7, 8.7, 1.0
SIZES = 26
SIGNS = {
    "en": ("NOODLES", "TEA", "OPEN LATE", "DUMPLINGS", "RECORDS"),
    "de": ("BRATWURST", "MANDELN", "TEE", "WAFFELN", "SUPPE"),
    "id": ("SATE", "MARTABAK", "ES TEH", "BAKSO", "KOPI"),
    "ja": ("焼きそば", "ラムネ", "たこ焼き", "お茶", "金魚"),
    "zh": ("夜市", "奶茶", "烧烤", "小笼包", "糖葫芦"),
}
LANTERNS = ("#ff4d2e", "#ff8a1f", "#ffc24a", "#ff5d73", "#ffb84d")
NEON = ("#ff3caa", "#36e2ff", "#ffe14d", "#7dff9b", "#b18cff")
SKIES = (
    ramp("#090a1f", "#1a1242", "#4a1a5e", "#a33a5c", "#3a1838", "#0b0714"),
    ramp("#04101c", "#0b2440", "#1d4a66", "#b0663f", "#2a2434", "#070a12"),
    ramp("#120616", "#2b0f38", "#63204f", "#e0663f", "#3b1a2c", "#0d0610"),
)


@dataclass(frozen=True, slots=True)
class Thing:
    """A lantern or a stall: where it hangs (market metres), its sprites by size, its light."""

    x: float
    y: float
    z: float
    sprites: tuple[Sprite, ...]
    light: Field
    sway: float


def frames(shot: Shot) -> Iterator[Picture]:
    """Everything repeats every four rows, so four rows of walking close the loop."""
    chance = shot.chance("market")
    sky = _sky(colours_of(shot.pick(SKIES)))
    things = _stalls(chance, shot.language) + _lanterns(chance)
    rows = 2 if shot.duration_ms < 9000 else 4
    for phase in shot.phases():
        angle = 2 * np.pi * phase
        seen = sorted(_placed(things, phase * rows * STEP), key=lambda pair: -pair[1])
        stamps, glow = [], np.zeros((BACK[1], BACK[0], 3), np.float32)
        for thing, z in seen:
            stamps.append(_stamp(thing, z, angle))
            _shine(glow, thing, z, angle)
        yield Picture(filmic(sky + glow + _wet(glow, phase), 1.35), tuple(stamps))


def _placed(things: list[Thing], walked: float) -> Iterator[tuple[Thing, float]]:
    for thing in things:
        z = NEAR + (thing.z - walked - NEAR) % (FAR - NEAR)
        yield thing, z


def _screen(thing: Thing, z: float, angle: float) -> tuple[float, float]:
    sway = thing.sway * np.sin(angle * 2 + thing.z * 1.7 + thing.x)
    bob = 5 * np.sin(angle * 4)
    return WIDTH * (0.5 + (thing.x + sway * 0.05) / z * 0.52), HORIZON + bob + thing.y / z * 430


def _stamp(thing: Thing, z: float, angle: float) -> Stamp:
    x, y = _screen(thing, z, angle)
    sprite = thing.sprites[_size_index(z)]
    height, width = sprite.mask.shape
    # Things come out of the haze in the distance and leave softly past the ear.
    opacity = min((FAR - z) / 1.6, (z - NEAR) / 0.25, 1.0)
    return Stamp(sprite, round(x - width / 2), round(y - height / 2), opacity)


def _size_index(z: float) -> int:
    share = (1 / z - 1 / FAR) / (1 / NEAR - 1 / FAR)
    return min(SIZES - 1, int(share**0.6 * SIZES))


def _scales() -> list[float]:
    shares = ((np.arange(SIZES) + 0.5) / SIZES) ** (1 / 0.6)
    return [float(1 / FAR + share * (1 / NEAR - 1 / FAR)) for share in shares]


def _shine(glow: Field, thing: Thing, z: float, angle: float) -> None:
    """Add a round halo to the small background picture."""
    x, y = _screen(thing, z, angle)
    scale = BACK[0] / WIDTH
    radius = max(3, round(40 / z))
    left, top = round(x * scale) - radius, round(y * scale) - radius
    reach = np.linspace(-1, 1, 2 * radius + 1, dtype=np.float32)
    halo = np.clip(1 - reach[:, None] ** 2 - reach[None, :] ** 2, 0, 1) ** 2.2
    y_from, x_from = max(0, -top), max(0, -left)
    area = glow[max(0, top) : top + 2 * radius + 1, max(0, left) : left + 2 * radius + 1]
    part = halo[y_from : y_from + area.shape[0], x_from : x_from + area.shape[1]]
    strength = min((FAR - z) / 1.6, (z - NEAR) / 0.25, 1.0) * 0.5
    area += part[: area.shape[0], : area.shape[1], None] * thing.light * np.float32(strength)


def _wet(glow: Field, phase: float) -> Field:
    """The lights again in the wet ground: upside down, drawn long, broken by ripples."""
    line = HORIZON * BACK[1] // HEIGHT
    depth = BACK[1] - line
    above = glow[max(0, line - depth) : line][::-1]
    streak = np.zeros_like(glow)
    pulled = enlarge(above, BACK[0], above.shape[0] * 2)[:depth]
    row = np.arange(len(pulled), dtype=np.float32)[:, None]
    ripple = 0.75 + 0.25 * np.sin(row * 1.3 - 2 * np.pi * phase * 6) * np.sin(row * 0.37 + 1)
    streak[line : line + len(pulled)] = pulled * (0.75 * ripple * np.exp(-row / 90))[..., None]
    return streak


def _sky(table: Field) -> Field:
    stops = np.interp(np.linspace(0, 1, BACK[1]), (0, 0.30, 0.45, 0.5, 1), (0, 0.35, 0.6, 0.78, 1))
    column = table[(stops * 1023).astype(np.int32)]
    across = np.linspace(-1, 1, BACK[0], dtype=np.float32)
    return (column[:, None, :] * (1.1 - 0.6 * across[None, :, None] ** 2) * 0.8).astype(np.float32)


def _lanterns(chance: np.random.Generator) -> list[Thing]:
    scales = _scales()
    drawn = [_sized(_lantern(colour), scales) for colour in LANTERNS]
    things = []
    for row in range(8):
        for column in range(5):
            pick = int(chance.integers(len(LANTERNS)))
            x = (column - 2) * 0.42 + 0.1 * (row % 2) + float(chance.uniform(-0.04, 0.04))
            y = (
                -0.62
                - 0.22 * (row % 3)
                + 0.05 * (column - 2) ** 2
                + float(chance.uniform(-0.05, 0.05))
            )
            light = np.array(hex_rgb(LANTERNS[pick]), np.float32) / 255
            things.append(Thing(x, y, row + 0.5 * (column % 2), drawn[pick], light, 1.0))
    return things


def _sized(image: Image.Image, scales: list[float]) -> tuple[Sprite, ...]:
    return tuple(
        sprite_of(
            image.resize(
                (max(2, round(image.width * scale)), max(2, round(image.height * scale))),
                Image.Resampling.HAMMING if scale < 0.9 else Image.Resampling.BICUBIC,
            )
        )
        for scale in scales
    )


def _lantern(colour: str) -> Image.Image:
    """Paper on ribs, lit from inside, with caps and a tassel."""
    big = (360, 560)
    red, green, blue = hex_rgb(colour)
    y, x = np.mgrid[0 : big[1], 0 : big[0]].astype(np.float32)
    across, down = (x - 180) / 150, (y - 230) / 128
    body = 1 - across**2 - down**2
    light = np.clip(body, 0, 1) ** 0.55
    rib = 0.86 + 0.14 * np.cos(across / np.sqrt(np.maximum(1 - down**2, 0.05)) * 9)
    heart = np.exp(-((across * 1.1) ** 2 + (down * 1.0) ** 2) * 2.4)
    data = np.zeros((big[1], big[0], 4), np.float32)
    for index, part in enumerate((red, green, blue)):
        data[..., index] = part * (0.35 + 0.65 * light) * rib + (255 - part * 0.5) * heart * 0.75
    data[..., 3] = np.clip(body * 60, 0, 1) * 255
    image = Image.fromarray(np.clip(data, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    draw.line((180, 0, 180, 96), (30, 16, 24, 255), 5)
    for top in (92, 340):
        draw.rounded_rectangle((120, top, 240, top + 26), 8, (58, 26, 20, 255))
    for strand in range(-4, 5):
        draw.line((180 + strand * 5, 366, 180 + strand * 9, 520), (red, green // 2, 30, 230), 4)
    return image.resize((180, 280), Image.Resampling.LANCZOS)


def _stalls(chance: np.random.Generator, language: str) -> list[Thing]:
    scales = _scales()
    kinds = []
    for sign in SIGNS[language]:
        neon = NEON[int(chance.integers(len(NEON)))]
        light = np.array(hex_rgb(neon), np.float32) / 255 * 0.9
        kinds.append((_sized(_stall(chance, sign, language, neon), scales), light))
    things = []
    for index in range(8):
        drawn, light = kinds[index % len(kinds)]
        side = -1 if index % 2 else 1
        things.append(Thing(side * 1.22, 0.12, float(index) + 0.01, drawn, light, 0.0))
    return things


def _stall(chance: np.random.Generator, sign: str, language: str, neon: str) -> Image.Image:
    """Counter, striped awning, warm lamp, things in jars, and a glowing sign."""
    image = Image.new("RGBA", (520, 760))
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 250, 480, 760), (26, 15, 30, 255))
    for row in range(250, 560):
        warm = 1 - (row - 250) / 330
        draw.line((58, row, 462, row), (int(120 + 120 * warm), int(60 + 92 * warm), 40, 255))
    for shelf in range(2):
        for jar in range(7):
            left, top = 74 + jar * 55, 330 + shelf * 105
            hue = hex_rgb(NEON[int(chance.integers(len(NEON)))])
            mixed = tuple(int(part * 0.55 + 60) for part in hue)
            tall = int(chance.integers(34, 66))
            draw.rounded_rectangle((left, top + 70 - tall, left + 38, top + 70), 9, (*mixed, 255))
        draw.rectangle((58, 402 + shelf * 105, 462, 409 + shelf * 105), (64, 30, 26, 255))
    draw.rectangle((30, 560, 490, 760), (58, 26, 32, 255))
    draw.rectangle((22, 548, 498, 578), (122, 58, 40, 255))
    stripe = hex_rgb(LANTERNS[int(chance.integers(len(LANTERNS)))])
    for index in range(10):
        colour = (*stripe, 255) if index % 2 else (250, 236, 214, 255)
        left = 20 + index * 48
        draw.polygon(
            (
                (left + 12, 190),
                (left + 48 if index < 9 else left + 36, 190),
                (left + 48, 262),
                (left, 262),
            ),
            colour,
        )
        draw.ellipse((left, 238, left + 48, 286), colour)
    return Image.alpha_composite(image, _sign(sign, language, neon)).resize(
        (364, 532), Image.Resampling.LANCZOS
    )


def _sign(sign: str, language: str, neon: str) -> Image.Image:
    layer = Image.new("RGBA", (520, 760))
    size = 96
    while font("sans", language, size).getlength(sign) > 400:
        size -= 4
    draw = ImageDraw.Draw(layer)
    draw.rounded_rectangle((36, 40, 484, 176), 22, (18, 9, 26, 235), (*hex_rgb(neon), 255), 6)
    draw.text((260, 106), sign, (*hex_rgb(neon), 255), font("sans", language, size), "mm")
    halo = layer.filter(ImageFilter.GaussianBlur(14))
    draw.text(
        (260, 106),
        sign,
        (255, 250, 244, 255),
        font("sans", language, size - 1),
        "mm",
        stroke_width=0,
    )
    edge = Image.new("RGBA", layer.size)
    ImageDraw.Draw(edge).text(
        (260, 106),
        sign,
        (*hex_rgb(neon), 150),
        font("sans", language, size),
        "mm",
        stroke_width=4,
        stroke_fill=(*hex_rgb(neon), 190),
    )
    return Image.alpha_composite(Image.alpha_composite(halo, edge), layer)


def sound(shot: Shot) -> Audio:
    """A lazy record somewhere, people everywhere, something sizzling."""
    chance = shot.chance("market sound")
    people = drums.murmur(chance, shot.samples_count)
    sizzle = drums.rain(chance, shot.samples_count)
    return np.asarray(lofi(shot, 84) + people * np.float32(0.8) + sizzle * np.float32(0.06))


KIND = Kind(fps=24, frames=frames, sound=sound)
