"""The lab's retrieval: what people watch long tomorrow is found today."""

import json
from pathlib import Path

import pytest

from lab.replay import retrieve
from tests.lab.test_replay import written


def test_tomorrows_long_views_are_found_by_the_towers_and_not_by_popularity(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrieve, "WANTED", 10)
    path, data = written(tmp_path), tmp_path / "found.json"
    words = [str(path), "--train-until", "2023-11-14", "--past", "8", "--json", str(data)]
    retrieve.main(words)
    found = json.loads(data.read_text(encoding="utf-8"))
    assert "| 2023-11-15 | 24 |" in capsys.readouterr().out
    day = found["days"]["2023-11-15"]
    assert day["towers"] > 0.5
    assert day["towers"] > day["popularity"] + 0.2
    retrieve.main(words)
    assert json.loads(data.read_text(encoding="utf-8")) == found


def test_what_is_no_log_is_said(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="there is no"):
        retrieve.main([str(tmp_path / "nothing.csv")])
