"""Where the real sample data lies when it is there; tests that want it skip with a sentence."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "shared" / "data"


def need(relative: str) -> Path:
    """Return a file or folder of the sample data, or skip the test."""
    path = ROOT / relative
    if not path.exists():
        pytest.skip(f"the sample data is not here: {relative}")
    return path
