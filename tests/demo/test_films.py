"""The demo's films: enough of them, watchable as they are, the same for the same seed."""

import io
import itertools
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.filter import Graph
from PIL import Image

from nightmarket.entry.demo.films.avatars import avatar
from nightmarket.entry.demo.films.captions import captions_of
from nightmarket.entry.demo.films.catalogue import catalogue
from nightmarket.entry.demo.films.kinds import market
from nightmarket.entry.demo.films.lettering import font
from nightmarket.entry.demo.films.personas import PERSONAS
from nightmarket.entry.demo.films.plan import FilmPlan
from nightmarket.entry.demo.films.registry import KINDS
from nightmarket.entry.demo.films.render import film_path, render, render_all

PLANS = catalogue(7)
FIRST_OF_KIND = {plan.kind: plan for plan in reversed(PLANS)}
CUE = re.compile(r"00:(\d\d):(\d\d)\.(\d{3}) --> 00:(\d\d):(\d\d)\.(\d{3})\n(.+)")


def test_there_are_enough_films_of_enough_kinds_in_five_languages() -> None:
    assert len(PLANS) >= 64
    assert {plan.kind for plan in PLANS} == set(KINDS)
    assert len(KINDS) >= 12
    assert {plan.language for plan in PLANS} == {"en", "de", "id", "ja", "zh"}
    assert all(6_000 <= plan.duration_ms <= 20_000 for plan in PLANS)


def test_every_film_has_its_own_name_and_seed_and_says_what_it_shows() -> None:
    assert len({plan.slug for plan in PLANS}) == len(PLANS)
    assert len({plan.seed for plan in PLANS}) == len(PLANS)
    for plan in PLANS:
        assert plan.slug.isascii()
        assert plan.hashtags
        assert plan.alt_text
        assert plan.sound_name
        assert PERSONAS[plan.creator_index].language == plan.language


def test_a_newcomer_sees_every_kind_before_any_kind_again() -> None:
    assert len({plan.kind for plan in PLANS[: len(KINDS)]}) == len(KINDS)


def test_the_catalogue_depends_on_nothing_but_its_seed() -> None:
    assert catalogue(7) == PLANS
    other = catalogue(8)
    assert {plan.slug for plan in other} == {plan.slug for plan in PLANS}
    assert not {plan.seed for plan in other} & {plan.seed for plan in PLANS}


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.slug)
def test_every_letter_on_screen_is_in_the_bundled_fonts(plan: FilmPlan) -> None:
    for style in ("sans", "serif"):
        letters = {
            *plan.title,
            *"".join(plan.words).replace("|", ""),
            *"".join(market.SIGNS[plan.language]),
        }
        assert _missing(letters, style, plan.language) == set()


def _missing(letters: set[str], style: str, language: str) -> set[str]:
    face = font(style, language, 40)
    nothing = bytes(face.getmask("\U0001f3ee"))
    return {
        letter
        for letter in letters
        if not letter.isspace() and bytes(face.getmask(letter)) == nothing
    }


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_draws_and_sounds_the_same_twice_and_differs_by_seed(kind: str) -> None:
    plan = replace(FIRST_OF_KIND[kind], duration_ms=6_000)
    first, again = _seen(plan), _seen(plan)
    heard = _heard(plan)
    assert np.array_equal(first, again)
    assert np.array_equal(heard, _heard(plan))
    assert not np.array_equal(first, _seen(replace(plan, seed=plan.seed + 1)))


def _seen(plan: FilmPlan) -> np.ndarray:
    """The third picture, with what is stamped on it."""
    kind = KINDS[plan.kind]
    picture = list(itertools.islice(kind.frames(plan.shot(kind.fps)), 3))[2]
    assert picture.pixels.std() > 1 or picture.stamps
    stamped = [int(stamp.sprite.luma.sum()) + stamp.x + stamp.y for stamp in picture.stamps]
    return np.concatenate([picture.pixels.ravel().astype(np.int64), np.array(stamped, np.int64)])


def _heard(plan: FilmPlan) -> np.ndarray:
    kind = KINDS[plan.kind]
    shot = plan.shot(kind.fps)
    sound = kind.sound(shot)
    assert sound.shape == (shot.samples_count, 2)
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() > 0.01
    return sound


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = next(plan for plan in PLANS if plan.kind == "kinetic" and plan.language == "ja")
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    render(plan, path)
    return path


def test_a_film_needs_no_transcoding(film: Path) -> None:
    with av.open(str(film)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (video.width, video.height) == (540, 960)
        assert video.average_rate == Fraction(30)
        assert (audio.codec_context.name, audio.rate, audio.channels) == ("aac", 48_000, 2)
        assert container.duration is not None
        assert abs(container.duration / 1000 - 7_900) < 60
    content = film.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_a_film_is_as_loud_as_the_others_and_never_clips(film: Path) -> None:
    loudness, peak = _ebur128(film)
    assert abs(loudness + 14) < 1
    assert peak < 1


def _ebur128(path: Path) -> tuple[float, float]:
    """Integrated loudness (LUFS) as FFmpeg measures it, and the highest decoded sample."""
    graph = Graph()
    loudness, peak = 0.0, 0.0
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        source = graph.add_abuffer(template=stream)
        meter, sink = graph.add("ebur128", "metadata=1"), graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        graph.configure()
        for frame in container.decode(stream):
            peak = max(peak, float(np.abs(frame.to_ndarray()).max()))
            graph.push(frame)
            while True:
                try:
                    loudness = float(graph.pull().metadata["lavfi.r128.I"])
                except (av.BlockingIOError, EOFError):
                    break
    return loudness, peak


def test_making_all_films_reports_progress_and_makes_only_what_is_missing(tmp_path: Path) -> None:
    plans = [
        replace(FIRST_OF_KIND[kind], duration_ms=6_000)
        for kind in ("kinetic", "recipe", "reaction")
    ]
    told: list[tuple[int, int, str]] = []

    def on_progress(done: int, total: int, plan: FilmPlan) -> None:
        told.append((done, total, plan.kind))

    first = render_all(plans[:2], tmp_path, 1, on_progress)
    stamps = [path.stat().st_mtime_ns for path in first]
    every = render_all(plans, tmp_path, 1, on_progress)
    assert [(done, total) for done, total, _ in told] == [(1, 2), (2, 2), (3, 3)]
    assert told[2][2] == "reaction"
    assert every == [film_path(plan, tmp_path) for plan in plans]
    assert [path.stat().st_mtime_ns for path in first] == stamps
    assert sorted(tmp_path.iterdir()) == sorted(every)


@pytest.mark.parametrize("kind", ["kinetic", "recipe"])
def test_films_with_words_have_captions_that_fill_the_film_in_order(kind: str) -> None:
    for plan in (plan for plan in PLANS if plan.kind == kind):
        text = captions_of(plan)
        assert text is not None
        assert text.startswith("WEBVTT\n\n")
        cues = CUE.findall(text)
        assert [cue[6] for cue in cues] == [word.split("|")[-1] for word in plan.words]
        edges = [[_ms(*cue[:3]), _ms(*cue[3:6])] for cue in cues]
        assert edges[0][0] == 0
        assert edges[-1][1] == plan.duration_ms
        assert all(before[1] == after[0] for before, after in itertools.pairwise(edges))


def _ms(minutes: str, seconds: str, thousandths: str) -> int:
    return int(minutes) * 60_000 + int(seconds) * 1000 + int(thousandths)


def test_films_without_words_have_no_captions() -> None:
    assert captions_of(FIRST_OF_KIND["galaxy"]) is None


def test_creators_live_in_five_markets_under_legal_handles() -> None:
    assert 12 <= len(PERSONAS) <= 16
    assert {persona.market for persona in PERSONAS} == {"us", "gb", "de", "id", "jp"}
    assert len({persona.handle for persona in PERSONAS}) == len(PERSONAS)
    assert all(
        re.fullmatch(r"[a-z0-9][a-z0-9.]{1,22}[a-z0-9]", persona.handle) for persona in PERSONAS
    )
    busy = {plan.creator_index for plan in PLANS}
    assert busy == set(range(len(PERSONAS)))


def test_avatars_are_small_square_pictures_that_differ() -> None:
    pictures = [avatar(seed) for seed in range(7, 23)]
    assert len(set(pictures)) == len(pictures)
    assert pictures[0] == avatar(7)
    with Image.open(io.BytesIO(pictures[0])) as image:
        assert (image.format, image.size) == ("WEBP", (256, 256))
