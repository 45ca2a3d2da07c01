"""Puts the built web client into the wheel; an editable install serves it from the checkout."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from typing_extensions import override


class WithClient(BuildHookInterface[Any]):
    """Refuses to make a wheel without the client: such a market would have no screen."""

    @override
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the client's files; nothing for an editable install."""
        if version == "editable":
            return
        client = Path(self.root) / "web" / "build"
        if not (client / "index.html").exists():
            raise FileNotFoundError(f"{client} is missing: run `make web` first")
        build_data["force_include"][str(client)] = "nightmarket/client"
