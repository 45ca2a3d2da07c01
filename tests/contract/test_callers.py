"""Every route against every kind of caller, in one table; nobody reaches what is another's."""

import re
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar
from litestar.routes import HTTPRoute

from nightmarket.entry import schema
from tests.builders.world import CALLERS, World
from tests.contract.conftest import Stage
from tests.contract.requests import requests_of
from tests.contract.table import OUTSIDE, TABLE
from tests.contract.test_openapi import CHECKS, OPERATIONS

NAME = re.compile(r"{(\w+)}")
GUESSLESS = {"impression_id", "language", "tag", "code", "handle"}
"""Names of paths that are no ids; impressions are signed."""
HIDDEN = ("the_private", "the_draft", "the_processing")
STRANGERS = ("guest", "other", "minor", "token", "operator", "auditor")
"""Moderators see what is published for nobody else, since it can be reported by whom it was sent."""


def rows() -> dict[str, list[int]]:
    """Label → the status for each caller."""
    found = {}
    for line in TABLE.strip().splitlines()[1:]:
        method, path, *statuses = line.split()
        found[f"{method} {path}"] = [int(status) for status in statuses]
    return found


def path_of(label: str, names: dict[str, str]) -> str:
    """The path of an operation with every name filled in."""
    return NAME.sub(lambda match: names[match[1]], label.split()[1])


async def ask(world: World, caller: str, label: str, **names: str) -> Response:
    """Send the operation's well-formed request."""
    path = path_of(label, world.names | names)
    given = requests_of(world).get(label, {})
    return await world.call(caller, label.split(maxsplit=1)[0], path, **given)


def test_every_operation_has_its_row() -> None:
    """A new operation fails here until somebody says who may do it."""
    assert set(rows()) == set(OPERATIONS)


def test_every_path_is_an_operation_or_named() -> None:
    """Nothing is served that neither the document nor this table knows."""
    app: Litestar = schema.application()
    known = {label.split()[1] for label in OPERATIONS} | set(OUTSIDE.split())
    served = {route.path_format for route in app.routes if isinstance(route, HTTPRoute)}
    served |= {route.path for route in app.routes if not isinstance(route, HTTPRoute)}

    assert {path for path in served if not path.startswith("/api/") or "v1" in path} == known


@pytest.mark.feature("V138")
@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_each_caller_is_answered_as_the_table_says(stage: Stage, label: str) -> None:
    """Guests, people, minors, narrow tokens, the owner, and who has a role."""
    answers = [stage.run(ask(stage.world, caller, label)) for caller in CALLERS]

    found = dict(zip(CALLERS, [answer.status_code for answer in answers], strict=True))
    assert found == dict(zip(CALLERS, rows()[label], strict=True))
    case = OPERATIONS[label].Case(path_parameters=dict(stage.world.names))
    for answer in answers:
        case.validate_response(answer, checks=CHECKS)


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("label", sorted(one for one in OPERATIONS if "{video_id}" in one))
def test_hidden_videos_do_not_exist_for_others(stage: Stage, label: str, name: str) -> None:
    """Drafts, private and unfinished films: the same words as for an id that was never given."""
    for caller in STRANGERS:
        hidden = stage.run(ask(stage.world, caller, label, video_id=stage.world.names[name]))
        absent = stage.run(ask(stage.world, caller, label, video_id="zz"))
        assert said(hidden) == said(absent), caller
        is_taken_back = label.startswith("DELETE") and label.endswith(("like", "save", "repost"))
        assert hidden.status_code in {403, 404} or (is_taken_back and hidden.text == absent.text)


@pytest.mark.parametrize("label", sorted(one for one in OPERATIONS if "{" in one))
def test_what_is_another_s_is_said_not_to_exist(stage: Stage, label: str) -> None:
    """No refusal tells a stranger that something is there."""
    for caller in ("guest", "other", "token"):
        answer = stage.run(ask(stage.world, caller, label))
        if answer.status_code in {403, 404} and answer.request.method != "HEAD":
            strange = {one: "zz" for one in NAME.findall(label) if one not in GUESSLESS}
            absent = stage.run(ask(stage.world, caller, label, **strange))
            assert said(answer) == said(absent), caller


def said(answer: Response) -> Any:
    """What a refusal tells, without what differs each time."""
    if not answer.content or "json" not in answer.headers.get("content-type", ""):
        return answer.status_code
    told = answer.json()
    return (answer.status_code, told.get("code"), told.get("detail"), told.get("facts"))
