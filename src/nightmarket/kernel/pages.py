"""Pages: nothing is listed without a bound. Cursors are opaque to callers."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from nightmarket.kernel.errors import Invalid

LIMIT_DEFAULT = 20
LIMIT_MAX = 100
CURSOR_LENGTH_MAX = 200
KEY_MIN, KEY_MAX = -(2**63), 2**63 - 1
"""What a sort key may be: a bigint of the database."""

Item = TypeVar("Item")
Other = TypeVar("Other")


class MalformedCursor(Invalid):
    """The cursor was not made by this server."""

    code = "page.malformed_cursor"


class LimitOutOfRange(Invalid):
    """Asked for fewer than one or more than `LIMIT_MAX` items."""

    code = "page.limit_out_of_range"


@dataclass(frozen=True, slots=True)
class PageRequest:
    """How much to list and where to go on.

    `after` holds the sort keys of the last item already seen, newest-first lists included;
    empty: from the start.
    """

    limit: int = LIMIT_DEFAULT
    after: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Items in list order and the cursor that continues them; None: this was the last page."""

    items: Sequence[Item]
    next_cursor: str | None

    def map(self, change: Callable[[Item], Other]) -> "Page[Other]":
        """Return the same page with each item changed."""
        return Page([change(item) for item in self.items], self.next_cursor)


def request(cursor: str | None, limit: int | None, *, keys: int = 1) -> PageRequest:
    """Read what a caller sent.

    Args:
        cursor: None or empty: from the start.
        limit: 1..100; None: 20.
        keys: how many sort keys the list's cursor carries.

    Raises:
        MalformedCursor: not ours, or of another list.
        LimitOutOfRange: the limit.
    """
    size = LIMIT_DEFAULT if limit is None else limit
    if not 1 <= size <= LIMIT_MAX:
        raise LimitOutOfRange("ask for 1 to 100 items", limit=size)
    if not cursor:
        return PageRequest(size)
    after = _decode(cursor)
    if len(after) != keys:
        raise MalformedCursor("this cursor belongs to another list")
    return PageRequest(size, after)


def page(found: Sequence[Item], limit: int, key: Callable[[Item], tuple[int, ...]]) -> Page[Item]:
    """Cut a page from a query that asked for `limit` + 1 rows.

    Args:
        found: rows in list order, one more than `limit` when there are more.
        limit: the page's size.
        key: sort keys of an item, written into the cursor.
    """
    items = found[:limit]
    return Page(items, cursor(key(items[-1])) if len(found) > limit else None)


def cursor(after: tuple[int, ...]) -> str:
    """Write sort keys as an opaque cursor."""
    text = ",".join(str(part) for part in after)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(text: str) -> tuple[int, ...]:
    if len(text) > CURSOR_LENGTH_MAX:
        raise MalformedCursor("this cursor was not made here")
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
        after = tuple(int(part) for part in raw.split(","))
    except (ValueError, binascii.Error) as error:
        raise MalformedCursor("this cursor was not made here") from error
    if not all(KEY_MIN <= part <= KEY_MAX for part in after):
        raise MalformedCursor("this cursor was not made here")
    return after
