"""Asks the rankers of this market: a viewer's own first, another when that one is away."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec
from prometheus_client import Counter

from nightmarket.domains.ranking.rules.replicas import Absences, patience_s, preferred
from nightmarket.domains.ranking.values.asking import Question, Reply, Standing, Stands
from nightmarket.infra import addresses, local_socket
from nightmarket.infra.addresses import Address, NoAnswer

SOCKET = "ranker"
STANDING_S = 0.5
"""How long somebody is waited for who is asked how they stand."""
REPLICAS_ASKED = Counter(
    "nightmarket_ranker_replica_asked_total",
    "Questions to each ranker, by what came of it; a page asks another when one is away.",
    ["replica", "outcome"],
)
One = TypeVar("One", bound=Reply)


@dataclass(frozen=True, slots=True)
class Rankers:
    """Where they are, and who did not answer of late. One of it lives in a process."""

    addresses: tuple[Address, ...]
    key: bytes = b""
    absences: Absences = field(default_factory=Absences, compare=False)

    def are_there(self) -> bool:
        """Whether anybody may listen; no: this market runs without a ranker."""
        return any(one.is_there() for one in self.addresses)


@dataclass(frozen=True, slots=True)
class Replica:
    """One ranker as it stands; None: it does not answer."""

    address: Address
    stands: Stands | None


def socket_of(number: int) -> str:
    """Return the name of the socket of a data directory's ranker, by its number."""
    return SOCKET if number == 1 else f"{SOCKET}-{number}"


def local(data_directory: Path, processes: int = 1) -> tuple[Address, ...]:
    """Return where the rankers of a data directory listen."""
    return tuple(
        addresses.of_path(local_socket.address(data_directory, socket_of(number)))
        for number in range(1, processes + 1)
    )


async def ask(
    rankers: Rankers, viewer_id: int, question: Question, kind: type[One], within_s: float
) -> One:
    """Return the answer of the viewer's ranker, or of another one, within one time for all.

    Raises:
        NoAnswer: nobody there, or nobody in time.
    """
    loop = asyncio.get_running_loop()
    until_s = loop.time() + within_s
    asked = encoded(question)
    places = preferred(viewer_id, [one.text for one in rankers.addresses])
    order = rankers.absences.order(places, loop.time())
    silent = NoAnswer("nobody")
    for turn, place in enumerate(order, 1):
        wait_s = patience_s(until_s - loop.time(), len(order) - turn)
        try:
            return await _ask_one(rankers, place, asked, kind, wait_s)
        except NoAnswer as error:
            silent = error
    raise silent


async def _ask_one(
    rankers: Rankers, place: int, question: bytes, kind: type[One], within_s: float
) -> One:
    address = rankers.addresses[place]
    try:
        answer = decoded(await address.ask(question, rankers.key, within_s), kind)
    except NoAnswer:
        rankers.absences.fell_silent(place, asyncio.get_running_loop().time())
        REPLICAS_ASKED.labels(address.text, "no_answer").inc()
        raise
    rankers.absences.answered(place)
    REPLICAS_ASKED.labels(address.text, "answered").inc()
    return answer


async def see_all(rankers: Rankers) -> list[Replica]:
    """Ask every ranker how it stands, all at once; in the order of the setting."""

    async def see(address: Address) -> Replica:
        question = encoded(Standing())
        try:
            return Replica(
                address,
                decoded(await address.ask(question, rankers.key, STANDING_S), Stands),
            )
        except NoAnswer:
            return Replica(address, None)

    return list(await asyncio.gather(*(see(one) for one in rankers.addresses)))


def encoded(message: Question | Reply) -> bytes:
    """Return what goes over the wire."""
    return msgspec.msgpack.encode(message)


def decoded(message: bytes, kind: type[One]) -> One:
    """Return an answer.

    Raises:
        NoAnswer: it is something else; whoever said it is of no use.
    """
    try:
        return msgspec.msgpack.decode(message, type=kind)
    except msgspec.MsgspecError as error:
        raise NoAnswer("misread") from error
