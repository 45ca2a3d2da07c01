"""Inside a clock: brass wheels that really mesh, over a dark plate, with tick and chime."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nightmarket.entry.demo.films.paint import coordinates, filmic, hex_rgb
from nightmarket.entry.demo.films.shot import Audio, Field, Kind, Picture, Shot
from nightmarket.entry.demo.films.sound import drums, voices
from nightmarket.entry.demo.films.sound.track import Track, hertz, metre, reverb

SIZE = (234, 416)
TEETH_PER_SPOKE = 4
PITCH = 0.0205  # radius per tooth, so that any two wheels mesh
METALS = (
    ("#10161d", ("#d9a441", "#c77b3b", "#e8d5a3", "#8f9aa3")),
    ("#1d0f14", ("#e3b04b", "#b85c38", "#f0e0c0", "#a7a9ac")),
    ("#0c1a1a", ("#cfae70", "#6fa8a0", "#f2e6c9", "#b07d48")),
)
# Each wheel: teeth, which wheel it leans on (-1: none), direction to it in turns.
TRAINS = (
    (
        (40, -1, 0.0),
        (24, 0, 0.86),
        (16, 1, 0.62),
        (32, 0, 0.36),
        (20, 3, 0.08),
        (28, 2, 0.90),
        (12, 0, 0.60),
    ),
    (
        (32, -1, 0.0),
        (40, 0, 0.30),
        (20, 0, 0.80),
        (28, 2, 0.66),
        (16, 1, 0.95),
        (24, 1, 0.47),
        (12, 3, 0.97),
    ),
)


@dataclass(frozen=True, slots=True)
class Wheel:
    """One wheel, with the fields around it that never change."""

    teeth: int
    radius: float
    area: tuple[slice, slice]
    reach: Field
    angle: Field
    sheen: Field
    phase: float
    metal: Field
    direction: int


def frames(shot: Shot) -> Iterator[Picture]:
    """Whole spokes per film for every wheel, in small steps like an escapement, so it loops."""
    chance = shot.chance("clockwork")
    plate_hex, metals = shot.pick(METALS)
    plate = _plate(np.array(hex_rgb(plate_hex), np.float32) / 255)
    wheels = _train(chance, metals)
    beat = metre(shot.seconds, 120)
    ticks = beat.bars * 4
    teeth_moved = TEETH_PER_SPOKE * max(1, round(ticks / 6))
    for phase in shot.phases():
        whole, part = divmod(phase * ticks, 1)
        eased = whole + min(1.0, part * 3.2) ** 2 * (3 - 2 * min(1.0, part * 3.2))
        turned = 2 * np.pi * teeth_moved * eased / ticks
        light = plate.copy()
        for wheel in wheels:
            _lay(light, wheel, turned * wheel.direction)
        yield Picture(filmic(light, 1.5))


def _train(chance: np.random.Generator, metals: tuple[str, ...]) -> list[Wheel]:
    x, y = coordinates(*SIZE)
    plan = TRAINS[chance.integers(len(TRAINS))]
    flip = float(chance.choice((-1, 1)))
    centres: list[tuple[float, float]] = []
    phases: list[float] = []
    wheels: list[Wheel] = []
    directions: list[int] = []
    for index, (teeth, leans_on, turns) in enumerate(plan):
        radius = teeth * PITCH
        if leans_on < 0:
            centre, phase = (-0.12 * flip, -0.25), 0.0
            direction = 1
        else:
            other = plan[leans_on][0]
            way = 2 * np.pi * turns
            way = way if flip > 0 else np.pi - way
            far = radius + other * PITCH
            centre = (
                centres[leans_on][0] + far * np.cos(way),
                centres[leans_on][1] + far * np.sin(way),
            )
            # A tooth of one wheel meets a gap of the other on the line between the centres.
            phase = teeth * (way + np.pi) - np.pi + other * way - phases[leans_on]
            direction = -directions[leans_on]
        centres.append(centre)
        phases.append(phase)
        directions.append(direction)
        metal = np.array(hex_rgb(metals[index % len(metals)]), np.float32) / 255
        wheels.append(_wheel(x, y, teeth, centre, (float(phase), direction), metal))
    return [wheel for wheel in wheels if wheel.reach.size]


def _wheel(
    x: Field,
    y: Field,
    teeth: int,
    centre: tuple[float, float],
    motion: tuple[float, int],
    metal: Field,
) -> Wheel:
    radius = teeth * PITCH
    edge = radius + 0.09
    rows = slice(*np.searchsorted(y[:, 0], (centre[1] - edge, centre[1] + edge)))
    columns = slice(*np.searchsorted(x[0], (centre[0] - edge, centre[0] + edge)))
    area = (rows, columns)
    away_x, away_y = x[area] - np.float32(centre[0]), y[area] - np.float32(centre[1])
    reach, angle = np.hypot(away_x, away_y), np.arctan2(away_y, away_x)
    sheen = (
        0.50
        + 0.30 * np.cos(2 * (angle + 0.9)) ** 3
        + 0.1 * np.cos(5 * angle + 1)
        + 0.1 * np.sin(reach * 190)
    )
    return Wheel(teeth, radius, area, reach, angle, sheen, motion[0], metal, motion[1])


def _lay(light: Field, wheel: Wheel, turned: float) -> None:
    """Shadow first, then the wheel."""
    shape = _shape(wheel, turned)
    shadow = _shifted(shape, 5, 3)[..., None]
    area = light[wheel.area]
    area *= 1 - 0.62 * shadow
    rim = np.clip(1 - np.abs(wheel.reach - wheel.radius * 0.80) * 60, 0, 1) * 0.25
    hub = np.clip(1 - np.abs(wheel.reach - 0.075) * 70, 0, 1) * 0.5
    body = wheel.metal * (wheel.sheen + rim + hub)[..., None] * 1.25
    across = np.clip((shape - _shifted(shape, 1, 1)) * 0.9, -0.5, 0.9)[..., None]
    area += (body + across * wheel.metal - area) * shape[..., None]


def _shifted(shape: Field, down: int, across: int) -> Field:
    """Moved down and to the right; what comes in at the edges repeats the edge."""
    return np.pad(shape, ((down, 0), (across, 0)), mode="edge")[:-down, :-across]


def _shape(wheel: Wheel, turned: float) -> Field:
    tooth = np.clip(
        np.cos(wheel.angle * wheel.teeth - np.float32(wheel.phase + turned)) * 2.2, -1, 1
    )
    edge = wheel.radius + tooth * np.float32(0.021)
    body = np.clip((edge - wheel.reach) * 110, 0, 1)
    spokes = wheel.teeth // TEETH_PER_SPOKE
    turn = (wheel.phase + turned) / wheel.teeth
    arm = (
        np.abs(np.sin((wheel.angle - np.float32(turn)) * np.float32(spokes / 2)))
        * wheel.reach
        * np.float32(2 / spokes)
    )
    is_open = np.clip((arm - 0.028) * 90, 0, 1) * np.clip((wheel.reach - 0.10) * 90, 0, 1)
    is_open *= np.clip((wheel.radius * 0.76 - wheel.reach) * 90, 0, 1)
    hole = np.clip((0.024 - wheel.reach) * 110, 0, 1)
    return np.asarray(body * (1 - is_open) * (1 - hole))


def _plate(colour: Field) -> Field:
    """Dark metal with the pearls that watchmakers grind into it."""
    x, y = coordinates(*SIZE)
    pearl_x, pearl_y = (x * 5.5 + (np.floor(y * 5.5) % 2) * 0.5) % 1 - 0.5, (y * 5.5) % 1 - 0.5
    turn = np.arctan2(pearl_y, pearl_x)
    pearl = 0.9 + 0.35 * np.cos(2 * turn + 0.8) * np.clip(0.6 - np.hypot(pearl_x, pearl_y), 0, 1)
    light = np.exp(-((x + 0.4) ** 2 * 0.5 + (y + 0.7) ** 2 * 0.35))
    return np.asarray((colour * (pearl * (0.6 + 1.9 * light))[..., None]).astype(np.float32))


def sound(shot: Shot) -> Audio:
    """Tick, tock, a music box, and a chime on the bar."""
    chance = shot.chance("clockwork sound")
    beat = metre(shot.seconds, 120)
    root = int(chance.integers(60, 66))
    chimes = ((4, 2, 0, -5), (0, 4, 2, -5), (4, 0, 2, -5))[chance.integers(3)]
    track = Track(shot.samples_count)
    for count in range(beat.bars * 4):
        at = count * beat.beat_s
        track.add(drums.tick(chance, 2900 if count % 2 else 2300), at, 0.8, 0.25 * (-1) ** count)
        track.add(drums.tick(chance, 5200), at + beat.beat_s / 2, 0.22, -0.4)
        if count % 2 == 0:
            note = root + chimes[(count // 2) % 4]
            track.add(voices.bell(hertz(note), 3), at, 0.4, 0.2)
            track.add(voices.gong(hertz(note - 24), 3), at, 0.22)
        if chance.random() < 0.5:
            note = root + 12 + int(chance.choice((0, 2, 4, 7, 9)))
            track.add(voices.music_box(hertz(note), 1.2), at + beat.beat_s / 2, 0.16, -0.3)
    return reverb(track.samples, 2.2, 0.3, chance)


KIND = Kind(fps=30, frames=frames, sound=sound)
