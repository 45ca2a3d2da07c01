"""Glass and metal balls over a mirror floor at dusk, traced ray by ray with one bounce."""

from collections.abc import Iterator

import numpy as np

from nightmarket.entry.demo.films.paint import coordinates, filmic, hex_rgb
from nightmarket.entry.demo.films.shot import Field, Kind, Picture, Shot
from nightmarket.entry.demo.films.sound.beats import house

SIZE = (216, 384)
BALLS = 5
FAR = np.float32(1e4)
Vector = tuple[Field, Field, Field]
Balls = list[tuple[Field, float]]
Scene = tuple[str, str, str, tuple[str, ...]]
# Zenith, horizon, floor, and the colours of the balls.
SCENES: tuple[Scene, ...] = (
    ("#14093d", "#ff6f91", "#1a1040", ("#ff9671", "#ffc75f", "#f9f871", "#d65db1", "#845ec2")),
    ("#02223b", "#ffb37b", "#06283d", ("#47b5ff", "#dff6ff", "#ffd166", "#ef476f", "#06d6a0")),
    ("#0b0f2b", "#7df3e1", "#0f1f3a", ("#f72585", "#b5179e", "#4cc9f0", "#fee440", "#ffffff")),
)


def frames(shot: Shot) -> Iterator[Picture]:
    """The balls hop in turn, whole hops per loop; the camera sways with them."""
    chance = shot.chance("spheres")
    scene = shot.pick(SCENES)
    place = chance.permutation(BALLS)
    radius = chance.uniform(0.42, 0.66, BALLS)
    hops = max(2, round(shot.seconds / 3))
    x, y = coordinates(*SIZE)
    count = shot.frames_count // 2
    loop: list[Picture] = []
    for index_shown in range(shot.frames_count):
        if index_shown >= count:
            yield loop[index_shown % count]
            continue
        phase = index_shown / count
        angle = 2 * np.pi * phase
        balls: Balls = []
        for index in range(BALLS):
            beat = (phase * hops + index / BALLS) % 1
            high = 4 * beat * (1 - beat) * (0.75 + 0.5 * radius[index])
            around = 2 * np.pi * place[index] / BALLS + angle / 1
            where = (1.0 * np.cos(around), radius[index] + high, 3.7 + 1.05 * np.sin(around))
            balls.append((np.array(where, np.float32), float(radius[index])))
        sway = 0.16 * np.sin(angle)
        lens = (
            x * np.float32(0.62) + np.float32(sway * 0.1),
            -(y * np.float32(0.62)) - np.float32(0.16),
            np.ones_like(x),
        )
        eye = np.array((-sway, 1.75, -0.4), np.float32)
        loop.append(Picture(filmic(_traced(eye, _unit(lens), balls, scene), 1.25)))
        yield loop[-1]


def _traced(eye: Field, ray: Vector, balls: Balls, scene: Scene) -> Field:
    still = np.zeros_like(ray[0])
    origin = (still + eye[0], still + eye[1], still + eye[2])
    colour, point, bounce, shine = _hit(origin, ray, balls, scene)
    mirrored, _, _, _ = _hit(point, bounce, balls, scene)
    return colour + mirrored * shine[..., None]


def _hit(
    origin: Vector, ray: Vector, balls: Balls, scene: Scene
) -> tuple[Field, Vector, Vector, Field]:
    """Colour at the first hit, where it is, where the mirrored ray goes, how much it mirrors."""
    nearest = np.full_like(ray[0], FAR)
    which = np.full(ray[0].shape, -1)
    for index, (centre, radius) in enumerate(balls):
        to = [origin[axis] - centre[axis] for axis in range(3)]
        along = _dot(to, ray)
        inside = along * along - _dot(to, to) + np.float32(radius * radius)
        distance = -along - np.sqrt(np.maximum(inside, 0))
        closer = (inside > 0) & (distance > 0.01) & (distance < nearest)
        nearest = np.where(closer, distance, nearest)
        which = np.where(closer, index, which)
    down = np.where(ray[1] < -1e-3, -origin[1] / np.minimum(ray[1], -1e-3), FAR)
    is_floor = (down < nearest) & (down > 0.01) & (down < 60)
    nearest = np.where(is_floor, down, nearest)
    which = np.where(is_floor, len(balls), which)
    near = np.minimum(nearest, 60)
    point = _along(origin, ray, near)
    colour, normal, shine = _surface(point, ray, which, balls, scene)
    facing = _dot(ray, normal) * 2
    bounce = _along(ray, normal, -facing)
    edge = np.clip(1 + _dot(ray, normal), 0, 1) ** 3
    shine = np.where(which >= 0, shine + (0.6 - shine) * edge, 0).astype(np.float32)
    return colour, point, bounce, shine


def _surface(
    point: Vector, ray: Vector, which: np.ndarray, balls: Balls, scene: Scene
) -> tuple[Field, Vector, Field]:
    table = np.zeros((len(balls) + 2, 4), np.float32)
    for index, (centre, _) in enumerate(balls):
        table[index, :3] = centre
    inverse = np.array([1 / radius for _, radius in balls] + [0, 0], np.float32)
    centre, scale = table[which], inverse[which]
    is_floor = which == len(balls)
    out = [(point[axis] - centre[..., axis]) * scale for axis in range(3)]
    normal = (out[0], np.where(is_floor, np.float32(1), out[1]), out[2])
    paints = (
        np.array([hex_rgb(colour) for colour in (*scene[3], scene[2], scene[0])], np.float32) / 255
    )
    paints = paints**1.7
    lit = np.clip(normal[0] * -0.45 + normal[1] * 0.75 - normal[2] * 0.48, 0, 1)
    body = paints[which] * (0.42 + 1.5 * lit[..., None] ** 1.3)
    body = np.where(is_floor[..., None], _floor(point, paints[-2], balls), body)
    gleam = (
        np.clip(_dot(normal, (-0.45 - ray[0], 0.75 - ray[1], -0.48 - ray[2])) * 0.54, 0, 1) ** 40
    )
    body = body + np.where(is_floor, 0, gleam)[..., None] * 0.9
    colour = np.where((which >= 0)[..., None], body, _sky(ray, scene))
    haze = np.exp(-np.maximum(point[2] - 6, 0) * 0.09)[..., None]
    colour = np.where(is_floor[..., None], colour * haze + _sky(ray, scene) * (1 - haze), colour)
    return colour.astype(np.float32), normal, np.where(is_floor, 0.42, 0.14).astype(np.float32)


def _floor(point: Vector, paint: Field, balls: Balls) -> Field:
    """Soft tiles, darkened under every ball."""
    tiles = np.sin(point[0] * np.pi * 1.4) * np.sin(point[2] * np.pi * 1.4)
    shade = 0.75 + 0.35 * np.clip(tiles * 6, -1, 1)
    for centre, radius in balls:
        away = (point[0] - centre[0] - 0.2 * centre[1]) ** 2 + (point[2] - centre[2]) ** 2
        depth = 0.75 / (1 + 1.2 * max(0.0, float(centre[1]) - radius))
        shade = shade * (1 - depth * np.exp(-away / (radius * radius * 1.1)))
    return np.asarray(paint * (shade * 1.3)[..., None])


def _sky(ray: Vector, scene: Scene) -> Field:
    zenith, horizon = (np.array(hex_rgb(colour), np.float32) / 255 for colour in scene[:2])
    high = np.clip(ray[1] * 1.5, 0, 1)[..., None] ** 0.6
    sun = np.exp(-((ray[0] + 0.18) ** 2 + (ray[1] - 0.10) ** 2) * 30)[..., None]
    return np.asarray(
        horizon * (1 - high) + zenith * high + sun * np.array((1.3, 0.95, 0.6), np.float32)
    )


def _along(start: Vector, way: Vector, far: Field) -> Vector:
    return start[0] + way[0] * far, start[1] + way[1] * far, start[2] + way[2] * far


def _dot(one: Vector | list[Field], other: Vector | list[Field]) -> Field:
    return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]


def _unit(vector: Vector) -> Vector:
    length = np.sqrt(_dot(vector, vector))
    return vector[0] / length, vector[1] / length, vector[2] / length


KIND = Kind(fps=24, frames=frames, sound=house)
