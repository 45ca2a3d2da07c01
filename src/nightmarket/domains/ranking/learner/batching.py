"""From inputs to the arrays of the compiled programs: few sizes, filled up and masked.

Every size is compiled once and stays in memory, so there are few: a handful for steps, a handful
for scoring, each with a short past and the whole one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.ranking.learner.network import Batch, Pasts, Targets
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.batches import CONTENT, Float, Labels, Small
from nightmarket.domains.ranking.values.inputs import BIAS, FIELDS, FIGURES, PARTS, Inputs, Past
from nightmarket.domains.ranking.values.inputs import filled as filled_up
from nightmarket.domains.ranking.values.shape import Shape

STEP_SIZES = ((64, 8), (64, 64), (256, 16), (256, 32), (256, 96), (256, 256))
SCORE_SIZES = ((64, 1), (192, 1), (256, 1), (512, 64), (512, 512))
"""Showings and viewers; a page is one viewer's."""
SCORED_AT_ONCE = 512
PAGE_AT_ONCE = 256
"""Of one viewer: halves of a page take two cores half as long, and one core no longer."""
PAST_SHORT = 32
SEATS = 8
"""Showings of one viewer share the reading of the past by so many."""


@dataclass(frozen=True, slots=True)
class Size:
    """The axes of one program; `past` 0: the model reads none, and viewers do not matter."""

    showings: int
    viewers: int
    past: int

    @property
    def seats(self) -> tuple[int, int]:
        """How many groups of how many seats; a group's showings are one viewer's."""
        if self.viewers == 1:
            return 1, self.showings
        return self.viewers + self.showings // SEATS, SEATS


def size_for(inputs: Inputs, shape: Shape, sizes: tuple[tuple[int, int], ...]) -> Size:
    """Return the least of the sizes that holds the inputs, or twice the largest, and so on."""
    viewers = len(inputs.past.items) if shape.layers else 0
    showings = None
    for showings, many in sizes:
        if inputs.count <= showings and viewers <= many:
            break
    else:
        showings, many = sizes[-1]
        while inputs.count > showings or viewers > many:
            showings, many = 2 * showings, 2 * many
    if not shape.layers:
        return Size(showings, 0, 0)
    is_short = inputs.past.items.shape[1] <= PAST_SHORT
    return Size(showings, many, min(shape.past, PAST_SHORT) if is_short else shape.past)


def parts(inputs: Inputs) -> list[Inputs]:
    """Return the showings in parts that are scored at once, each about as large as the others."""
    is_page = len(inputs.past.items) == 1
    count = -(-inputs.count // (PAGE_AT_ONCE if is_page else SCORED_AT_ONCE))
    at_once = -(-inputs.count // max(1, count))
    return [
        inputs.part(start, start + at_once) for start in range(0, inputs.count, max(1, at_once))
    ]


def usual(shape: Shape, sizes: tuple[tuple[int, int], ...]) -> list[Size]:
    """Return every size these programs may have."""
    if not shape.layers:
        return [Size(count, 0, 0) for count in sorted({count for count, _ in sizes})]
    widths = sorted({min(shape.past, PAST_SHORT), shape.past})
    return [Size(count, viewers, past) for count, viewers in sizes for past in widths]


def batch(inputs: Inputs, fields: Float, size: Size) -> Batch:
    """Return the arrays of a program of this size. `fields` float32[videos, entry]."""
    return Batch(
        fields=filled_up(fields[inputs.video_of], size.showings),
        places=filled_up(inputs.places, size.showings),
        pages=filled_up(inputs.pages, size.showings),
        figures=filled_up(inputs.figures, size.showings),
        bias=filled_up(inputs.bias, size.showings),
        past=_pasts(inputs, fields, size) if size.past else None,
    )


def targets(labels: Labels, size: Size) -> Targets:
    """Return labels of a program of this size."""
    return Targets(
        filled_up(labels.values, size.showings),
        filled_up(labels.known.astype(np.float32), size.showings),
    )


def nothing(shape: Shape, size: Size) -> tuple[Batch, Targets]:
    """Return a batch of this size with nothing in it, to compile by."""
    known = np.zeros((0, heads.COUNT), dtype=np.float32)
    column = np.zeros(0, dtype=np.int32)
    inputs = Inputs(
        count=0,
        content=np.zeros((1, CONTENT), dtype=np.float32),
        keys=np.zeros((1, PARTS), dtype=np.uint64),
        video_of=column,
        viewer_of=column,
        places=column,
        pages=column,
        figures=np.zeros((0, len(FIGURES)), dtype=np.float32),
        bias=np.zeros((0, BIAS), dtype=np.float32),
        past=Past(
            items=np.zeros((1, 0), dtype=np.int32),
            acts=np.zeros((1, 0), dtype=np.int32),
            is_there=np.zeros((1, 0), dtype=np.bool_),
            is_before=np.zeros((0, 0), dtype=np.bool_),
        ),
    )
    fields = np.zeros((1, FIELDS * shape.row + CONTENT), dtype=np.float32)
    return batch(inputs, fields, size), targets(Labels(known, known.astype(np.bool_)), size)


def _pasts(inputs: Inputs, fields: Float, size: Size) -> Pasts:
    past = inputs.past
    taken, seat_of, viewer_of = _seated(inputs, size)
    viewers, width = past.items.shape
    tokens = np.zeros((size.viewers, size.past, fields.shape[1]), dtype=np.float32)
    tokens[:viewers, :width] = fields[past.items]
    tokens[:viewers, :width][~past.is_there] = 0.0
    is_before = _grown(past.is_before, (size.showings, size.past))
    nobody = np.concatenate([is_before, np.zeros((1, size.past), dtype=np.bool_)])
    return Pasts(
        fields=tokens,
        acts=_grown(past.acts, (size.viewers, size.past)),
        there=_grown(past.is_there, (size.viewers, size.past)),
        before=nobody[taken],
        seats=taken,
        seat_of=seat_of,
        viewer_of=viewer_of,
    )


def _seated(inputs: Inputs, size: Size) -> tuple[Small, Small, Small]:
    """Return who sits where: showing by group and seat, seat by showing, viewer by group.

    `size.showings` stands for a seat nobody takes, and groups times seats for nobody's seat.
    """
    groups, seats = size.seats
    counts = np.bincount(inputs.viewer_of, minlength=1)
    needed = -(-counts // seats)
    order = np.argsort(inputs.viewer_of, kind="stable")
    within = np.arange(inputs.count) - np.repeat(np.cumsum(counts) - counts, counts)
    seat = np.repeat((np.cumsum(needed) - needed) * seats, counts) + within
    taken = np.full(groups * seats, size.showings, dtype=np.int32)
    taken[seat] = order
    seat_of = np.full(size.showings, groups * seats, dtype=np.int32)
    seat_of[order] = seat
    viewer_of = np.zeros(groups, dtype=np.int32)
    owners = np.repeat(np.arange(len(needed)), needed)
    viewer_of[: len(owners)] = owners
    return taken.reshape(groups, seats), seat_of, viewer_of


def _grown(array: NDArray[np.generic], sides: tuple[int, int]) -> NDArray[np.generic]:
    found = np.zeros(sides, dtype=array.dtype)
    found[: array.shape[0], : array.shape[1]] = array
    return found
