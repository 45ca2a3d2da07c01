"""Every policy of the list has a name in the languages of the interface."""

import json
from pathlib import Path

import pytest

from nightmarket.domains.moderation.rules.decisions import policies

MESSAGES = Path(__file__).parents[2] / "web/src/lib/i18n/messages"
PREFIX = "policy."


@pytest.mark.parametrize("language", ["en", "de", "id", "ja", "zh-Hans"])
def test_every_policy_is_named_in_every_language_and_nothing_else_is(language: str) -> None:
    words = json.loads((MESSAGES / f"errors.{language}.json").read_text("utf-8"))
    named = {
        key.removeprefix(PREFIX) for key, said in words.items() if key.startswith(PREFIX) and said
    }
    assert named == {one.code for one in policies()}
