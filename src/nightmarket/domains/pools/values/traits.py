"""What is known of items without anybody having seen them, and of those that were seen enough."""

from dataclasses import dataclass

from nightmarket.domains.pools.values.items import Counts, Evidence, Floats, Places


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of n items unseen.

    `content`: float[n, figures], about -1..1, a row of 0 when nothing is known. `durations_ms`: 0
    when there is none. `owners`: int64[n].
    """

    content: Floats
    durations_ms: Counts
    owners: Counts

    def __len__(self) -> int:
        """How many items."""
        return len(self.owners)

    def take(self, places: Places) -> "Traits":
        """Return the traits of the items at `places`."""
        return Traits(self.content[places], self.durations_ms[places], self.owners[places])


@dataclass(frozen=True, slots=True)
class Settled:
    """n items that were shown to people, in any order.

    `usual`: float[n, signals], the rates of their fields.
    """

    traits: Traits
    published_us: Counts
    evidence: Evidence
    usual: Floats


@dataclass(frozen=True, slots=True)
class Unproved:
    """n newcomers."""

    ids: Counts
    traits: Traits
