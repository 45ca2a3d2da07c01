"""The scorer's parameters: one table, read by the scorer, by "why", and by the transparency page.

Every feature is scaled to -1..1 or 0..1 before it is weighted, so weights compare. The numbers are
hand-set; what each is called and why it weighs so much stands in `words/weights.toml`, in every
language. What a viewer asked for outright outweighs each single thing learned: all the way down it
takes away more than a loved creator adds. Affinities outweigh freshness and quality together,
because a page must change after three watches; quality can lift a stranger's video over a merely
new one; a demotion outweighs everything that is not a followed creator.
"""

from dataclasses import dataclass

VERSION = "starter-3"

FRESH_HALF_LIFE_HOURS = 36.0
"""Half of the freshness is gone after a day and a half: clips live about three days."""
EXPECTED_SPREAD = 1.0
"""So much more worth than the mean of the candidates, in the ranker's blend, is all it can say."""
TRUSTED_AFTER = 2_000
"""Labelled showings until the ranker's word counts fully: a new market is ranked by rules."""
PRIOR_EVENTS = 8.0
"""A figure is compared with what the market's average lets expect, as if so many acts, expected
and seen, came before: two finishes of two views prove little, one missing share nothing at all."""
EXPLORE_SHARE = 0.1
"""One slot in ten is drawn by chance, so that what nobody has seen yet can be found."""
RANDOM_SHARE = 0.0075
"""Of all slots of personal pages, so many go to a candidate drawn evenly from all that could stand
there: what they earn is what any other order is measured by, and costs a viewer one slot in 133."""
DIVERSITY = 0.5
"""How much being unlike what is on the page already counts against the score: a candidate of which
the page shows half loses 0.35, one whose only hashtag all the page has up to 0.6. That is less than
a loved hashtag adds, so a page of one taste is possible, and a page of one thing is not."""
EXPLORE_VIEWS_MAX = 50
"""Videos with fewer views are what exploration draws from first."""
RECENT_HALF_LIFE = 12.0
"""A watch counts half after a dozen later ones."""
SESSION_US = 30 * 60 * 1_000_000
SESSION_BOOST = 2.0
"""What was watched within the last half hour counts double: taste now beats taste last week."""


@dataclass(frozen=True, slots=True)
class Weight:
    """One parameter of the recommender. `is_personal`: used only when personalisation is on."""

    code: str
    value: float
    is_personal: bool


WEIGHTS: tuple[Weight, ...] = (
    Weight("asked_for", 1.5, is_personal=True),
    Weight("expected", 1.2, is_personal=True),
    Weight("creator_affinity", 1.0, is_personal=True),
    Weight("hashtag_affinity", 0.9, is_personal=True),
    Weight("sound_affinity", 0.5, is_personal=True),
    Weight("language_affinity", 0.3, is_personal=True),
    Weight("followed_creator", 0.6, is_personal=True),
    Weight("quality", 0.8, is_personal=False),
    Weight("popularity", 0.4, is_personal=False),
    Weight("freshness", 0.5, is_personal=False),
    Weight("your_language", 0.4, is_personal=False),
    Weight("your_market", 0.2, is_personal=False),
    Weight("demoted", -2.0, is_personal=False),
    Weight("made_by_machine", -1.0, is_personal=False),
)
"""In the order the page prints them."""

PAGE_WEIGHTS: tuple[Weight, ...] = (Weight("diversity", DIVERSITY, is_personal=True),)
"""Parameters of the page as a whole, which no single item's score has."""

BY_CODE = {weight.code: weight for weight in WEIGHTS}

QUALITY_PARTS: tuple[tuple[str, float], ...] = (
    ("finishes", 1.0),
    ("likes", 2.0),
    ("comments", 3.0),
    ("shares", 4.0),
    ("saves", 3.0),
)
"""What quality is made of: counter and its weight. Rarer acts say more."""
QUALITY_SCALE = 4.0
"""Twice the expected finishes move quality by a quarter, twice the shares to near its end."""

EXPLORATION_CODE = "exploration"
RANDOM_CODE = "random_slot"
CHOSEN_CODE = "chosen"
