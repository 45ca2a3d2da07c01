"""Orders to be judged: the logged one with some weights replaced."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lab.estimate.draws import Floats
from nightmarket.domains.feed.rules.weights import EXPECTED_SPREAD, WEIGHTS
from nightmarket.domains.feed.values.records import Layout, Recorded, Rivals
from nightmarket.domains.ranking.values.heads import CODES

TABLES = {"weights": frozenset(weight.code for weight in WEIGHTS), "heads": frozenset(CODES)}


class BadWeights(ValueError):
    """The file names no weights that are known here; the message says which."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The scorer as it was logged, but with these weights, and heads worth so much instead."""

    name: str
    weights: Mapping[str, float] = field(default_factory=dict)
    worths: Mapping[str, float] = field(default_factory=dict)

    def scores(self, numbers: Recorded, rivals: Rivals) -> Floats:
        """Return float64[rivals]: what this policy scores them."""
        layout, features = numbers.layout, rivals.features.astype(np.float64)
        if self.worths and rivals.heads.shape[1] and "expected" in layout.features:
            features[:, layout.features.index("expected")] = self._expected(
                layout, rivals.heads.astype(np.float64), numbers.trust
            )
        weights = zip(layout.features, layout.weights, strict=True)
        found: Floats = features @ np.array([self.weights.get(code, was) for code, was in weights])
        return found

    def _expected(self, layout: Layout, heads: Floats, trust: float) -> Floats:
        """The ranker's word by other worths, against the mean of the rivals."""
        worths = zip(layout.heads, layout.worths, strict=True)
        worth = heads @ np.array([self.worths.get(code, was) for code, was in worths])
        expected: Floats = np.clip((worth - worth.mean()) / EXPECTED_SPREAD, -1.0, 1.0) * trust
        return expected


CURRENT = Policy("current")
"""As it was logged."""


def read(path: Path) -> Policy:
    """Return the policy of a TOML file with `[weights]`, `[heads]` or both.

    Raises:
        BadWeights: no such file, not TOML, or a name or value that cannot be.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadWeights(f"{path} cannot be read: {error}") from error
    for name, table in tables.items():
        if name not in TABLES or not isinstance(table, dict):
            raise BadWeights(f"{path}: {name!r} is neither [weights] nor [heads]")
        for code, value in table.items():
            if code not in TABLES[name]:
                raise BadWeights(f"{path}: [{name}] has no {code!r}; it has {_list(name)}")
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise BadWeights(f"{path}: {code} cannot be {value!r}")
    if not any(tables.values()):
        raise BadWeights(f"{path} changes nothing: give it [weights] or [heads]")
    return Policy(path.stem, tables.get("weights", {}), tables.get("heads", {}))


def _list(name: str) -> str:
    return ", ".join(sorted(TABLES[name]))
