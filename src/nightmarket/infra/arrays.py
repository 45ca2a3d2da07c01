"""Columns for `unnest`: whole numpy arrays as binary array parameters, no object per element."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg.adapt import Dumper
from psycopg.pq import Format
from typing_extensions import override

from nightmarket.infra.parameters import ADAPTERS

_SMALL, _INTEGER, _BIG, _UUID = 21, 23, 20, 2950
_ARRAY_OF = {_SMALL: 1005, _INTEGER: 1007, _BIG: 1016, _UUID: 2951}


@dataclass(frozen=True, slots=True)
class Column:
    """One array parameter: the element type's oid and the whole value as the server reads it."""

    element: int
    data: bytes


def small(values: NDArray[Any]) -> Column:
    """Return `smallint[]`."""
    return _column(_SMALL, values.astype(">i2"))


def integer(values: NDArray[Any]) -> Column:
    """Return `integer[]`."""
    return _column(_INTEGER, values.astype(">i4"))


def big(values: NDArray[Any]) -> Column:
    """Return `bigint[]`."""
    return _column(_BIG, values.astype(">i8"))


def uuids(joined: bytes) -> Column:
    """Return `uuid[]` of ids of 16 bytes each, joined."""
    return _column(_UUID, np.frombuffer(joined, dtype="V16"))


def _column(element: int, values: NDArray[Any]) -> Column:
    cells = np.empty(len(values), dtype=[("size", ">i4"), ("value", values.dtype)])
    cells["size"], cells["value"] = values.dtype.itemsize, values
    dimensions = 1 if len(values) else 0
    head = [dimensions, 0, element, len(values), 1] if dimensions else [0, 0, element]
    return Column(element, np.array(head, dtype=">i4").tobytes() + cells.tobytes())


class _Dumper(Dumper):
    format = Format.BINARY

    @override
    def dump(self, obj: Column) -> bytes:
        return obj.data

    @override
    def get_key(self, obj: Column, format: Any) -> Any:  # The library's own name.
        del format
        return (self.cls, obj.element)

    @override
    def upgrade(self, obj: Column, format: Any) -> "Dumper":  # The library's own name.
        del format
        dumper = _Dumper(self.cls)
        dumper.oid = _ARRAY_OF[obj.element]
        return dumper


ADAPTERS.register_dumper(Column, _Dumper)
