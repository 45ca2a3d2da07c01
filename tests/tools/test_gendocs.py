"""Promises of the page of features: a row's proofs are the tests that carry its mark, all of them."""

from tools.gendocs import marked_tests

SOURCE = """
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.feature("V1", "V2")]

LIKE = pytest.param(1, marks=pytest.mark.feature("V9"))


def test_first():
    pass


@pytest.mark.feature("V3", "V1")
@pytest.mark.parametrize("kind", [pytest.param(1, marks=pytest.mark.feature("V4"))])
async def test_second(kind):
    pass
"""


def test_a_mark_of_a_whole_file_counts_for_all_its_tests() -> None:
    """The file itself is the proof then, and no single test of it is named as if it were alone."""
    rows = list(marked_tests(SOURCE))

    assert rows == [("V1", ""), ("V2", ""), ("V3", "test_second"), ("V4", "test_second")]


def test_files_without_marks_prove_nothing() -> None:
    assert list(marked_tests("def test_it():\n    pass\n")) == []
