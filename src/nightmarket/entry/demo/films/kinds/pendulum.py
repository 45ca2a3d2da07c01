"""Eighty double pendulums that start a hair apart: one line that becomes a fan of silk."""

from collections.abc import Iterator

import numpy as np

from nightmarket.entry.demo.films.paint import colours_of, filmic, glow, ramp, splat, vignette
from nightmarket.entry.demo.films.shot import Field, Kind, Picture, Shot
from nightmarket.entry.demo.films.sound.acoustic import thumb_piano

SIZE = (272, 480)
COUNT = 80
POINTS_PER_ARM = 46
STEPS_PER_PICTURE = 5
GRAVITY = 9.81
SPREAD = 0.02
PACE = 1.25
TRAIL = 0.93
RAMPS = (
    ramp("#ff3d81", "#ff9e4d", "#fff07c", "#4dffb8", "#4dabff", "#b44dff"),
    ramp("#fff3b0", "#ffb26b", "#ff6f59", "#c8553d", "#7a306c"),
    ramp("#caf0f8", "#48cae4", "#4361ee", "#7209b7", "#f72585"),
)


def frames(shot: Shot) -> Iterator[Picture]:
    """Old light fades, so every picture holds the last half second of movement."""
    chance = shot.chance("pendulum")
    colours = colours_of(shot.pick(RAMPS))
    hue = colours[np.linspace(0, 1023, COUNT).astype(np.int32)]
    side = float(chance.choice((-1, 1)))
    state: Field = np.zeros((4, COUNT))
    state[0] = side * chance.uniform(1.9, 2.5) + np.linspace(0, SPREAD, COUNT)
    state[1] = side * chance.uniform(1.6, 3.0) + np.linspace(0, SPREAD, COUNT)
    trail = np.zeros((SIZE[1], SIZE[0], 3), np.float32)
    ground = np.array((0.022, 0.016, 0.05), np.float32) * 2.4 * vignette(*SIZE, 0.7)
    step = PACE / shot.fps / STEPS_PER_PICTURE
    for index in range(shot.frames_count):
        tips = [_joints(state)[1]]
        for _ in range(STEPS_PER_PICTURE):
            state = _moved(state, step)
            tips.append(_joints(state)[1])
        trail *= np.float32(TRAIL)
        trail += _strokes(np.stack(tips), hue)
        arms = _arms(state, hue)
        # A fan of eighty lines is as bright as one line was.
        apart = float(np.hypot(*tips[-1].std(axis=1))) / SIZE[0]
        light = (trail + arms) * np.float32(1 + 9 * min(apart, 0.25))
        fade = min(1.0, index / 10, (shot.frames_count - index) / 10)
        yield Picture(
            filmic((light * 1.2 + glow(light, 2, 4) * 0.9) * np.float32(fade) + ground, 2.2)
        )


def _moved(state: Field, step: float) -> Field:
    """One Runge and Kutta step of all pendulums at once."""
    one = _change(state)
    two = _change(state + one * (step / 2))
    three = _change(state + two * (step / 2))
    four = _change(state + three * step)
    return state + (one + 2 * two + 2 * three + four) * (step / 6)


def _change(state: Field) -> Field:
    """Equal masses, arms of one metre."""
    first, second, first_speed, second_speed = state
    apart = first - second
    share = 3 - np.cos(2 * apart)
    first_push = (
        -3 * GRAVITY * np.sin(first)
        - GRAVITY * np.sin(first - 2 * second)
        - 2 * np.sin(apart) * (second_speed**2 + first_speed**2 * np.cos(apart))
    ) / share
    second_push = (
        2
        * np.sin(apart)
        * (2 * first_speed**2 + 2 * GRAVITY * np.cos(first) + second_speed**2 * np.cos(apart))
    ) / share
    return np.stack([first_speed, second_speed, first_push, second_push])


def _joints(state: Field) -> tuple[Field, Field]:
    """Pixel positions of elbow and tip: [2, pendulums] each."""
    scale = SIZE[0] * 0.235
    hinge = np.array((SIZE[0] * 0.48, SIZE[1] * 0.42))[:, None]
    elbow = hinge + scale * np.stack([np.sin(state[0]), np.cos(state[0])])
    return elbow, elbow + scale * np.stack([np.sin(state[1]), np.cos(state[1])])


def _strokes(tips: Field, hue: Field) -> Field:
    """Short strokes along the path of every tip: tips is [steps, 2, pendulums]."""
    share = np.linspace(0, 1, 4, endpoint=False)[:, None, None, None]
    between = tips[:-1] + (tips[1:] - tips[:-1]) * share
    x, y = between[:, :, 0].ravel(), between[:, :, 1].ravel()
    light = np.tile(hue, (len(x) // COUNT, 1)) * np.float32(0.05)
    return splat((SIZE[1], SIZE[0]), x, y, light)


def _arms(state: Field, hue: Field) -> Field:
    elbow, tip = _joints(state)
    hinge = np.array((SIZE[0] * 0.48, SIZE[1] * 0.42))[:, None]
    share = np.linspace(0, 1, POINTS_PER_ARM)[:, None, None]
    points = np.concatenate([hinge + (elbow - hinge) * share, elbow + (tip - elbow) * share])
    x, y = points[:, 0].ravel(), points[:, 1].ravel()
    light = np.tile(hue, (len(x) // COUNT, 1)) * np.float32(0.022)
    return splat((SIZE[1], SIZE[0]), x, y, light)


KIND = Kind(fps=30, frames=frames, sound=thumb_piano)
