"""What the demo published already, so that a second run goes on where the first one stopped."""

import json
from dataclasses import dataclass, field
from pathlib import Path

NOTES = "demo.json"


@dataclass(slots=True)
class Notes:
    """Names of films or files with the video they became, or why they became none."""

    path: Path
    videos: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    is_complete: bool = False

    def publish(self, name: str, video_id: str) -> None:
        """Note what a film became."""
        self.videos[name] = video_id
        self.save()

    def refuse(self, name: str, why: str) -> None:
        """Note why a film became nothing, also when its first bytes had played."""
        self.videos.pop(name, None)
        self.refused[name] = why
        self.save()

    def save(self) -> None:
        """Write the notes in one piece."""
        staged = self.path.with_suffix(".part")
        content = {
            "videos": self.videos,
            "refused": self.refused,
            "is_complete": self.is_complete,
        }
        staged.write_text(json.dumps(content, indent=1), encoding="utf-8")
        staged.replace(self.path)


def read_notes(data: Path) -> Notes:
    """Return the notes of a data directory; empty when there are none."""
    path = data / NOTES
    notes = Notes(path)
    if path.exists():
        found = json.loads(path.read_text(encoding="utf-8"))
        notes.videos, notes.refused = found["videos"], found["refused"]
        notes.is_complete = found["is_complete"]
    return notes
