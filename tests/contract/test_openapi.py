"""Whatever the OpenAPI document allows, and much that it does not, is answered as it says.

`CONTRACT_EXAMPLES=500 pytest tests/contract/test_openapi.py` looks longer, with fresh chance.
"""

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from httpx import Response
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from nightmarket.entry.schema import openapi_schema
from nightmarket.kernel import pages
from tests.builders.world import SITE, World
from tests.contract.conftest import Stage

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "0"))
SCHEMA = schemathesis.openapi.from_dict(openapi_schema())
OPERATIONS: dict[str, Any] = {
    one.label: one
    for found in SCHEMA.get_all_operations()
    if isinstance(found, Ok)
    for one in [found.ok()]
}
CALLERS = ("guest", "owner", "operator")
CHECKS = [content_type_conformance, response_schema_conformance, status_code_conformance]
OTHERWISE = {"POST /api/v1/oauth/token"}
"""Refusals that have the shape of another standard (RFC 6749)."""
PROBLEM = "application/problem+json"
ALIKE = {
    "parent_id": "comment_id",
    "up_to": "video_id",
    "id": "video_id",
    "object_id": "video_id",
    "redirect_uri": "client_id",
}
"""Other names under which the world's things are asked for."""
WORDS = {
    "market": "de",
    "language": "en",
    "policy": "misleading",
    "kind": "video",
    "scope": "video",
    "channel": "link",
    "sort": "newest",
    "tab": "following",
    "url": f"{SITE}/@the_owner/video/",
}
"""Words that open a door deeper than any that chance would find."""

NUMBERS = st.integers() | st.sampled_from([0, -1, 2**31, 2**63 - 1, 2**63, 10**60])
CURSORS = st.lists(NUMBERS, min_size=1, max_size=3).map(lambda keys: pages.cursor(tuple(keys)))
NASTY = (
    "a\x00b",
    "\u202egnp.exe",
    "'; --",
    "%00%s%(x)s",
    "x" * 5000,
    "\U0001f469\u200d" * 90,
    "9" * 40,
)
"""Text that has broken programs before: no letter, backwards, SQL, formats, long, joined, numbers."""


@schemathesis.serializer("application/offset+octet-stream")
def as_bytes(_: schemathesis.SerializationContext, value: Any) -> bytes:
    """Write what a tus client sends."""
    return bytes(getattr(value, "data", b"nine byte"))


@st.composite
def calls(draw: st.DrawFn, label: str, world: World) -> tuple[Any, str]:
    """A call of an operation as the document describes it, or just not, and who makes it."""
    mode = draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
    case = draw(OPERATIONS[label].as_strategy(generation_mode=mode))
    for part in (case.path_parameters, case.query, case.body):
        _name(draw, part, world.names)
    for key, value in case.path_parameters.items():
        case.path_parameters[key] = quote(str(value), safe="%")
    return case, draw(st.sampled_from(CALLERS))


def _name(draw: st.DrawFn, part: Any, names: Mapping[str, str]) -> None:
    """Put things that exist where names are asked for, mostly."""
    for one in part[:3] if isinstance(part, list) else []:
        _name(draw, one, names)
    for key in list(part) if isinstance(part, dict) else []:
        if isinstance(part[key], dict | list):
            _name(draw, part[key], names)
        else:
            part[key] = _worded(draw, key, part[key], names)


def _worded(draw: st.DrawFn, key: str, value: Any, names: Mapping[str, str]) -> Any:
    if key == "cursor":
        return draw(CURSORS)
    known = names.get(key) or names.get(ALIKE.get(key, "")) or WORDS.get(key)
    if known is not None and draw(st.integers(0, 3)):
        return known
    is_worn = isinstance(value, str) and not draw(st.integers(0, 3))
    return draw(st.sampled_from(NASTY)) if is_worn else value


def refusal_of(answer: Response) -> str:
    """The stable code of a refusal, which has the documented shape."""
    assert answer.headers["content-type"] == PROBLEM, answer.text
    told = answer.json()
    assert told["status"] == answer.status_code
    assert told["type"] == f"/problems/{told['code']}"
    assert "." in told["code"], told
    return str(told["code"])


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_every_operation_keeps_its_word(stage: Stage, label: str) -> None:
    """No failure of ours, refusals of one shape, answers as documented."""

    @settings(
        max_examples=EXAMPLES or 6,
        derandomize=not EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(calls(label, stage.world))
    def check(call: tuple[Any, str]) -> None:
        case, caller = call
        kwargs = case.as_transport_kwargs(base_url=SITE)
        answer = stage.run(send(stage.world, caller, kwargs))
        assert answer.status_code < 500, (caller, kwargs, answer.text)
        is_said_otherwise = case.operation.label in OTHERWISE and answer.status_code == 400
        if answer.status_code >= 400 and answer.request.method != "HEAD" and not is_said_otherwise:
            refusal_of(answer)
        case.validate_response(answer, checks=CHECKS)

    check()


async def send(world: World, caller: str, kwargs: dict[str, Any]) -> Response:
    """Make a call as somebody, through the same layers as any browser."""
    sent: dict[str, Any] = {
        name: kwargs[name] for name in ("params", "json", "data", "files") if name in kwargs
    }
    if isinstance(sent.get("data"), str | bytes):
        sent["content"] = sent.pop("data")
    headers = {key: value for key, value in kwargs["headers"].items() if key != "User-Agent"}
    return await world.call(
        caller,
        kwargs["method"],
        kwargs["url"],
        headers=headers,
        follow_redirects=False,
        **sent,
    )
