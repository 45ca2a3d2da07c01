"""What a film is before it is made: who posts it, what it says, how to draw it."""

from dataclasses import dataclass

from nightmarket.entry.demo.films.shot import Shot


@dataclass(frozen=True, slots=True)
class FilmPlan:
    """One demo film. `slug` names its file; `creator_index` points into `personas.PERSONAS`."""

    slug: str
    kind: str
    title: str
    caption: str
    hashtags: tuple[str, ...]
    language: str
    creator_index: int
    sound_name: str
    duration_ms: int
    seed: int
    alt_text: str
    words: tuple[str, ...] = ()
    subject: str = ""

    def shot(self, fps: int) -> Shot:
        """The part of the plan that pictures and sound depend on."""
        return Shot(
            self.seed, self.duration_ms, fps, self.language, self.title, self.words, self.subject
        )
