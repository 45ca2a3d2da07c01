"""Pictures of food and crockery, drawn flat with a few shapes each."""

from collections.abc import Callable

from PIL import Image, ImageDraw

SIDE = 800
Pen = Callable[[ImageDraw.ImageDraw], None]
OUTLINE = "#3a1c1c"
BOWLS = ("bowl red", "bowl blue", "bowl white")


def drawn(name: str, size: int) -> Image.Image:
    """RGBA picture of a thing by name, `size` pixels wide. KeyError: not in the larder."""
    image = Image.new("RGBA", (SIDE, SIDE))
    LARDER[name](ImageDraw.Draw(image))
    return image.resize((size, size), Image.Resampling.LANCZOS)


def _bowl(body: str, band: str) -> Pen:
    def pen(draw: ImageDraw.ImageDraw) -> None:
        draw.ellipse((20, 300, 780, 460), "#5b2e25")
        draw.ellipse((20, 300, 780, 460), None, "#fff4e0", 26)
        draw.chord((20, 40, 780, 720), 2, 178, body)
        draw.chord((110, 300, 690, 700), 20, 160, band)
        draw.chord((130, 280, 670, 672), 18, 162, body)
        draw.rounded_rectangle((270, 680, 530, 745), 24, band)
        draw.arc((20, 300, 780, 460), 0, 180, "#fff4e0", 26)
        draw.arc((90, 120, 700, 660), 110, 160, "#ffffff55", 30)

    return pen


def _egg(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse((60, 140, 740, 660), "#fffaf0")
    draw.ellipse((140, 90, 560, 480), "#fffaf0")
    draw.ellipse((250, 240, 550, 520), "#ffb627")
    draw.ellipse((310, 280, 400, 350), "#ffe08a")


def _garlic(draw: ImageDraw.ImageDraw) -> None:
    for left, right in ((90, 430), (370, 710), (210, 590)):
        draw.ellipse((left, 280, right, 700), "#f7efe2", "#d8c3b0", 12)
    draw.polygon(((330, 330), (400, 60), (470, 330)), "#f7efe2")
    draw.line(((400, 90), (400, 300)), "#d8c3b0", 12)


def _chili(draw: ImageDraw.ImageDraw) -> None:
    draw.chord((60, -200, 820, 620), 40, 150, "#d7263d")
    draw.arc((110, -150, 770, 560), 60, 120, "#ff7b84", 26)
    draw.rounded_rectangle((630, 300, 760, 390), 40, "#4f9d3a")
    draw.line(((740, 320), (790, 200)), "#3b7a2b", 34)


def _noodles(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse((70, 200, 730, 660), "#f4c95d")
    for step in range(7):
        draw.arc(
            (90 + step * 42, 220 + step * 26, 710 - step * 42, 640 - step * 26),
            0,
            360,
            "#d9a02f",
            14,
        )
    for step in range(4):
        draw.arc((140 + step * 130, 420, 300 + step * 130, 760), 180, 360, "#f4c95d", 34)


def _scallion(draw: ImageDraw.ImageDraw) -> None:
    for place, (x, y) in enumerate(
        ((180, 200), (420, 130), (600, 330), (300, 430), (520, 560), (130, 580))
    ):
        colour = "#8bc34a" if place % 2 else "#5f9e32"
        draw.ellipse((x, y, x + 170, y + 150), None, colour, 42)


def _tomato(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse((90, 160, 710, 720), "#e5383b")
    draw.ellipse((190, 260, 330, 360), "#ff8c8c")
    for turn in (-1, 0, 1):
        draw.polygon(
            ((400, 230), (400 + turn * 170 - 40, 130), (400 + turn * 200 + 40, 190)), "#3f7d20"
        )
    draw.line(((400, 220), (430, 90)), "#3f7d20", 36)


def _lime(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse((80, 80, 720, 720), "#5ca02c")
    draw.ellipse((130, 130, 670, 670), "#eaf6c8")
    for slice_index in range(8):
        draw.pieslice((165, 165, 635, 635), slice_index * 45 + 4, slice_index * 45 + 41, "#a7d752")


def _mushroom(draw: ImageDraw.ImageDraw) -> None:
    draw.rounded_rectangle((300, 370, 500, 720), 80, "#f3e3cb")
    draw.chord((80, 90, 720, 730), 180, 360, "#a9633b")
    for x, y in ((230, 260), (400, 180), (540, 300)):
        draw.ellipse((x, y, x + 80, y + 60), "#e8cdb0")


def _shrimp(draw: ImageDraw.ImageDraw) -> None:
    draw.arc((120, 120, 680, 680), 30, 300, "#ff8a5c", 150)
    for angle in range(50, 300, 42):
        draw.arc((120, 120, 680, 680), angle, angle + 8, "#ffd0b5", 150)
    draw.polygon(((590, 480), (770, 520), (650, 650)), "#e2613a")


def _tofu(draw: ImageDraw.ImageDraw) -> None:
    draw.polygon(((100, 300), (400, 160), (700, 300), (400, 450)), "#fffaf0")
    draw.polygon(((100, 300), (400, 450), (400, 730), (100, 570)), "#efe1c6")
    draw.polygon(((700, 300), (400, 450), (400, 730), (700, 570)), "#e0cda9")


def _butter(draw: ImageDraw.ImageDraw) -> None:
    draw.polygon(((90, 400), (300, 240), (720, 330), (520, 500)), "#ffe985")
    draw.polygon(((90, 400), (520, 500), (520, 680), (90, 570)), "#ffd84d")
    draw.polygon(((720, 330), (520, 500), (520, 680), (720, 500)), "#f0bf2c")


def _potato(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse((70, 200, 730, 650), "#d8a657")
    for x, y in ((220, 330), (420, 280), (540, 460), (300, 500)):
        draw.ellipse((x, y, x + 46, y + 26), "#a9793a")


def _apple(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse((90, 210, 460, 730), "#d62839")
    draw.ellipse((340, 210, 710, 730), "#d62839")
    draw.ellipse((180, 300, 270, 420), "#ff8a94")
    draw.line(((400, 270), (440, 100)), "#6b3e26", 34)
    draw.ellipse((440, 90, 640, 190), "#5f9e32")


def _milk(draw: ImageDraw.ImageDraw) -> None:
    draw.polygon(((220, 260), (400, 90), (580, 260)), "#cfe4f5")
    draw.rectangle((220, 260, 580, 730), "#f8fbff")
    draw.rectangle((220, 430, 580, 590), "#4f8fd0")
    draw.rectangle((330, 70, 470, 120), "#a9c9e6")


def _tea(draw: ImageDraw.ImageDraw) -> None:
    for x, y, turn in ((120, 300, 0), (380, 130, 1), (400, 430, 0)):
        draw.ellipse((x, y, x + 300, y + 190), "#4b7f3a" if turn else "#6ba24f")
        draw.line(((x + 20, y + 95), (x + 280, y + 95)), "#dcecc4", 12)


def _pearls(draw: ImageDraw.ImageDraw) -> None:
    for x, y in ((120, 420), (330, 470), (540, 420), (220, 250), (440, 250)):
        draw.ellipse((x, y, x + 180, y + 180), "#2b1410")
        draw.ellipse((x + 40, y + 30, x + 85, y + 70), "#8a5a4a")


def _honey(draw: ImageDraw.ImageDraw) -> None:
    draw.rounded_rectangle((170, 220, 630, 730), 110, "#f5a623")
    draw.rounded_rectangle((200, 120, 600, 230), 40, "#fff1d6")
    draw.rounded_rectangle((240, 390, 560, 580), 40, "#ffe3a3")
    draw.ellipse((350, 430, 450, 540), "#f5a623")


def _rice(draw: ImageDraw.ImageDraw) -> None:
    draw.chord((70, 130, 730, 830), 180, 360, "#fffdf5")
    for x, y in ((200, 330), (330, 240), (470, 310), (580, 400), (280, 430), (430, 420)):
        draw.ellipse((x, y, x + 80, y + 34), "#e4dccb")
    draw.rectangle((70, 470, 730, 500), "#fffdf5")


def _salt(draw: ImageDraw.ImageDraw) -> None:
    draw.rounded_rectangle((240, 260, 560, 730), 60, "#e8eef4")
    draw.rounded_rectangle((240, 130, 560, 290), 60, "#8d99ae")
    for x, y in ((320, 190), (400, 170), (480, 190)):
        draw.ellipse((x - 16, y, x + 16, y + 32), "#2b2d42")
    draw.rectangle((300, 420, 500, 600), "#c9d6e2")


LARDER: dict[str, Pen] = {
    "bowl red": _bowl("#c1121f", "#fdf0d5"),
    "bowl blue": _bowl("#1d4e89", "#f7d08a"),
    "bowl white": _bowl("#fffaf0", "#457b9d"),
    "egg": _egg,
    "garlic": _garlic,
    "chili": _chili,
    "noodles": _noodles,
    "scallion": _scallion,
    "tomato": _tomato,
    "lime": _lime,
    "mushroom": _mushroom,
    "shrimp": _shrimp,
    "tofu": _tofu,
    "butter": _butter,
    "potato": _potato,
    "apple": _apple,
    "milk": _milk,
    "tea": _tea,
    "pearls": _pearls,
    "honey": _honey,
    "rice": _rice,
    "salt": _salt,
}
