"""The trace of swipes that `bench swipe` walks along: how it was made, and how it is read.

`bench/trace.csv` was made by this file, seed 20, from no person's data. Of a hundred films

- 40 are left after 0.5 to 3 s, evenly on a logarithmic scale (most skips are quick ones);
- 25 are left somewhere between a quarter and 85 % of them;
- 22 are watched to the end, which is when most people swipe;
- 8 are watched again, 1.2 to 2.2 times in all;
- 5 are left backwards: the person returns to the film before and looks at it for 1 to 3 s.

    python -m bench.trace > bench/trace.csv
"""

import csv
import random
import sys
from dataclasses import dataclass
from pathlib import Path

PLACE = Path(__file__).parent / "trace.csv"
SEED = 20
ROWS = 40
SKIP, PART, WHOLE, AGAIN, BACK = "skip", "part", "whole", "again", "back"
SHARES = {SKIP: 16, PART: 10, WHOLE: 9, AGAIN: 3, BACK: 2}
BACKWARDS = {BACK}


@dataclass(frozen=True, slots=True)
class Look:
    """One film: how long it is looked at, and which way the person leaves it.

    `watch_ms` counts for skips and ways back, `share` of the film's length for all others.
    """

    kind: str
    watch_ms: int
    share: float

    @property
    def step(self) -> int:
        """1: on to the next film; -1: back to the one before."""
        return -1 if self.kind in BACKWARDS else 1

    def lasts_ms(self, film_ms: float) -> float:
        """How long a film of this length is looked at."""
        return self.watch_ms or self.share * film_ms


def read() -> list[Look]:
    """Return the committed trace."""
    with PLACE.open(encoding="utf-8", newline="") as file:
        return [
            Look(row["kind"], int(row["watch_ms"]), float(row["share"]))
            for row in csv.DictReader(file)
        ]


def make(chance: random.Random) -> list[Look]:
    """Draw a trace."""
    kinds = [kind for kind, count in SHARES.items() for _ in range(count)]
    assert len(kinds) == ROWS
    chance.shuffle(kinds)
    return [_look(kind, chance) for kind in kinds]


def _look(kind: str, chance: random.Random) -> Look:
    if kind == SKIP:
        return Look(kind, round(500 * 6 ** chance.random()), 0.0)
    if kind == BACK:
        return Look(kind, round(chance.uniform(1_000, 3_000)), 0.0)
    low, high = {PART: (0.25, 0.85), WHOLE: (1.0, 1.05), AGAIN: (1.2, 2.2)}[kind]
    return Look(kind, 0, round(chance.uniform(low, high), 2))


def main() -> None:
    """Write the trace to the standard output."""
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["kind", "watch_ms", "share"])
    for look in make(random.Random(SEED)):  # A seeded trace, no secret.
        out.writerow([look.kind, look.watch_ms, look.share])


if __name__ == "__main__":
    main()
