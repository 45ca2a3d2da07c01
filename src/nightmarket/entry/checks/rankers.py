"""Checks of the rankers as they answer: whether each is there, who leads, who is behind."""

import asyncio
from collections.abc import Iterator

from nightmarket.domains.ranking import face as ranking
from nightmarket.entry import supervise
from nightmarket.entry.checks.finding import Finding, careful, fine
from nightmarket.infra.settings import KEY_FILE, Settings, secret_of

LAG_STEPS_CAREFUL = 200
"""A follower is a step or two behind; so many are a minute of a busy market."""


def examine(settings: Settings) -> Iterator[Finding]:
    """Ask every ranker how it stands; a market that rests and names none is asked nothing."""
    if not settings.ranker_addresses and not supervise.is_running(settings.data_directory):
        return
    if not settings.secret and not (settings.data_directory / KEY_FILE).exists():
        return
    rankers = ranking.rankers(settings, secret_of(settings))
    replicas = asyncio.run(ranking.see_all(rankers))
    for one in replicas:
        yield _of(one)
    answering = [one.stands for one in replicas if one.stands is not None]
    if answering and not any(one.leads for one in answering):
        yield careful(
            "no ranker leads: nothing new is learned",
            "one takes over ten seconds after something waits to be learned; see their logs",
        )


def _of(one: ranking.Replica) -> Finding:
    stands = one.stands
    if stands is None:
        return careful(
            f"the ranker at {one.address.text} does not answer",
            "see its log, and whether it has the same `secret`; pages ask another, or do without",
        )
    if stands.lag_steps > LAG_STEPS_CAREFUL:
        return careful(
            f"the ranker at {one.address.text} is {stands.lag_steps} steps behind",
            "see whether its machine has a core for it",
        )
    role = "leads" if stands.leads else f"follows, {stands.lag_steps} steps behind"
    apart = "; its state differs from the leader's by rounding or more" if stands.differs else ""
    return fine(f"the ranker at {one.address.text} {role}, at step {stands.batch_id}{apart}")
