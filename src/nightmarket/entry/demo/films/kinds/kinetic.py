"""Kinetic type: a line of text performed word by word, in time with the drums."""

from collections.abc import Iterator

import numpy as np
from PIL import Image

from nightmarket.entry.demo.films.lettering import font, sprite_of, text_image
from nightmarket.entry.demo.films.paint import coordinates, hex_rgb, opaque, overshoot, smooth
from nightmarket.entry.demo.films.shot import (
    WIDTH,
    Audio,
    Field,
    Kind,
    Picture,
    Shot,
    Sprite,
    Stamp,
)
from nightmarket.entry.demo.films.sound.beats import hand_drums, house

BACK = (90, 160)
MIDDLE = 432
WORD_WIDTH_MAX = 356
WORD_SIZE_MAX = 150
TIMES_ENTERED = 9
LINES_MAX = 4
# Ground, second ground, ink, accent.
PALETTES = (
    ("#1b1035", "#ff2e63", "#fff6e0", "#ffd166"),
    ("#073b4c", "#06d6a0", "#fffbe9", "#ffd166"),
    ("#ff5d3a", "#ffb627", "#1d0f0a", "#fff6e0"),
    ("#f6efe0", "#ffd9c0", "#20124d", "#e63946"),
    ("#0d0221", "#3a0ca3", "#ffe3f1", "#ff5fa8"),
    ("#fcefb4", "#8fd694", "#14342b", "#e4572e"),
)


def word_times_ms(shot: Shot) -> list[tuple[int, int, str]]:
    """Start, end and text of every word on screen; longer words stay a little longer."""
    weights = [
        3 + min(len(word), 8) * (1.6 if shot.language in {"ja", "zh"} else 0.6)
        for word in shot.words
    ]
    edges = np.concatenate([[0.0], np.cumsum(weights)]) / sum(weights) * shot.duration_ms
    return [
        (round(edges[index]), round(edges[index + 1]), word)
        for index, word in enumerate(shot.words)
    ]


def frames(shot: Shot) -> Iterator[Picture]:
    """Each word enters with its own move; the ground wipes to another colour now and then."""
    chance = shot.chance("kinetic")
    palette = shot.pick(PALETTES)
    moves = [int(chance.integers(4)) for _ in shot.words]
    moves = [
        move if index == 0 or move != moves[index - 1] else (move + 1) % 4
        for index, move in enumerate(moves)
    ]
    timing = word_times_ms(shot)
    steps = [
        _entering(word, shot.language, palette[2 + (index % 3 == 2)])
        for index, word in enumerate(shot.words)
    ]
    ground = _Ground(palette, chance)
    for index in range(shot.frames_count):
        now_ms = index * 1000 / shot.fps
        current = max(place for place, (start, _, _) in enumerate(timing) if start <= now_ms)
        start, end, _ = timing[current]
        age = now_ms - start
        stamps = [_bar(palette, now_ms / shot.duration_ms)]
        if current and age < 200:
            stamps += _leaving(steps[current - 1][-1], age / 200, moves[current - 1])
        stamps += _arriving(steps[current], age, end - start, moves[current])
        yield Picture(ground.at(current, age, index / shot.frames_count), tuple(stamps))


def _entering(word: str, language: str, colour: str) -> list[Sprite]:
    """The word at growing sizes, so that arriving is only a choice of sprite."""
    parts = word.split("\n")
    size = WORD_SIZE_MAX
    while max(font("sans", language, size).getlength(part) for part in parts) > WORD_WIDTH_MAX:
        size -= 2
    rows = [text_image(part, font("sans", language, size), colour) for part in parts]
    height = sum(row.height for row in rows) + 18 * (len(rows) - 1)
    block = Image.new("RGBA", (max(row.width for row in rows), height))
    top = 0
    for row in rows:
        block.paste(row, ((block.width - row.width) // 2, top))
        top += row.height + 18
    sizes = [0.5 + 0.62 * step / TIMES_ENTERED for step in range(TIMES_ENTERED)] + [1.0]
    return [
        sprite_of(
            block.resize(
                (max(2, round(block.width * scale)), max(2, round(block.height * scale))),
                Image.Resampling.BICUBIC,
            )
        )
        for scale in sizes
    ]


def _arriving(steps: list[Sprite], age: float, stay: float, move: int) -> list[Stamp]:
    part = min(1.0, age / 260)
    eased = overshoot(part)
    sprite = steps[-1]
    drift = round(10 * (age / max(stay, 1) - 0.5))
    if move == 0 and part < 1:
        scale = (eased - 0.5) / 0.62 if eased > 0.5 else 0
        sprite = steps[min(TIMES_ENTERED - 1, max(0, int(scale * TIMES_ENTERED)))]
    offset = {0: (0, 0), 1: (0, 300), 2: (-420, 0), 3: (420, 0)}[move]
    height, width = sprite.mask.shape
    x = (WIDTH - 54) // 2 - width // 2 + round(offset[0] * (1 - eased)) + (drift if move > 1 else 0)
    y = MIDDLE - height // 2 + round(offset[1] * (1 - eased)) + (drift if move < 2 else 0)
    return [Stamp(sprite, x, y, smooth(part * 2.5))]


def _leaving(sprite: Sprite, part: float, move: int) -> list[Stamp]:
    height, width = sprite.mask.shape
    away = round(520 * smooth(part))
    shift = {0: (0, -away), 1: (0, -away), 2: (away, 0), 3: (-away, 0)}[move]
    x = (WIDTH - 54) // 2 - width // 2 + shift[0]
    return [Stamp(sprite, x, MIDDLE - height // 2 + shift[1], 1 - smooth(part))]


def _bar(palette: tuple[str, ...], phase: float) -> Stamp:
    """A thin line that fills as the sentence goes."""
    width = max(2, round(WORD_WIDTH_MAX * phase))
    return Stamp(
        sprite_of(Image.new("RGBA", (width, 6), (*hex_rgb(palette[3]), 255))),
        (WIDTH - 54 - WORD_WIDTH_MAX) // 2,
        MIDDLE + 190,
        0.9,
    )


class _Ground:
    """Flat colour with a big slow disc; every third word a circle wipes to the second colour."""

    def __init__(self, palette: tuple[str, ...], chance: np.random.Generator) -> None:
        self.colours = [np.array(hex_rgb(colour), np.float32) / 255 for colour in palette]
        self.x, self.y = coordinates(*BACK)
        self.start = float(chance.uniform(0, 6))

    def at(self, word: int, age_ms: float, phase: float) -> np.ndarray:
        """The small background picture while a word is `age_ms` old."""
        plain, other = self.colours[0], self.colours[0] * 0.55 + self.colours[1] * 0.45
        if (word // 3) % 2:
            plain, other = other, plain
        reach = self._reach(self.start + word)
        wipe = np.float32(3.4 * smooth(age_ms / 420)) if word % 3 == 0 and word else np.float32(9)
        cover = np.clip((wipe - reach) * 14, 0, 1)[..., None]
        light = plain * cover + other * (1 - cover)
        angle = 2 * np.pi * phase + self.start
        away = (self.x - 0.9 * np.cos(angle)) ** 2 + (self.y - 1.2 * np.sin(angle)) ** 2
        disc = np.clip((0.55 - away) * 16, 0, 1)[..., None] * 0.38
        return opaque(light * (1 - disc) + self.colours[1] * disc)

    def _reach(self, angle: float) -> Field:
        return np.asarray(np.hypot(self.x - np.cos(angle) * 0.7, self.y - np.sin(angle) * 1.2))


def sound(shot: Shot) -> Audio:
    """Drums or a house beat, by seed."""
    return hand_drums(shot, 112) if shot.seed % 2 else house(shot)


KIND = Kind(fps=30, frames=frames, sound=sound, has_title=False)
