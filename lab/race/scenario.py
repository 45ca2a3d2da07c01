"""The committed scenario of the race, with the reason of every number."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scenario:
    """One world. Written down before any policy of ours was run in it; never tuned afterwards.

    `uploads_a_day`, `exposures_each`: the load the project set itself: 20,000 and 100 on average.
    `rounds_a_day`: 48, half an hour each, so that the floor's two hours are four rounds.
    `late_rounds`: 1: what a round led to is known after the next one, an hour later at most.
    `median`, `sigma`: long-view rates are log-normal. KuaiRand-Pure (1,321 videos with at least 30
    showings) has sigma 0.45 after the chance of the sample is taken out, and a mean of 0.31; those
    videos were chosen by a recommender, so uploads nobody chose get half of that as their median.
    `quality_max`: no rate is above it.
    `race_rounds`: an upload is explored for a day.
    `found_exposures`: ten times the average share. Who had that many is *found*.
    `exposures_max`: no upload is explored further in its day.
    `content_share`: of the variance of log-qualities, how much content tells; 0: none of it.
    `content_figures`: as many as the product takes of a film.
    `misleads_after_day`: from this day on content says the opposite of what it said; 0: never.
    """

    uploads_a_day: int = 20_000
    exposures_each: int = 100
    days: int = 3
    rounds_a_day: int = 48
    late_rounds: int = 1
    median: float = 0.15
    sigma: float = 0.45
    quality_max: float = 0.95
    race_rounds: int = 48
    found_exposures: int = 1_000
    exposures_max: int = 10_000
    top_share: float = 0.01
    content_share: float = 0.0
    content_figures: int = 24
    misleads_after_day: int = 0

    @property
    def impressions_a_round(self) -> int:
        """Exploration impressions there are in each round."""
        return self.uploads_a_day * self.exposures_each // self.rounds_a_day

    @property
    def rounds(self) -> int:
        """Rounds in all. The first day fills the world; the second day's uploads are measured."""
        return self.days * self.rounds_a_day


POOLS = Scenario()
CONTENT = {
    "nothing": Scenario(content_share=0.0),
    "a quarter": Scenario(content_share=0.25),
    "half": Scenario(content_share=0.5),
    "half, then the opposite": Scenario(content_share=0.5, misleads_after_day=1),
}
"""What content may say of the variance of log-qualities; how much it does on a real site is not
known. The last is the worst: after a day in which it told half, it foretells the opposite from the
first minute of the day that is measured."""
SMALL = Scenario(uploads_a_day=2_000)
"""The same with a tenth of the uploads: a test, and the attack."""
