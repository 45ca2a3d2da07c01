"""The state machine of a video, driven at random: no illegal move, no publication too early."""

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from nightmarket.domains.videos.rules import states
from nightmarket.domains.videos.values import Intent, RenderState, VideoState

ENDED = {VideoState.REFUSED, VideoState.REMOVED}


class Lives(RuleBasedStateMachine):
    """A creator, a worker, a clock and a moderator act on one video in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.state = VideoState.PROCESSING
        self.render = RenderState.RECEIVED
        self.intent = Intent.NOW
        self.is_playable = False
        self.is_allowed = True
        self.is_due = False
        self.was_live = False

    def advance(self) -> None:
        """What `advance_video` does after every change."""
        if self.state in ENDED | {VideoState.LIVE}:
            return
        new = states.next_state(
            intent=self.intent,
            is_playable=self.is_playable,
            is_allowed=self.is_allowed,
            is_due=self.is_due,
        )
        if new != self.state:
            states.require_move(self.state, new)
            assert new != VideoState.LIVE or (self.is_playable and self.is_allowed)
            self.state = new
            self.was_live |= new == VideoState.LIVE

    def work(self, new: RenderState) -> None:
        """Move the work when its table allows."""
        if states.may_render_move(self.render, new):
            self.render = new

    @precondition(lambda self: self.state in states.EDITABLE - {VideoState.LIVE})
    @rule()
    def ask_for_now(self) -> None:
        """The creator publishes."""
        self.intent = Intent.NOW
        self.advance()

    @precondition(lambda self: self.state in states.EDITABLE - {VideoState.LIVE})
    @rule()
    def ask_for_later(self) -> None:
        """The creator schedules."""
        self.intent, self.is_due = Intent.SCHEDULE, False
        self.advance()

    @precondition(lambda self: self.state in states.EDITABLE - {VideoState.LIVE})
    @rule()
    def ask_for_draft(self) -> None:
        """The creator thinks again."""
        self.intent = Intent.DRAFT
        self.advance()

    @rule()
    def time_comes(self) -> None:
        """The scheduled time has come."""
        self.is_due = True
        self.advance()

    @rule()
    def begin_work(self) -> None:
        """A worker begins, or begins anew."""
        if states.may_render_move(self.render, RenderState.PROBING):
            self.is_playable = self.is_playable and self.render == RenderState.DONE
            self.render = RenderState.PROBING

    @rule()
    def something_plays(self) -> None:
        """The first rendition plays."""
        self.work(RenderState.PLAYABLE)
        self.is_playable = self.is_playable or self.render == RenderState.PLAYABLE
        self.advance()

    @rule()
    def all_is_made(self) -> None:
        """The ladder is there."""
        self.work(RenderState.RENDERING)
        self.work(RenderState.DONE)
        self.is_playable = self.is_playable or self.render == RenderState.DONE
        self.advance()

    @rule()
    def source_breaks(self) -> None:
        """The bytes cannot be published."""
        if not states.may_render_move(self.render, RenderState.REFUSED):
            return
        self.render, self.is_playable = RenderState.REFUSED, False
        if VideoState.REFUSED in states.MOVES[self.state]:
            self.state = VideoState.REFUSED

    @rule()
    def moderator_holds(self) -> None:
        """New words wait for a person."""
        self.is_allowed = False
        self.advance()

    @rule()
    def moderator_removes(self) -> None:
        """A decision takes effect."""
        if VideoState.REMOVED in states.MOVES[self.state]:
            self.state = VideoState.REMOVED

    @rule()
    def appeal_is_won(self) -> None:
        """The decision is taken back."""
        self.is_allowed = True
        if self.state == VideoState.REMOVED:
            back = VideoState.LIVE if self.was_live else VideoState.DRAFT
            states.require_move(self.state, back)
            self.state = back
        self.advance()

    @invariant()
    def what_is_refused_stays_refused(self) -> None:
        """Nothing leaves that state."""
        assert self.state != VideoState.REFUSED or not states.MOVES[self.state]

    @invariant()
    def nobody_is_live_by_accident(self) -> None:
        """A video that never was asked to be public, or never played, is not live."""
        assert self.state != VideoState.LIVE or self.was_live


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
