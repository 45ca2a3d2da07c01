"""Shows an operator what one page of the feed was made of: every number of every item."""

from typing import Any

from rich.console import Console
from rich.table import Table

from nightmarket.domains.feed import face as feed
from nightmarket.entry import wiring
from nightmarket.entry.supervise import CannotStart
from nightmarket.infra.settings import Settings
from nightmarket.kernel.clock import instant
from nightmarket.kernel.ids import MalformedId, RequestId, from_text, to_text

KEPT_SHORT = ("source", "way")
FIGURES = ("score", "probability", "propensity")


async def find(settings: Settings, request: str) -> dict[str, Any]:
    """Return the record of a page by the text that its answer called `request_id`.

    Raises:
        CannotStart: no such text, or no such page is kept.
    """
    try:
        request_id = RequestId(from_text(request))
    except MalformedId as error:
        raise CannotStart(f"{request} names no page") from error
    async with wiring.running(settings) as services, services.database.transaction() as tx:
        found = await feed.record_of(tx, request_id)
    if found is None:
        raise CannotStart(f"of {request} nothing is kept, or nothing was ever served by this name")
    return found


def show(out: Console, found: dict[str, Any]) -> None:
    """Print the page, an item a column: how it was chosen, its features, its heads."""
    items: list[dict[str, Any]] = found["items"]
    viewer = to_text(found["viewer_id"]) if found["viewer_id"] else "nobody may know"
    out.print(f"{found['tab']} in {found['market']}, {instant(found['made_at_us']).isoformat()}")
    out.print(f"viewer: {viewer}")
    out.print(f"scored by {found['version']}, ranker {found['snapshot'] or 'not asked'}")
    if found["rivals"]:
        out.print(f"the random slot was drawn among {len(found['rivals'])}")
    table = Table("", *(to_text(item["video_id"]) for item in items), box=None)
    for name in KEPT_SHORT:
        table.add_row(name, *(item[name] for item in items))
    for name in FIGURES:
        table.add_row(name, *(f"{item[name]:.4g}" for item in items))
    for part, weights in (("features", found["weights"]), ("heads", found["worths"])):
        for name, weight in weights.items():
            if any(item[part] for item in items):
                told = (f"{item[part][name]:.4g}" for item in items)
                table.add_row(f"{name} × {weight:.4g}", *told)
    out.print(table)
