"""Pages are bounded and cursors are opaque."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.kernel import pages


@given(after=st.lists(st.integers(pages.KEY_MIN, pages.KEY_MAX), min_size=1, max_size=3).map(tuple))
def test_a_cursor_reads_back(after: tuple[int, ...]) -> None:
    assert pages.request(pages.cursor(after), 5, keys=len(after)).after == after


@given(text=st.text(min_size=1, max_size=300))
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    """Never a crash."""
    try:
        assert len(pages.request(text, None).after) == 1
    except pages.MalformedCursor as refusal:
        assert refusal.code == "page.malformed_cursor"


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_a_limit_out_of_range_is_refused(limit: int) -> None:
    with pytest.raises(pages.LimitOutOfRange):
        pages.request(None, limit)


def test_walking_visits_everything_once() -> None:
    """Seven things, three at a time."""
    things = list(range(7, 0, -1))
    seen: list[int] = []
    cursor: str | None = None
    while True:
        ask = pages.request(cursor, 3)
        rest = [one for one in things if not ask.after or one < ask.after[0]]
        found = pages.page(rest[: ask.limit + 1], ask.limit, lambda one: (one,))
        seen += found.items
        cursor = found.next_cursor
        if cursor is None:
            break

    assert seen == things


def test_a_mapped_page_keeps_its_cursor() -> None:
    page = pages.page([3, 2, 1], 2, lambda one: (one,)).map(str)
    assert (page.items, page.next_cursor) == (["3", "2"], pages.cursor((2,)))
