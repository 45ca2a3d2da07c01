"""Markets as values: their rules and duties, the facts a decision needs, and the decision."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from nightmarket.kernel.words import Words

LANGUAGES = ("en", "de", "id", "ja", "zh")
"""What the interface speaks; mails and reasons are written in these."""
NOT_YET_BORN = 0


class Action(StrEnum):
    """Everything a market may have a say in."""

    SIGN_UP = "sign_up"
    PERSONALISE = "personalise"
    PROFILE_FOR_ADS = "profile_for_ads"
    BE_PUBLIC = "be_public"
    PUBLISH = "publish"
    COMMENT = "comment"
    DIRECT_MESSAGE = "direct_message"
    GO_LIVE = "go_live"
    ADD_LINK = "add_link"
    SHOW_MATURE = "show_mature"
    TAG_PRODUCT = "tag_product"
    BUY_IN_APP = "buy_in_app"
    SELL = "sell"
    ADVERTISE = "advertise"


class Office(StrEnum):
    """What is done in an office, not by people for themselves: no permission list has it."""

    INSPECT = "inspect"
    """Look into what was shown to a market's people. The viewer is who inspects."""


OFFERED = frozenset(
    {
        Action.SIGN_UP,
        Action.PERSONALISE,
        Action.BE_PUBLIC,
        Action.PUBLISH,
        Action.COMMENT,
        Action.ADD_LINK,
        Action.SHOW_MATURE,
    }
)
"""What this version can do; the others have rules before they have a button."""
OPEN_TO_GUESTS = frozenset({Action.SIGN_UP, Action.PERSONALISE, Action.PROFILE_FOR_ADS})
"""What concerns people without an account, too; everything else needs one."""


class Side(StrEnum):
    """Whose market a rule looks at, in the order refusals are named."""

    VIEWER = "viewer"
    ITEM = "item"
    SELLER = "seller"


class Basis(StrEnum):
    """Where a rule comes from; law is named before our own terms."""

    LAW = "law"
    POLICY = "policy"


class Effect(StrEnum):
    """What a rule does: refuse, or only start switched off."""

    REFUSE = "refuse"
    DEFAULT_OFF = "default_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of one market.

    `age_below` None: for every age. An unknown age counts as old enough unless
    `is_unknown_age_refused`. `is_of_strangers`: bears only on people of another market than the
    rule's. In force from `since` (inclusive) to `until` (exclusive).
    """

    action: Action | Office
    rule: str
    authority: str
    reason: Words
    basis: Basis = Basis.LAW
    effect: Effect = Effect.REFUSE
    sides: frozenset[Side] = frozenset(Side)
    age_below: int | None = None
    is_unknown_age_refused: bool = False
    is_waived_by_parent: bool = False
    is_of_strangers: bool = False
    since: date = date.min
    until: date = date.max

    def __post_init__(self) -> None:
        assert self.since < self.until, self.rule
        assert self.rule
        assert self.authority, self.rule
        assert self.basis is Basis.POLICY or self.since > date.min, self.rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something the operator owes people in one market, from `since` on."""

    duty: str
    authority: str
    reason: Words
    basis: Basis = Basis.LAW
    since: date = date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """One territory with its rules in the order of its file."""

    code: str
    name: str
    languages: tuple[str, ...]
    currency: str
    time_zone: str
    minor_until_age: int
    rules: tuple[Rule, ...]
    duties: tuple[Duty, ...]

    @property
    def minimum_age(self) -> int:
        """The age from which anybody may sign up alone, once every announced rule is in force."""
        ages = [rule.age_below or 0 for rule in self.rules if rule.action is Action.SIGN_UP]
        return max(ages, default=0)

    @property
    def minimum_age_with_parent(self) -> int | None:
        """The age from which a parent's consent opens an account; None: it changes nothing."""
        rules = [rule for rule in self.rules if rule.action is Action.SIGN_UP]
        ages = [rule.age_below or 0 for rule in rules if not rule.is_waived_by_parent]
        age = max(ages, default=0)
        return age if age < self.minimum_age else None

    @property
    def has_personalisation_switch(self) -> bool:
        """Whether people have a right, by law or by our terms, to switch personalisation off."""
        return any(duty.duty == "personalisation_switch" for duty in self.duties)

    @property
    def profiling_of_minors_allowed(self) -> bool:
        """Whether what minors do may choose what they see."""
        return not any(rule.action is Action.PERSONALISE for rule in self.rules)

    @property
    def buying_in_app_allowed(self) -> bool:
        """Whether a purchase may be paid without leaving the app."""
        return not any(
            rule.action is Action.BUY_IN_APP and rule.age_below is None for rule in self.rules
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a decision may look at. `age_years` is of the person who acts; None: unknown."""

    viewer_market: str
    item_market: str | None = None
    seller_market: str | None = None
    age_years: int | None = None
    has_parental_consent: bool = False
    at: datetime

    def __post_init__(self) -> None:
        assert self.at.tzinfo is not None, self.at
        assert self.age_years is None or self.age_years >= NOT_YET_BORN, self.age_years

    def at_age(self, years: int | None) -> "Facts":
        """Return the same facts about somebody of another age."""
        return replace(self, age_years=years)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer. A refusal, and a default that is off, name rule, authority and reason.

    The rule is in force from `since` (inclusive) to `until` (exclusive), for those under
    `age_below`; None: for every age.
    """

    is_allowed: bool
    is_on_by_default: bool = True
    rule: str = ""
    authority: str = ""
    reason: Words | None = None
    market: str = ""
    basis: Basis | None = None
    since: date = date.min
    until: date = date.max
    age_below: int | None = None

    def __post_init__(self) -> None:
        assert self.is_allowed or not self.is_on_by_default
        assert self.is_on_by_default or (self.rule and self.authority and self.reason), self


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What one person may do in one market now.

    `until`: the first day on which this answer ends, by the rule's own end or a birthday; None:
    no day is known. `needs_account`: the rules would allow it, but a guest cannot do it.
    """

    action: Action
    decision: Decision
    until: date | None
    needs_account: bool

    @property
    def is_allowed(self) -> bool:
        """Whether this person may do it now, as they are here."""
        return self.decision.is_allowed and not self.needs_account

    @property
    def is_offered(self) -> bool:
        """Whether this version has it at all."""
        return self.action in OFFERED
