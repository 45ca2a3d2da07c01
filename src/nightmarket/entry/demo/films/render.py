"""Makes the films: one, or a whole catalogue with several processes; finished files are kept."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from nightmarket.entry.demo.films.encode import write_film
from nightmarket.entry.demo.films.lettering import title_stamps
from nightmarket.entry.demo.films.plan import FilmPlan
from nightmarket.entry.demo.films.registry import KINDS
from nightmarket.entry.demo.films.shot import Kind, Picture, Shot
from nightmarket.entry.demo.films.sound.master import mastered

OnProgress = Callable[[int, int, FilmPlan], None]


def film_path(plan: FilmPlan, directory: Path) -> Path:
    """Where a film lies; the seed is in the name, so another catalogue never reuses it."""
    return directory / f"{plan.slug}-{plan.seed:08x}.mp4"


def render(plan: FilmPlan, path: Path) -> None:
    """Make one film. The file appears under its name only when it is whole."""
    kind = KINDS[plan.kind]
    shot = plan.shot(kind.fps)
    unfinished = path.with_suffix(".part")
    write_film(unfinished, _titled(kind, shot), mastered(kind.sound(shot)), kind.fps)
    unfinished.replace(path)


def render_all(
    plans: Sequence[FilmPlan],
    directory: Path,
    processes: int,
    on_progress: OnProgress = lambda _done, _total, _plan: None,
) -> list[Path]:
    """Make every film that is not there yet; `on_progress(done, total, plan)` after each.

    They are started in the order of `plans`, which is also the order of the paths returned. Safe to
    stop and start again.
    """
    directory.mkdir(parents=True, exist_ok=True)
    paths = [film_path(plan, directory) for plan in plans]
    missing = [pair for pair in zip(plans, paths, strict=True) if not pair[1].exists()]
    done = len(plans) - len(missing)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max(1, processes), mp_context=context) as pool:
        running = {pool.submit(render, plan, path): plan for plan, path in missing}
        for future in as_completed(running):
            future.result()
            done += 1
            on_progress(done, len(plans), running[future])
    return paths


def _titled(kind: Kind, shot: Shot) -> Iterator[Picture]:
    """The kind's pictures, with the title pressed on where the kind wants it."""
    for index, picture in enumerate(kind.frames(shot)):
        stamps = picture.stamps
        if kind.has_title:
            at_ms = index * 1000 / kind.fps
            stamps = (*stamps, *title_stamps(shot.title, shot.language, at_ms))
        yield Picture(picture.pixels, stamps)
