"""Code that types itself, line by line, in the dark; the keys are heard and a record plays."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from nightmarket.entry.demo.films.lettering import sprite_of, text_sprite, text_width
from nightmarket.entry.demo.films.paint import coordinates, hex_rgb, opaque
from nightmarket.entry.demo.films.shot import Audio, Field, Kind, Picture, Shot, Stamp
from nightmarket.entry.demo.films.sound import drums
from nightmarket.entry.demo.films.sound.calm import lofi

BACK = (54, 96)
SIZE = 34
LINE = 58
LEFT, TOP = 58, 210
TYPED_UNTIL = 0.80
KEYWORDS = {
    "def",
    "for",
    "in",
    "while",
    "return",
    "if",
    "not",
    "yield",
    "from",
    "import",
    "with",
    "as",
    "and",
    "or",
    "else",
    "True",
    "None",
    "lambda",
    "await",
    "async",
}
# Ground, window, plain, keyword, text in quotes, number, remark, caret.
THEMES = (
    ("#1a1033", "#241846", "#f4eefc", "#ff7ac6", "#ffd580", "#7ee8fa", "#8f7fb8", "#ffd580"),
    ("#04212b", "#08303d", "#e8f6f3", "#5ce0c6", "#f9c784", "#ff8a80", "#5d8a94", "#5ce0c6"),
    ("#fbf3e4", "#fffaf0", "#2d2a3e", "#c2326b", "#2a7f62", "#b35c00", "#a2977f", "#c2326b"),
)
BAR = 6


@dataclass(frozen=True, slots=True)
class Key:
    """One typed character: when, where, and in which colour."""

    at_s: float
    row: int
    x: int
    text: str
    colour: str


def _keys(shot: Shot) -> tuple[list[Key], tuple[str, ...]]:
    chance = shot.chance("typing")
    theme = shot.pick(THEMES)
    keys, clock = [], 0.5
    for row, line in enumerate(shot.words):
        colours = _coloured(line, theme)
        for column, letter in enumerate(line):
            clock += float(chance.gamma(4, 0.25)) * (1.9 if letter == " " else 1.0)
            if letter != " ":
                x = LEFT + 56 + text_width(line[:column], "mono", shot.language, SIZE)
                keys.append(Key(clock, row, x, letter, colours[column]))
        clock += 4.5
    scale = shot.seconds * TYPED_UNTIL / clock
    return [Key(key.at_s * scale, key.row, key.x, key.text, key.colour) for key in keys], theme


def _coloured(line: str, theme: tuple[str, ...]) -> list[str]:
    """A colour for every character: remarks, quotes, numbers, keywords, the rest."""
    colours = [theme[2]] * len(line)
    start = 0
    for end in range(len(line) + 1):
        if end == len(line) or not (line[end].isalnum() or line[end] == "_"):
            word = line[start:end]
            colour = theme[3] if word in KEYWORDS else theme[5] if word.isdigit() else theme[2]
            colours[start:end] = [colour] * len(word)
            start = end + 1
    first = line.find('"')
    if first >= 0:
        last = line.rfind('"') + 1
        colours[first:last] = [theme[4]] * (last - first)
    if "#" in line:
        colours[line.index("#") :] = [theme[6]] * (len(line) - line.index("#"))
    return colours


def frames(shot: Shot) -> Iterator[Picture]:
    """Letters appear with a tiny flash; the caret waits at the last one and blinks at the end."""
    keys, theme = _keys(shot)
    ground = _Room(theme)
    numbers = [
        Stamp(
            text_sprite(str(row + 1), "mono", "en", SIZE, theme[6]), LEFT + 6, TOP + row * LINE, 0.6
        )
        for row in range(len(shot.words))
    ]
    name = text_sprite(shot.title, "sans", shot.language, 24, theme[6])
    caret = sprite_of(Image.new("RGBA", (4, 40), (*hex_rgb(theme[7]), 255)))
    for index in range(shot.frames_count):
        now = index / shot.fps
        shown = [key for key in keys if key.at_s <= now]
        stamps = [Stamp(name, LEFT + 54, TOP - 84), *numbers[: (shown[-1].row if shown else 0) + 1]]
        stamps += [
            Stamp(
                text_sprite(key.text, "mono", shot.language, SIZE, key.colour),
                key.x,
                TOP + key.row * LINE,
            )
            for key in shown
        ]
        is_typing = len(shown) < len(keys)
        if is_typing or now % 1.0 < 0.55:
            last = shown[-1] if shown else Key(0, 0, LEFT + 40, "", theme[2])
            stamps.append(Stamp(caret, last.x + 21, TOP + last.row * LINE + 4))
        yield Picture(ground.at(index / shot.frames_count), tuple(stamps))


class _Room:
    """A window on a softly lit ground."""

    def __init__(self, theme: tuple[str, ...]) -> None:
        self.ground = np.array(hex_rgb(theme[0]), np.float32) / 255
        self.window = np.array(hex_rgb(theme[1]), np.float32) / 255
        self.light = np.array(hex_rgb(theme[3]), np.float32) / 255
        self.x, self.y = coordinates(*BACK)

    def at(self, phase: float) -> np.ndarray:
        """A lamp of the keyword colour walks once around behind the text."""
        angle = 2 * np.pi * phase
        away = (self.x - 0.8 * np.cos(angle)) ** 2 + (self.y + 0.2 - np.sin(angle)) ** 2
        return opaque(self.ground + (self.window - self.ground) * self._inside() + self._lamp(away))

    def _inside(self) -> Field:
        return np.asarray(np.clip(1.35 - np.abs(self.y + 0.2), 0, 1)[..., None])

    def _lamp(self, away: Field) -> Field:
        return np.asarray(np.exp(-away * 1.6)[..., None] * (self.light - self.ground) * 0.14)


def sound(shot: Shot) -> Audio:
    """A key for every letter, lower for the first of a line."""
    keys, _ = _keys(shot)
    chance = shot.chance("typing sound")
    music = lofi(shot, 82)
    clicks = np.zeros_like(music)
    last_row = -1
    for key in keys:
        tick = drums.tick(chance, float(chance.uniform(1700, 2300)) if key.row == last_row else 950)
        start = round(key.at_s * 48_000)
        part = tick[: max(0, len(clicks) - start)]
        clicks[start : start + len(part)] += part[:, None] * np.float32(0.42)
        last_row = key.row
    return music + clicks


KIND = Kind(fps=24, frames=frames, sound=sound, has_title=False)
