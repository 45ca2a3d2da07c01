"""Paper-cut scenes: layers of hills slide past under a moon, and an animal is at home in them."""

from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from nightmarket.entry.demo.films.lettering import sprite_of
from nightmarket.entry.demo.films.paint import coordinates, hex_rgb, opaque
from nightmarket.entry.demo.films.shot import Field, Kind, Picture, Shot, Sprite, Stamp
from nightmarket.entry.demo.films.sound.acoustic import thumb_piano

SIZE = (216, 384)
LAYERS = 5
FOREST = 2
DRAWN = 4  # animals are drawn this many times larger than shown
CANVAS = 260
# Sky above, sky below, moon, farthest hill .. nearest hill, animal, its detail.
PALETTES = (
    (
        "#1d2b53",
        "#f7a072",
        "#fff3d6",
        "#5b5f97",
        "#7c3f75",
        "#b23a6b",
        "#3f1d4e",
        "#1f0f33",
        "#ffb84d",
        "#fff3d6",
    ),
    (
        "#f6d6ad",
        "#fbe9d0",
        "#ef5b3f",
        "#e6a57e",
        "#c9705a",
        "#8f4a52",
        "#5a3350",
        "#2e1f3e",
        "#fff6e9",
        "#ef5b3f",
    ),
    (
        "#0a2342",
        "#2ca58d",
        "#fffdf7",
        "#1f7a8c",
        "#17627a",
        "#114b5f",
        "#0b3248",
        "#061d2f",
        "#ffd29d",
        "#0a2342",
    ),
    (
        "#f7cad0",
        "#ffe5d9",
        "#fff8ef",
        "#d5b9d8",
        "#a594c4",
        "#7a77ad",
        "#4f5d8f",
        "#2f3e66",
        "#ff8fa3",
        "#fff8ef",
    ),
)
Pen = Callable[[ImageDraw.ImageDraw, str, str], None]


def frames(shot: Shot) -> Iterator[Picture]:
    """Hills are sums of whole waves around the loop; each casts a soft shadow on the one behind."""
    chance = shot.chance("papercut")
    palette = shot.pick(PALETTES)
    colours: list[Field] = [np.array(hex_rgb(colour), np.float32) / 255 for colour in palette]
    x, y = coordinates(*SIZE)
    sky = _sky(x, y, colours)
    grain = (1 + chance.normal(0, 0.018, x.shape)).astype(np.float32)[..., None]
    hills = [_waves(chance, layer) for layer in range(LAYERS)]
    sprite = _animal(ANIMALS[shot.subject or shot.pick(tuple(ANIMALS))], palette[8], palette[9])
    at = 3
    for phase in shot.phases():
        light = sky.copy()
        tops = [_ridge(x[0], hills[layer], phase, layer) for layer in range(LAYERS)]
        for layer, top in enumerate(tops):
            # From the shadow it throws down to where the next sheet hides it.
            end = y[-1, 0] + 1 if layer == LAYERS - 1 else tops[layer + 1].max() + 0.03
            rows = slice(*np.searchsorted(y[:, 0], (top.min() - 0.12, end)))
            _lay(light[rows], y[rows] - top[None, :], colours[3 + layer])
        middle = _ridge(np.array([0.0], np.float32), hills[at], phase, at)[0]
        hop = abs(np.sin(2 * np.pi * phase * max(2, round(shot.seconds / 1.4)))) ** 0.8
        foot = (float(middle) / 2 * 540 + 480) - hop * 34
        stamp = Stamp(
            sprite, 252 - sprite.mask.shape[1] // 2, round(foot) - sprite.mask.shape[0] + 34
        )
        yield Picture(opaque(light * grain), (stamp,))


def _sky(x: Field, y: Field, colours: list[Field]) -> Field:
    down = np.clip((y + 1.78) / 2.5, 0, 1)[..., None]
    sky = colours[0] * (1 - down) + colours[1] * down
    away = np.hypot(x - 0.18, y + 0.72)
    moon = np.clip((0.44 - away) * 70, 0, 1)[..., None]
    for ring, share in ((0.95, 0.10), (0.72, 0.13)):
        sky = sky + (colours[2] - sky) * np.clip((ring - away) * 70, 0, 1)[..., None] * share
    return np.asarray((sky * (1 - moon) + colours[2] * moon).astype(np.float32))


def _waves(chance: np.random.Generator, layer: int) -> list[tuple[float, float, int]]:
    """Height, start and whole waves per film width of three sines."""
    return [
        (float(chance.uniform(0.4, 1)) * height, float(chance.uniform(0, 6)), waves + layer // 2)
        for height, waves in ((0.13, 1), (0.06, 2), (0.025, 5))
    ]


def _ridge(x: Field, waves: list[tuple[float, float, int]], phase: float, layer: int) -> Field:
    base = -0.28 + 0.42 * layer
    place = x * np.float32(0.5) + np.float32(phase * (1 + layer // 2))
    total = sum(
        height * np.sin(2 * np.pi * (place * count / 1) + start) for height, start, count in waves
    )
    if layer == FOREST:
        # Pines: two rows of spikes, whole numbers of them around the loop.
        for count, tall in ((22, 0.16), (34, 0.10)):
            total = total - tall * np.clip(1 - np.abs((place * count) % 1 - 0.5) * 3.4, 0, 1)
    return np.asarray(base + total, np.float32)


def _lay(light: Field, below: Field, colour: Field) -> None:
    shadow = np.clip((below + 0.11) * 8, 0, 1) * 0.34
    light *= (1 - shadow * (below < 0.02))[..., None]
    sheet = np.clip(below * 100, 0, 1)[..., None]
    edge = np.exp(-np.abs(below - 0.012) * 140)[..., None] * 0.13
    body = colour * (1.03 - 0.12 * np.clip(below, 0, 1))[..., None] + edge
    light += (body - light) * sheet


def _animal(pen: Pen, body: str, detail: str) -> Sprite:
    """The animal with the shadow that paper throws."""
    side = CANVAS * DRAWN
    image = Image.new("RGBA", (side, side))
    pen(ImageDraw.Draw(image), body, detail)
    image = image.resize((CANVAS, CANVAS), Image.Resampling.LANCZOS)
    shadow = Image.new("RGBA", image.size, (10, 5, 25, 0))
    mask = (
        image.getchannel("A")
        .filter(ImageFilter.GaussianBlur(7))
        .point([level * 2 // 5 for level in range(256)])
    )
    shadow.putalpha(mask)
    canvas = Image.new("RGBA", image.size)
    canvas.paste(shadow, (5, 8), shadow)
    return sprite_of(Image.alpha_composite(canvas, image))


def _points(*flat: int) -> list[tuple[int, int]]:
    return [(flat[at] * DRAWN, flat[at + 1] * DRAWN) for at in range(0, len(flat), 2)]


def _round(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], colour: str) -> None:
    draw.ellipse(tuple(value * DRAWN for value in box), colour)


def _arc(
    draw: ImageDraw.ImageDraw,
    box: tuple[int, int, int, int],
    span: tuple[int, int],
    colour: str,
    width: int,
) -> None:
    draw.arc(tuple(value * DRAWN for value in box), *span, fill=colour, width=width * DRAWN)


def _cat(draw: ImageDraw.ImageDraw, body: str, detail: str) -> None:
    _arc(draw, (150, 110, 236, 226), (-80, 100), body, 18)
    _round(draw, (70, 112, 190, 240), body)
    _round(draw, (78, 44, 182, 136), body)
    draw.polygon(_points(82, 84, 84, 22, 126, 54), body)
    draw.polygon(_points(178, 84, 176, 22, 134, 54), body)
    draw.polygon(_points(92, 66, 93, 40, 110, 54), detail)
    draw.polygon(_points(168, 66, 167, 40, 150, 54), detail)
    for left in (98, 140):
        _arc(draw, (left, 80, left + 22, 98), (180, 360), detail, 5)
    draw.polygon(_points(123, 102, 137, 102, 130, 110), detail)
    for side in (-1, 1):
        for lift in (-6, 4):
            draw.line(
                _points(130 + side * 22, 108 + lift // 2, 130 + side * 62, 104 + lift * 2),
                detail,
                2 * DRAWN,
            )
    for row in range(3):
        _arc(draw, (108, 150 + row * 24, 152, 172 + row * 24), (20, 160), detail, 4)


def _whale(draw: ImageDraw.ImageDraw, body: str, detail: str) -> None:
    draw.chord(tuple(value * DRAWN for value in (14, 84, 214, 284)), 180, 360, body)
    draw.rounded_rectangle(tuple(value * DRAWN for value in (14, 180, 214, 224)), 40 * DRAWN, body)
    draw.polygon(
        _points(186, 200, 222, 150, 214, 112, 238, 132, 258, 108, 252, 160, 214, 220), body
    )
    _arc(draw, (92, 18, 122, 84), (200, 330), detail, 6)
    _arc(draw, (116, 18, 146, 84), (210, 340), detail, 6)
    _round(draw, (54, 158, 70, 174), detail)
    for row in range(5):
        _arc(
            draw, (20 + row * 9, 186 - row * 2, 130 + row * 4, 232 - row * 6), (20, 160), detail, 3
        )


def _rabbit(draw: ImageDraw.ImageDraw, body: str, detail: str) -> None:
    _round(draw, (52, 120, 196, 240), body)
    _round(draw, (124, 76, 214, 158), body)
    for left, top in ((134, 6), (164, 12)):
        _round(draw, (left, top, left + 30, top + 96), body)
        _round(draw, (left + 9, top + 16, left + 21, top + 78), detail)
    _round(draw, (36, 160, 76, 200), detail)
    _round(draw, (176, 102, 190, 116), detail)
    _arc(draw, (66, 150, 150, 236), (150, 280), detail, 5)
    draw.polygon(_points(206, 118, 218, 118, 212, 126), detail)


def _fox(draw: ImageDraw.ImageDraw, body: str, detail: str) -> None:
    draw.chord(tuple(value * DRAWN for value in (20, 70, 130, 240)), 60, 300, body)
    draw.polygon(_points(30, 112, 44, 70, 78, 84, 60, 130), detail)
    draw.polygon(_points(84, 240, 104, 120, 168, 110, 190, 240), body)
    draw.polygon(_points(92, 62, 196, 62, 144, 144), body)
    draw.polygon(_points(92, 66, 96, 14, 132, 60), body)
    draw.polygon(_points(196, 66, 192, 14, 156, 60), body)
    draw.polygon(_points(92, 64, 128, 92, 142, 142, 144, 142), detail)
    draw.polygon(_points(196, 64, 160, 92, 146, 142, 144, 142), detail)
    _round(draw, (137, 132, 151, 146), "#20122e")
    for left in (114, 154):
        _arc(draw, (left, 78, left + 20, 96), (180, 360), "#20122e", 5)
    draw.polygon(_points(124, 150, 164, 150, 144, 206), detail)


def _owl(draw: ImageDraw.ImageDraw, body: str, detail: str) -> None:
    draw.rounded_rectangle(tuple(value * DRAWN for value in (66, 50, 194, 240)), 62 * DRAWN, body)
    draw.polygon(_points(70, 100, 66, 34, 118, 58), body)
    draw.polygon(_points(190, 100, 194, 34, 142, 58), body)
    for left in (80, 132):
        _round(draw, (left, 78, left + 48, 126), detail)
        _round(draw, (left + 15, 93, left + 35, 113), "#20122e")
    draw.polygon(_points(122, 118, 138, 118, 130, 138), "#e07a2f")
    for row in range(4):
        for column in range(3 + row % 2):
            left = 96 + column * 24 - (row % 2) * 12
            _arc(draw, (left, 146 + row * 20, left + 20, 166 + row * 20), (10, 170), detail, 4)


ANIMALS: dict[str, Pen] = {
    "cat": _cat,
    "whale": _whale,
    "rabbit": _rabbit,
    "fox": _fox,
    "owl": _owl,
}
KIND = Kind(fps=24, frames=frames, sound=thumb_piano)
