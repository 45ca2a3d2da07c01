"""What is written into a query comes out of it unchanged, whatever its size."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import DataError

from nightmarket.infra.services import Services

BIG = st.integers(-(2**63), 2**63 - 1)
CASES = st.one_of(
    st.tuples(st.just("bigint"), BIG),
    st.tuples(st.just("bigint[]"), st.lists(BIG, max_size=20)),
    st.tuples(st.just("bigint[]"), st.lists(st.none() | BIG, max_size=5)),
    st.tuples(st.just("float8[]"), st.lists(st.floats(allow_nan=False), max_size=20)),
    st.tuples(
        st.just("text[]"), st.lists(st.text(st.characters(exclude_characters="\0"))).map(list)
    ),
    st.tuples(st.just("boolean[]"), st.lists(st.booleans(), max_size=5)),
)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(case=CASES)
async def test_parameters_come_back_as_they_were(services: Services, case: tuple[str, Any]) -> None:
    """Numbers of every size, lists of numbers and of other things, empty ones, some with nulls."""
    kind, value = case
    async with services.database.transaction() as tx:
        found = await tx.value(object, f"SELECT %(value)s::{kind}", value=value)
    assert found == value


@pytest.mark.parametrize("value", [2**63, [1, -(2**63) - 1]])
async def test_a_number_that_fits_nowhere_is_refused(services: Services, value: Any) -> None:
    """It is the sender's fault, and said so."""
    with pytest.raises(DataError):
        async with services.database.transaction() as tx:
            await tx.value(object, "SELECT %(value)s", value=value)
