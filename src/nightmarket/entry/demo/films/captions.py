"""WebVTT for the films that have words: what is on screen, when it is on screen."""

from nightmarket.entry.demo.films.kinds import kinetic, recipe
from nightmarket.entry.demo.films.plan import FilmPlan
from nightmarket.entry.demo.films.registry import KINDS


def captions_of(plan: FilmPlan) -> str | None:
    """The captions file of a film; None: the film has no words to be read out."""
    shot = plan.shot(KINDS[plan.kind].fps)
    if plan.kind == "kinetic":
        cues = kinetic.word_times_ms(shot)
    elif plan.kind == "recipe":
        starts = [round(start * 1000) for start in recipe.step_times_s(shot)]
        ends = [*starts[1:], plan.duration_ms]
        lines = [word.split("|")[-1] for word in plan.words]
        cues = list(zip(starts, ends, lines, strict=True))
    else:
        return None
    blocks = [f"{_clock(start)} --> {_clock(end)}\n{text}" for start, end, text in cues]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def _clock(at_ms: int) -> str:
    minutes, rest = divmod(at_ms, 60_000)
    return f"00:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
