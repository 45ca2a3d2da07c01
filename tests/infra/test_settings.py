"""Settings are read or refused by name; nothing is guessed."""

from pathlib import Path

import pytest

from nightmarket.infra import settings
from nightmarket.infra.settings import MisreadSetting


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('port = 1\nrealtime_port = 2\nmail_from = "me"')
    environment = {"NIGHTMARKET_PORT": "3", "NIGHTMARKET_REALTIME_PORT": "4"}

    read = settings.load(environment, data_directory=tmp_path, port=5)

    assert (read.port, read.realtime_port, read.mail_from) == (5, 4, "me")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("port = ", "cannot be read"),
        ('port = "many"', "port cannot be 'many'"),
        ("is_rate_limited = 1", "is_rate_limited cannot be 1"),
        ("prot = 8000", "sets 'prot', which is no setting"),
        ('data_directory = "/"', "cannot name another data_directory"),
    ],
)
def test_what_a_file_cannot_say_is_refused_by_name(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "settings.toml").write_text(text)

    with pytest.raises(MisreadSetting, match=words):
        settings.load({}, data_directory=tmp_path)


@pytest.mark.parametrize("value", ["many", "", "1.5"])
def test_what_the_environment_cannot_say_is_refused_by_name(value: str) -> None:
    with pytest.raises(MisreadSetting, match="port cannot be"):
        settings.load({"NIGHTMARKET_PORT": value})
