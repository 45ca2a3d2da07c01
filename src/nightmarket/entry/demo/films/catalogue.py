"""The list of films: reads the scripts, gives every film its seed and a good order."""

import hashlib
import re
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from nightmarket.entry.demo.films.personas import PERSONAS
from nightmarket.entry.demo.films.plan import FilmPlan

SCRIPTS = Path(__file__).parent / "scripts"
LANGUAGES = ("en", "de", "id", "ja", "zh")
HASHTAG = re.compile(r"#(\w+)")
# What a newcomer sees first; the other kinds follow in an order that depends on the seed.
OPENERS = ("market", "orbits", "papercut", "clockwork", "kinetic", "fireworks", "spheres", "recipe")
SEEDS_PER_KIND = 64


def catalogue(seed: int) -> list[FilmPlan]:
    """All films, each kind once before any kind comes again. The same seed, the same list."""
    by_kind: dict[str, list[FilmPlan]] = defaultdict(list)
    for language in LANGUAGES:
        text = (SCRIPTS / f"{language}.toml").read_text(encoding="utf-8")
        for script in tomllib.loads(text)["film"]:
            kind = script["kind"]
            by_kind[kind].append(
                _plan(script, language, _film_seed(seed, kind, len(by_kind[kind])))
            )
    chance = np.random.default_rng(seed)
    others = sorted(kind for kind in by_kind if kind not in OPENERS)
    order = [*OPENERS, *(others[index] for index in chance.permutation(len(others)))]
    shuffled = {
        kind: [by_kind[kind][index] for index in chance.permutation(len(by_kind[kind]))]
        for kind in order
    }
    rounds = max(len(plans) for plans in by_kind.values())
    return [
        shuffled[kind][turn]
        for turn in range(rounds)
        for kind in order
        if turn < len(shuffled[kind])
    ]


def _film_seed(seed: int, kind: str, number: int) -> int:
    """Films of one kind get neighbouring seeds, so that what is chosen in turn differs."""
    digest = hashlib.blake2b(f"{seed} {kind}".encode(), digest_size=3).digest()
    return int.from_bytes(digest) * SEEDS_PER_KIND + number


def _plan(script: dict[str, Any], language: str, seed: int) -> FilmPlan:
    handles = [persona.handle for persona in PERSONAS]
    return FilmPlan(
        slug=script["slug"],
        kind=script["kind"],
        title=script["title"],
        caption=script["caption"],
        hashtags=tuple(HASHTAG.findall(script["caption"])),
        language=language,
        creator_index=handles.index(script["by"]),
        sound_name=script["sound"],
        duration_ms=script["duration_ms"],
        seed=seed,
        alt_text=script["alt"],
        words=tuple(script.get("words", ())),
        subject=script.get("subject", ""),
    )
