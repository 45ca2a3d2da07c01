"""Letters and drawn shapes as sprites: the bundled fonts, soft shadows, title cards."""

from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from nightmarket.entry.demo.films.paint import hex_rgb, smooth
from nightmarket.entry.demo.films.shot import WIDTH, Field, Pixels, Sprite, Stamp

FONTS = Path(__file__).parent / "fonts"
SHADOW_BLUR = 7
SPRITES_CACHED_MAX = 512
TITLE_SIZE = 46
TITLE_LEFT = 66
"""A phone of 390x844 shows the film from here on with some air: it cuts 48 of 540 off each side."""
TITLE_TOP = 150
TITLE_WIDTH_MAX = 356  # the buttons on the right cover the last 15 %
TITLE_SHOWN_MS = 2600
TITLE_FADE_MS = 450
SCRIM_STRENGTH = 0.28
LINE_HEIGHT = 1.3
BASELINE = 0.98  # in sizes, from the top of the line


@lru_cache(maxsize=64)
def font(style: str, language: str, size: int) -> ImageFont.FreeTypeFont:
    """The bundled face: style `sans`, `serif` or `mono`; Chinese shapes for zh, else Japanese."""
    region = "sc" if language == "zh" else "jp"
    name = "mono.otf" if style == "mono" else f"{style}-{region}.otf"
    return ImageFont.truetype(str(FONTS / name), size)


def sprite_of(image: Image.Image) -> Sprite:
    """Turn an RGBA image into the encoder's planes (BT.709, limited range)."""
    padded = Image.new("RGBA", (image.width + image.width % 2, image.height + image.height % 2))
    padded.paste(image, (0, 0))
    data = np.asarray(padded, np.float32)
    red, green, blue, mask = (data[..., index] for index in range(4))
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    half = _halved(mask)
    weight = np.maximum(half, 1e-3)
    blue_half = _halved((blue - luma) * mask) / weight
    red_half = _halved((red - luma) * mask) / weight
    return Sprite(
        luma=_byte(16 + luma * 219 / 255),
        blue=_byte(128 + blue_half * 224 / 255 / 1.8556),
        red=_byte(128 + red_half * 224 / 255 / 1.5748),
        mask=_byte(mask),
        mask_half=_byte(half),
    )


def _halved(plane: Field) -> Field:
    rows = plane[::2] + plane[1::2]
    return np.asarray((rows[:, ::2] + rows[:, 1::2]) * np.float32(0.25))


def _byte(plane: Field) -> Pixels:
    return np.asarray(np.clip(plane.round(), 0, 255).astype(np.uint8))


@lru_cache(maxsize=SPRITES_CACHED_MAX)
def text_sprite(
    text: str, style: str, language: str, size: int, colour: str, shadow: float = 0.0
) -> Sprite:
    """One line of text. `shadow` 0..1 adds a soft dark halo that keeps it legible on anything."""
    return sprite_of(text_image(text, font(style, language, size), colour, shadow))


def text_image(
    text: str, face: ImageFont.FreeTypeFont, colour: str, shadow: float = 0.0
) -> Image.Image:
    """One line of text as RGBA with a margin for its shadow; the baseline box is kept."""
    left, _, right, _ = face.getbbox(text)
    margin = SHADOW_BLUR * 2 if shadow else 2
    size = (int(right - left) + 2 * margin, round(face.size * LINE_HEIGHT) + 2 * margin)
    mask = Image.new("L", size)
    # The baseline is at the same height whatever the letters, so that lines keep their distance.
    baseline = margin + face.size * BASELINE
    ImageDraw.Draw(mask).text((margin - left, baseline), text, 255, font=face, anchor="ls")
    ink = Image.new("RGBA", size, (*hex_rgb(colour), 0))
    ink.putalpha(mask)
    if not shadow:
        return ink
    blurred = mask.filter(ImageFilter.GaussianBlur(SHADOW_BLUR))
    dark = Image.new("RGBA", size, (0, 0, 0, 0))
    dark.putalpha(blurred.point([min(255, int(level * 2 * shadow)) for level in range(256)]))
    return Image.alpha_composite(dark, ink)


def text_width(text: str, style: str, language: str, size: int) -> int:
    """Advance width in pixels."""
    return round(font(style, language, size).getlength(text))


def wrapped(text: str, style: str, language: str, size: int, width_max: int) -> list[str]:
    """Break into lines that fit: at spaces, and between any two characters in ja and zh."""
    has_spaces = language not in {"ja", "zh"}
    pieces = text.split(" ") if has_spaces else list(text)
    glue = " " if has_spaces else ""
    lines: list[str] = []
    for piece in pieces:
        longer = f"{lines[-1]}{glue}{piece}" if lines else piece
        if lines and text_width(longer, style, language, size) <= width_max:
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines


def title_stamps(title: str, language: str, at_ms: float, colour: str = "#fff6e6") -> list[Stamp]:
    """The film's title over its first seconds, set in serif, upper left, clear of the buttons."""
    rise = smooth(at_ms / TITLE_FADE_MS)
    leave = smooth((TITLE_SHOWN_MS - at_ms) / TITLE_FADE_MS)
    opacity = min(rise, leave)
    if opacity <= 0:
        return []
    stamps = [Stamp(_scrim(), 0, 60, opacity * SCRIM_STRENGTH)]
    lines = wrapped(title, "serif", language, TITLE_SIZE, TITLE_WIDTH_MAX)
    for row, line in enumerate(lines):
        sprite = text_sprite(line, "serif", language, TITLE_SIZE, colour, 0.55)
        top = TITLE_TOP + row * int(TITLE_SIZE * 1.3) + round((1 - rise) * 18) - SHADOW_BLUR
        stamps.append(Stamp(sprite, TITLE_LEFT - SHADOW_BLUR * 2, top, opacity))
    return stamps


@lru_cache(maxsize=1)
def _scrim() -> Sprite:
    """A soft dark cloud behind the title, so that it is read over anything."""
    size = (WIDTH, 320)
    across = np.linspace(-0.75, 1.25, size[0])[None, :]
    down = np.linspace(-1, 1, size[1])[:, None]
    mask = np.clip(1 - across**2 * 0.6, 0, 1) * np.clip(1 - down**2, 0, 1) ** 1.5
    image = Image.new("RGBA", size, (8, 5, 20, 0))
    image.putalpha(Image.fromarray((mask * 255).astype(np.uint8)))
    return sprite_of(image)


def centred(sprite: Sprite, y: int, opacity: float = 1.0, middle: int = WIDTH // 2) -> Stamp:
    """Place a sprite by its centre."""
    height, width = sprite.mask.shape
    return Stamp(sprite, middle - width // 2, y - height // 2, opacity)
