"""What moderation speaks of: references, decisions, cases, statements of reasons, appeals."""

from dataclasses import dataclass
from enum import StrEnum

from nightmarket.kernel.ids import AccountId, CaseId, ReportId, StatementId, ViewerId
from nightmarket.kernel.words import Words


class RefKind(StrEnum):
    """What kind of thing a reference points at."""

    VIDEO = "video"
    COMMENT = "comment"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to content of any domain; a profile's id is its account's."""

    kind: RefKind
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a thing was when it was handed in, frozen: moderation looks at nothing else.

    `text` holds all its words (caption, hashtags, name, bio); `asset_keys` are storage keys of
    pictures a moderator may be shown.
    """

    owner_id: AccountId
    market: str
    language: str
    text: str
    asset_keys: tuple[str, ...] = ()
    within_id: int = 0
    """The video a comment stands under, so that it is forgotten with it; 0: stands alone."""


class Decision(StrEnum):
    """The ladder, mildest first.

    NONE      nothing is done
    LABEL     shown with a notice
    LIMIT     no new comments, reposts, downloads or reuse
    AGE_GATE  adults only
    DEMOTE    reached by link and by followers; neither recommended nor found by strangers
    REMOVE    shown to nobody but its owner
    """

    NONE = "none"
    LABEL = "label"
    LIMIT = "limit"
    AGE_GATE = "age_gate"
    DEMOTE = "demote"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Visibility:
    """How far a thing may be seen now. The default is everything's unless a decision says else."""

    decision: Decision = Decision.NONE
    policy: str = ""
    is_held: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether anybody but the owner and moderators may see it at all."""
        return not self.is_held and self.decision is not Decision.REMOVE

    @property
    def is_recommendable(self) -> bool:
        """Whether feeds, search and trending may show it to people who did not ask for it."""
        return self.is_shown and self.decision is not Decision.DEMOTE

    @property
    def is_adults_only(self) -> bool:
        """Whether guests and minors must not see it."""
        return self.decision is Decision.AGE_GATE

    @property
    def is_open_to_reactions(self) -> bool:
        """Whether new comments, reposts, downloads and reuse are allowed."""
        return self.is_shown and self.decision is not Decision.LIMIT

    def is_shown_to(self, *, is_owner: bool = False, is_adult: bool = False) -> bool:
        """Whether one person may see it; adult: an account old enough in its market."""
        return is_owner or (self.is_shown and (is_adult or not self.is_adults_only))


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One rule of the house. `severity`: 0..40, orders the queue; `strike_points` 0: no strike."""

    code: str
    title: str
    terms_ground: Words
    severity: int
    strike_points: int
    due_hours: int
    has_illegal_route: bool
    """Whether content against it can be illegal, so that notices of illegal content may name it."""
    is_anonymous: bool
    """Whether a notice of illegal content needs no name and address."""


@dataclass(frozen=True, slots=True)
class Strike:
    """Points against an account that count until an instant (exclusive)."""

    points: int
    expires_at_us: int


class Limited(StrEnum):
    """What one person may do only so much of."""

    REPORTS_HOUR = "reports_hour"
    REPORTS_DAY = "reports_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How much of something was done and how much may be done in a period."""

    name: Limited
    used: int
    used_max: int
    period_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an account or guest stands with moderation now.

    `held_until_us` None: what they hand in does not wait for a person.
    """

    points: int
    held_until_us: int | None
    limits: tuple[Limit, ...]


class Verdict(StrEnum):
    """What handing in leads to: shown at once, shown while somebody looks, or kept back."""

    ALLOWED = "allowed"
    QUEUED = "queued"
    HELD = "held"

    @property
    def is_allowed(self) -> bool:
        """Whether it may be shown now."""
        return self is not Verdict.HELD


@dataclass(frozen=True, slots=True)
class Signal:
    """A rule that spoke: what it wants done, by which policy, and why, for a moderator."""

    verdict: Verdict
    policy: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A thing as it was last handed in, and how it stands."""

    ref_kind: RefKind
    ref_id: int
    owner_id: AccountId
    market: str
    language: str
    text: str
    asset_keys: tuple[str, ...]
    decision: Decision
    policy: str
    territories: tuple[str, ...]
    is_held: bool

    @property
    def ref(self) -> Ref:
        """What it is."""
        return Ref(self.ref_kind, self.ref_id)

    @property
    def is_shown(self) -> bool:
        """Whether anybody but the owner and moderators may see it, somewhere."""
        return not self.is_held and self.decision is not Decision.REMOVE


class Source(StrEnum):
    """What brought a case about."""

    REPORT = "report"
    RULE = "rule"
    MODERATOR = "moderator"


class CaseState(StrEnum):
    """Where a case stands; its moves are in rules.py."""

    OPEN = "open"
    CLAIMED = "claimed"
    DECIDED = "decided"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing that waits for a person's decision. A claim counts until it expires."""

    case_id: CaseId
    ref_kind: RefKind
    ref_id: int
    owner_id: AccountId
    market: str
    source: Source
    policy: str
    note: str
    is_illegal: bool
    is_holding: bool
    reports_count: int
    priority: int
    state: CaseState
    claimed_by: AccountId | None
    claim_expires_at_us: int | None
    opened_at_us: int
    due_at_us: int
    decided_at_us: int | None
    decision: Decision | None

    @property
    def ref(self) -> Ref:
        """What it is about."""
        return Ref(self.ref_kind, self.ref_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a person says is wrong. The last five fields are those of DSA article 16(2)."""

    ref: Ref
    policy: str
    is_illegal: bool = False
    explanation: str = ""
    legal_reference: str = ""
    contact: str = ""
    is_good_faith: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A notice as it was taken in."""

    report_id: ReportId
    case_id: CaseId
    reporter_id: ViewerId
    policy: str
    is_illegal: bool
    explanation: str
    legal_reference: str
    contact: str
    language: str
    reported_at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a moderator decides. `territories` empty: everywhere."""

    decision: Decision
    policy: str
    facts: str
    legal_ground: str = ""
    territories: tuple[str, ...] = ()


class StatementState(StrEnum):
    """Whether the measure still holds."""

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


class AppealState(StrEnum):
    """Where an appeal stands; its moves are in rules.py."""

    OPEN = "open"
    UPHELD = "upheld"
    OVERTURNED = "overturned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The reasons given to an owner, with the fields of DSA article 17(3)."""

    statement_id: StatementId
    case_id: CaseId | None
    ref_kind: RefKind
    ref_id: int
    owner_id: AccountId
    market: str
    decision: Decision
    decision_visibility: str
    policy: str
    ground: str
    legal_ground: str
    terms_ground: str
    facts: str
    excerpt: str
    source: Source
    is_automated_detection: bool
    is_automated_decision: bool
    territories: tuple[str, ...]
    state: StatementState
    decided_at_us: int

    @property
    def ref(self) -> Ref:
        """What it is about."""
        return Ref(self.ref_kind, self.ref_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """What an owner says against a decision, and the answer."""

    appeal_id: int
    statement_id: StatementId
    owner_id: AccountId
    market: str
    text: str
    state: AppealState
    opened_at_us: int
    due_at_us: int
    decided_at_us: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to an appeal: whether the decision stands, and words for the owner."""

    is_upheld: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How the work goes; answered appeals are those of the last 30 days."""

    cases_waiting: int
    cases_overdue: int
    reports_last_day: int
    appeals_waiting: int
    appeals_overdue: int
    appeals_answered: int
    appeals_answered_in_time: int
    appeals_overturned: int
