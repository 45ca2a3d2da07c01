"""The people of the demo world who publish: sixteen creators in five markets."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Persona:
    """One demo creator. `market` and `language` are the codes that signing up takes."""

    handle: str
    name: str
    bio: str
    market: str
    language: str


PERSONAS: tuple[Persona, ...] = (
    Persona(
        "lantern.lane",
        "Lantern Lane",
        "Night markets, drawn by hand and by maths. New stall every evening 🏮",
        "us",
        "en",
    ),
    Persona(
        "juno.draws",
        "Juno Okafor",
        "I teach pixels to dance. Oakland. She/they. Commissions: ask nicely",
        "us",
        "en",
    ),
    Persona(
        "slow.orbit", "Slow Orbit", "Things that turn, quietly. Best with headphones 🎧", "gb", "en"
    ),
    Persona(
        "pip.makes",
        "Pip Hargreaves",
        "Tea, gears, generative nonsense from a shed in Leeds",
        "gb",
        "en",
    ),
    Persona(
        "klangkiste",
        "Klangkiste",
        "Musik, die man sehen kann. Synthesizer und Mathematik aus Leipzig",
        "de",
        "de",
    ),
    Persona(
        "frau.raster", "Frida Raster", "Gestalterin in Hamburg. Papier, Farbe, Zufall", "de", "de"
    ),
    Persona(
        "uhrenonkel",
        "Onkel Theo",
        "Zahnräder verstehen keinen Spaß. Ich schon. 71 Jahre jung",
        "de",
        "de",
    ),
    Persona(
        "dapur.dini",
        "Dini Lestari",
        "Masak cepat, cuci piring belakangan 🍜 Yogyakarta",
        "id",
        "id",
    ),
    Persona(
        "anyam.digital",
        "Anyam Digital",
        "Tenun dan batik dari satu baris aturan. Solo, Jawa Tengah",
        "id",
        "id",
    ),
    Persona(
        "raka.malam", "Raka Pratama", "Anak malam. Lampu, hujan, gamelan, kopi tubruk", "id", "id"
    ),
    Persona("yoru.ichi", "夜市ノート", "夜の屋台と灯りを描いています。毎晩すこしだけ", "jp", "ja"),
    Persona("kirie.hana", "切り絵のハナ", "紙と月と動物たち。京都。音つきでどうぞ", "jp", "ja"),
    Persona("suugaku.neko", "数学ねこ", "きれいな式だけを集める猫です", "jp", "ja"),
    Persona("xiaodeng", "小灯", "把夜晚做成会动的画 🏮 纽约", "us", "zh"),
    Persona("manman.kan", "慢慢看", "一分钟也不急。伦敦下雨的时候更新", "gb", "zh"),
    Persona("ajie.chufang", "阿杰厨房", "深夜厨房，三步一碗。", "us", "zh"),
)
