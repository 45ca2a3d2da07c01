"""Which ranker cuts the log into steps: a matter of order only, since steps form a chain.

Two that both lead are safe: each step names the one before it, which only one step can. So this
needs no lock, no lease and no clock that others share: it keeps them from working in vain.
"""

from dataclasses import dataclass

TAKES_OVER_S = 10.0
"""Something waited to be learned for so long, and nobody logged a step."""
COMPARES_S = 60.0
COMPARES_S_MAX = 3600.0
"""How soon a whole state is fetched again: machines that round otherwise differ at once."""


@dataclass(slots=True)
class Leading:
    """Whether this ranker leads now."""

    leads: bool
    _waiting_since_s: float | None = None

    def follow(self) -> None:
        """Somebody else logged a step: they lead."""
        self.leads, self._waiting_since_s = False, None

    def wait(self, now_s: float, *, is_waited_for: bool) -> bool:
        """No step came. True: something waited for long enough, and from here on this one leads."""
        if not is_waited_for:
            self._waiting_since_s = None
        elif self._waiting_since_s is None:
            self._waiting_since_s = now_s
        elif now_s - self._waiting_since_s >= TAKES_OVER_S:
            self.leads, self._waiting_since_s = True, None
            return True
        return False


@dataclass(slots=True)
class Comparing:
    """When a state that differs from the leader's is worth fetching anew."""

    _every_s: float = COMPARES_S
    _next_s: float = 0.0

    def is_due(self, now_s: float, *, differs: bool) -> bool:
        """Whether to fetch now; each time the next comes later, until both stayed the same."""
        if not differs:
            if now_s >= self._next_s:
                self._every_s = COMPARES_S
            return False
        if now_s < self._next_s:
            return False
        self._next_s = now_s + self._every_s
        self._every_s = min(COMPARES_S_MAX, 2 * self._every_s)
        return True
