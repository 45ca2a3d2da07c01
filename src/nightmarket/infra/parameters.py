"""How parameters of queries are written: whole numbers as bigint, and lists of numbers at once.

The library chooses the smallest type each number fits into, so one query is prepared once for each
mixture of sizes; and it writes lists element by element.
"""

from typing import Any

import psycopg
from psycopg.abc import DumperKey
from psycopg.adapt import AdaptersMap, Dumper, PyFormat
from psycopg.postgres import types
from psycopg.types.array import ListDumper
from psycopg.types.numeric import Int8Dumper
from typing_extensions import override


class _NumbersDumper(Dumper):
    """A list of numbers of one kind, none of them null."""

    @override
    def dump(self, obj: list[Any]) -> bytes:
        # An array as PostgreSQL reads it, which does not mind the blanks.
        return b"{%b}" % str(obj)[1:-1].encode()


class _Wholes(_NumbersDumper):
    oid = types["int8"].array_oid


class _Floats(_NumbersDumper):
    oid = types["float8"].array_oid


_KINDS: dict[type, type[Dumper]] = {int: _Wholes, float: _Floats}


class _ListDumper(ListDumper):
    """Lists of numbers the short way; every other list as the library has it."""

    @override
    def get_key(self, obj: list[Any], format: PyFormat) -> DumperKey:  # The library's own name.
        kind = _kind(obj)
        return (self.cls, kind) if kind in _KINDS else super().get_key(obj, format)

    @override
    def upgrade(self, obj: list[Any], format: PyFormat) -> Any:  # The library's own name.
        kind = _kind(obj)
        return _KINDS[kind](self.cls, self._tx) if kind in _KINDS else super().upgrade(obj, format)


def _kind(values: list[Any]) -> type | None:
    """Return the type all values have; None: they have several, or there are none."""
    kinds = set(map(type, values))
    return kinds.pop() if len(kinds) == 1 else None


ADAPTERS = AdaptersMap(psycopg.adapters)
"""For our own queries: other libraries' on the same database are written for the small types."""
ADAPTERS.register_dumper(int, Int8Dumper)
ADAPTERS.register_dumper(list, _ListDumper)
