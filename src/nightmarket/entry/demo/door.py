"""Who can sign in to the demo, and the words with which it opens; light, since the start waits."""

from pathlib import Path

from rich.console import Console

from nightmarket.entry.demo.films.personas import PERSONAS

FIRST_FILMS = 8
"""The market opens when this many can be watched; the others follow while people look around."""
PASSWORD = "night-market"  # noqa: S105  # Printed by the demo; a demo world has no secrets.
OPERATOR = "keeper"
OPERATOR_EMAIL = "keeper@demo.example"

NAMES = (
    ("mia", "Mia", "us", "en"), ("noor", "Noor", "gb", "en"), ("jonas", "Jonas", "de", "de"),
    ("lena", "Lena", "de", "de"), ("putri", "Putri", "id", "id"), ("bayu", "Bayu", "id", "id"),
    ("haruka", "はるか", "jp", "ja"), ("sora", "そら", "jp", "ja"), ("wen", "小文", "us", "zh"),
    ("ming", "阿明", "gb", "zh"), ("theo", "Theo", "us", "en"), ("ivy", "Ivy", "gb", "en"),
)  # fmt: skip


def say_ready(out: Console, base_url: str, data: Path) -> None:
    """Print the address, who can sign in, and where their mails are."""
    first, second = PERSONAS[0], PERSONAS[1]
    out.print(f"ready {base_url}")
    out.print(f"  sign in as [bold]{first.handle}[/] or [bold]{second.handle}[/] (creators),")
    out.print(f"  [bold]{NAMES[0][0]}[/] (a viewer) or [bold]{OPERATOR}[/] (operator, moderator);")
    out.print(f"  the password of each is [bold]{PASSWORD}[/]; mails to anybody are at")
    out.print(f"  {base_url}/mails and in {data / 'mails'}")
