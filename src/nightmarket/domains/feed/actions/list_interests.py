"""List what the feed believes a viewer likes, with what taught it and what they set themselves."""

from dataclasses import dataclass

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.feed.actions.name_things import name_things
from nightmarket.domains.feed.hydrators.memory import INTERESTS_READ_MAX
from nightmarket.domains.feed.rules import interests as rules
from nightmarket.domains.feed.rules.tastes import LEARNED_FROM_MAX, believe, teaching
from nightmarket.domains.feed.store import viewers
from nightmarket.domains.feed.store.live import live
from nightmarket.domains.feed.values.interests import LEVEL_MAX, Belief, Kind
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import to_text

SHOWN_MAX = 200
UNTAUGHT = Belief(weight=0.0, watches=0, skips=0, last_at_us=0)


@dataclass(frozen=True, slots=True)
class ShownInterest:
    """One thing; `value` is an id as text, a hashtag, a language."""

    kind: Kind
    value: str
    title: str
    level: int
    belief: Belief

    @property
    def strength(self) -> float:
        """How much it matters, whichever way."""
        return max(abs(self.belief.weight), abs(self.level) / LEVEL_MAX)


@dataclass(frozen=True, slots=True)
class Interests:
    """Everything believed, strongest first. `unknown_because` None: the feed is personal."""

    unknown_because: str | None
    items: list[ShownInterest]


async def list_interests(tx: Tx, subject: Subject, services: Services) -> Interests:
    """Return the same figures the next page is made with; nothing is read when it is not personal.

    Creators and sounds that are gone are left out; at most 200 things.
    """
    now = services.clock()
    reason = analytics.unknown_because(subject, now)
    if reason is not None:
        return Interests(reason, [])
    memory = live(services.database)
    await memory.fresh(tx, microseconds(now))
    catalogue = memory.catalogue
    state = await viewers.state(tx, subject.viewer_id, pages=0, interests=INTERESTS_READ_MAX)
    recent = await analytics.recent_watches(tx, subject.viewer_id, now, LEARNED_FROM_MAX)
    believed = believe(
        teaching(recent, state.started_over_at_us),
        catalogue,
        microseconds(now),
        rules.forgotten(catalogue, state.interests),
    )
    beliefs = {(thing[0], rules.value_of(catalogue, thing)): one for thing, one in believed.items()}
    levels = {(Kind(one.kind), one.value): one.level for one in state.interests if one.level}
    titles = await name_things(tx, beliefs.keys() | levels.keys())
    items = [
        ShownInterest(
            kind=named[0],
            value=_shown(*named),
            title=title,
            level=levels.get(named, 0),
            belief=beliefs.get(named, UNTAUGHT),
        )
        for named, title in titles.items()
    ]
    items.sort(key=lambda one: (-one.strength, -one.belief.weight, one.kind, one.value))
    return Interests(None, items[:SHOWN_MAX])


def _shown(kind: Kind, value: str) -> str:
    return to_text(int(value)) if kind in {Kind.CREATOR, Kind.SOUND} else value
