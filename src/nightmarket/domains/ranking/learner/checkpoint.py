"""Everything learned, written so that a fall at any moment leaves a whole version to go on from.

One file a version: a line of JSON (what it is, how long, the SHA-256 of the rest), then arrays and
the waiting impressions. A file is written beside its place, flushed and renamed; a reader takes the
newest one that is whole and passes the others over.
"""

import hashlib
import io
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jax
import msgspec
import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.ranking.learner.learner import Learner
from nightmarket.domains.ranking.learner.rows import Rows
from nightmarket.domains.ranking.learner.student import Student
from nightmarket.domains.ranking.rules.closing import Closing, State
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.shape import Shape

FORMAT = 3
ENDING = ".ranker"
KEPT = 3
HEAD_BYTES_MAX = 64 * 1024
Arrays = Mapping[str, NDArray[Any]]


class NotWhole(ValueError):
    """A file is no version that can be gone on from; the words say why."""


def save(folder: Path, student: Student, position: Mapping[str, Any]) -> Path:
    """Write a version that has learned the log up to `position`; returns its file.

    `position` is the caller's, JSON. The newest `KEPT` versions stay.
    """
    folder.mkdir(parents=True, exist_ok=True)
    body = _body(student)
    head = {
        "format": FORMAT,
        "heads": list(heads.CODES),
        "shape": asdict(student.learner.shape),
        "steps": student.learner.steps,
        "position": dict(position),
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    path = folder / f"{_next(folder):012d}{ENDING}"
    beside = path.with_suffix(".part")
    with beside.open("wb") as file:
        file.write(json.dumps(head).encode() + b"\n" + body)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    for old in _versions(folder)[KEPT:]:
        old.unlink(missing_ok=True)
    return path


def newest(
    folder: Path, shape: Shape, passed: Callable[[Path, str], None], older: int = 0
) -> tuple[Student, dict[str, Any]] | None:
    """Return the newest whole version of this shape and its position; None: there is none.

    `passed` hears of every newer file that could not be used, and why. `older`: how many of the
    newest files are left out because what they hold learns no more.
    """
    for path in _versions(folder)[older:]:
        try:
            return _read(path, shape)
        except (NotWhole, OSError, ValueError, KeyError) as error:
            passed(path, str(error) or type(error).__name__)
    return None


def _versions(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{ENDING}"), reverse=True)


def _next(folder: Path) -> int:
    """Return a number above every version there is, whole or not."""
    return 1 + max((int(path.stem) for path in _versions(folder) if path.stem.isdigit()), default=0)


def _body(student: Student) -> bytes:
    learner = student.learner
    arrays: dict[str, NDArray[Any]] = {
        "places": learner.memory.places,
        "momentum.steps": np.asarray(learner.momentum.steps),
        "undone": np.array(student.undone),
        "day": np.array(student.day),
    }
    arrays |= student.retrieval.state()
    for name, table in _tables(student).items():
        arrays |= {f"{name}/{field}": array for field, array in table.state().items()}
    for name, tree in _trees(learner).items():
        leaves = jax.tree.leaves(tree)
        arrays |= {f"{name}/{place}": np.asarray(leaf) for place, leaf in enumerate(leaves)}
    keys = list(student.figures)
    arrays["open.keys"] = np.array(keys, dtype=np.int64).reshape(len(keys), 2)
    for place, name in enumerate(("open.figures", "open.bias")):
        columns = [both[place] for both in student.figures.values()]
        arrays[name] = np.array(columns, dtype=np.float32)
    waiting = np.frombuffer(msgspec.msgpack.encode(student.closing.state()), dtype=np.uint8)
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays, closing=waiting)
    return file.getvalue()


def _read(path: Path, shape: Shape) -> tuple[Student, dict[str, Any]]:
    with path.open("rb") as file:
        line = file.readline(HEAD_BYTES_MAX)
        head = json.loads(line)
        body = file.read()
    if head["format"] != FORMAT or head["heads"] != list(heads.CODES):
        raise NotWhole("it was written by another version of Nightmarket")
    if head["shape"] != asdict(shape):
        raise NotWhole("the model's shape was changed since")
    if len(body) != head["bytes"] or hashlib.sha256(body).hexdigest() != head["sha256"]:
        raise NotWhole("its sum is wrong")
    with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
        return _student(shape, arrays, int(head["steps"])), head["position"]


def _student(shape: Shape, arrays: Arrays, steps: int) -> Student:
    learner = Learner(shape, seed=0)
    learner.steps = steps
    learner.memory.places = arrays["places"]
    student = Student(learner)
    student.retrieval.restore(arrays)
    for name, table in _tables(student).items():
        fields = ("keys", "last_day", "waiting_keys", "waited")
        names = [*fields, *(f"field.{field}" for field in table.fields)]
        table.restore({field: arrays[f"{name}/{field}"] for field in names})
    restored = {}
    for name, tree in _trees(learner).items():
        leaves, form = jax.tree.flatten(tree)
        restored[name] = jax.tree.unflatten(
            form, [jax.numpy.asarray(arrays[f"{name}/{place}"]) for place in range(len(leaves))]
        )
    learner.weights = restored["weights"]
    learner.momentum = learner.momentum._replace(
        first=restored["first"],
        second=restored["second"],
        steps=jax.numpy.asarray(arrays["momentum.steps"]),
    )
    student.undone = int(arrays["undone"])
    student.day = int(arrays["day"])
    student.closing = Closing.of(msgspec.msgpack.decode(arrays["closing"].tobytes(), type=State))
    keys = [(int(request), int(position)) for request, position in arrays["open.keys"]]
    both = zip(arrays["open.figures"], arrays["open.bias"], strict=True)
    student.figures.update(zip(keys, both, strict=True))
    return student


def _tables(student: Student) -> dict[str, Rows]:
    memory = student.learner.memory
    return {
        **student.retrieval.tables(),
        "rows": student.learner.rows,
        "videos": memory.videos,
        "viewers": memory.viewers,
        "pairs": memory.pairs,
    }


def _trees(learner: Learner) -> dict[str, Any]:
    momentum = learner.momentum
    return {"weights": learner.weights, "first": momentum.first, "second": momentum.second}
