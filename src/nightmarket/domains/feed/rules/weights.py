"""The scorer's parameters: one table, read by the scorer, by "why", and by the transparency page.

Every feature is scaled to -1..1 or 0..1 before it is weighted, so weights compare. The numbers are
hand-set; their reasons stand beside them. Affinities outweigh freshness and quality together,
because a page must change after three watches; quality can lift a stranger's video over a merely
new one; a demotion outweighs everything that is not a followed creator.
"""

from dataclasses import dataclass

VERSION = "starter-2"

FRESH_HALF_LIFE_HOURS = 36.0
"""Half of the freshness is gone after a day and a half: clips live about three days."""
PRIOR_EVENTS = 8.0
"""A figure is compared with what the market's average lets expect, as if so many acts, expected
and seen, came before: two finishes of two views prove little, one missing share nothing at all."""
EXPLORE_SHARE = 0.1
"""One slot in ten is drawn by chance, so that what nobody has seen yet can be found."""
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
    words: str
    why: str


WEIGHTS: tuple[Weight, ...] = (
    Weight(
        "creator_affinity",
        1.0,
        is_personal=True,
        words="You watched or liked this creator",
        why="The strongest sign of taste that few watches can give.",
    ),
    Weight(
        "hashtag_affinity",
        0.9,
        is_personal=True,
        words="You watch this kind of video",
        why="Hashtags carry a taste over to creators the viewer does not know.",
    ),
    Weight(
        "sound_affinity",
        0.5,
        is_personal=True,
        words="You liked this sound",
        why="Sounds mark trends, but say less about the video than its hashtags.",
    ),
    Weight(
        "language_affinity",
        0.3,
        is_personal=True,
        words="You watch videos in this language",
        why="A nudge only: pictures travel across languages.",
    ),
    Weight(
        "followed_creator",
        0.6,
        is_personal=True,
        words="You follow this creator",
        why="Following is asked for; the Following tab is where it rules alone.",
    ),
    Weight(
        "quality",
        0.8,
        is_personal=False,
        words="People in this market watch it to the end",
        why="Finish, like, comment, share and save rates against the market's average, smoothed.",
    ),
    Weight(
        "popularity",
        0.4,
        is_personal=False,
        words="It is popular now",
        why="What many watch at the moment; less than quality, so that numbers do not snowball.",
    ),
    Weight(
        "freshness",
        0.5,
        is_personal=False,
        words="It is new",
        why="Halves in a day and a half: a fair start for everybody's next video.",
    ),
    Weight(
        "your_language",
        0.4,
        is_personal=False,
        words="It is in your language",
        why="The language of the interface, not of what was watched.",
    ),
    Weight(
        "your_market",
        0.2,
        is_personal=False,
        words="It is from your market",
        why="Near things first, without shutting the others out.",
    ),
    Weight(
        "demoted",
        -2.0,
        is_personal=False,
        words="Moderation limits its reach",
        why="A decision of moderation that the creator was told about.",
    ),
    Weight(
        "made_by_machine",
        -1.0,
        is_personal=False,
        words="You asked for less that is made by AI",
        why="The viewer's own setting, personal or not: only what they love much comes through.",
    ),
)
"""In the order the page prints them."""

BY_CODE = {weight.code: weight for weight in WEIGHTS}

QUALITY_PARTS: tuple[tuple[str, float, str], ...] = (
    ("finishes", 1.0, "watched to the end"),
    ("likes", 2.0, "liked"),
    ("comments", 3.0, "commented"),
    ("shares", 4.0, "sent on"),
    ("saves", 3.0, "saved"),
)
"""What quality is made of: counter, its weight, its words. Rarer acts say more."""
QUALITY_SCALE = 4.0
"""Twice the expected finishes move quality by a quarter, twice the shares to near its end."""

SPACING_WORDS = (
    "No creator and no sound twice in a row, and no creator more than twice on a page.",
    "One slot in ten is drawn by chance from videos few people have seen.",
    "What you saw, hid, blocked, muted or filtered is left out before anything is ranked.",
)
EXPLORATION_CODE = "exploration"
EXPLORATION_WORDS = "Few people have seen it: a chance for something new"
CHOSEN_CODE = "chosen"
CHOSEN_WORDS = "You opened it yourself, in a list or by a link"
SOURCE_WORDS = {
    CHOSEN_CODE: CHOSEN_WORDS,
    "following": "You follow this creator",
    "tastes": "It is like what you watch",
    "fresh": "It is new",
    "popular": "It is popular now",
    "explore": EXPLORATION_WORDS,
    "reposted": "Somebody you follow reposted it",
}
OPTION_WORDS = (
    "Switch personalisation off: popular and fresh videos of your market and language.",
    "Say not interested to a video, a creator, a sound or a hashtag.",
    "Filter words, leave out AI-made videos, start the feed over.",
    "The Following tab shows whom you follow, newest first.",
)
