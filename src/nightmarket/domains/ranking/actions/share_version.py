"""Versions of what was learned, handed from one ranker to another piece by piece."""

import json
from pathlib import Path

from nightmarket.domains.ranking.actions.ask_rankers import Rankers, decoded, encoded, see_all
from nightmarket.domains.ranking.learner.checkpoint import ENDING, HEAD_BYTES_MAX
from nightmarket.domains.ranking.values.asking import Fetch, Piece, Stands
from nightmarket.infra.addresses import Address, NoAnswer
from nightmarket.infra.telemetry import log

PIECE_BYTES = 1 << 20
PIECE_S_MAX = 5.0
VERSION_BYTES_MAX = 8 << 30
NOTHING = Piece(name="", batch_id=0, size=0, piece=b"")


def give(folder: Path, question: Fetch) -> Piece:
    """Return a piece of a kept version; nothing when there is none, or it is gone meanwhile."""
    versions = _versions(folder)
    wanted = (
        versions[-1:]
        if not question.name
        else [path for path in versions if path.name == question.name]
    )
    try:
        for path in wanted:
            with path.open("rb") as file:
                head = json.loads(file.readline(HEAD_BYTES_MAX))
                file.seek(max(0, question.offset))
                return Piece(
                    name=path.name,
                    batch_id=int(head["position"]["batch_id"]),
                    size=path.stat().st_size,
                    piece=file.read(PIECE_BYTES),
                )
    except (OSError, ValueError, KeyError):
        pass
    return NOTHING


def newest_of(folder: Path) -> int:
    """Return the step the newest kept version has learned up to; 0: there is none."""
    return give(folder, Fetch(name="", offset=0)).batch_id


async def fetch(
    rankers: Rankers, folder: Path, *, behind: int = 0, of_leader: bool = False
) -> bool:
    """Copy the newest version of another ranker here, the leader's before others'.

    True: it is the newest here now. False: nobody has one that has learned more than `behind`
    steps, or it could not be had whole. `of_leader`: nobody else's will do.
    """
    stand = [(one.address, one.stands) for one in await see_all(rankers) if one.stands is not None]
    stand.sort(key=_leads, reverse=True)
    for address, stands in stand:
        if of_leader and not stands.leads:
            continue
        try:
            if await _copy(address, rankers.key, folder, behind):
                log("ranker_version_fetched", replica=address.text)
                return True
        except (NoAnswer, OSError) as error:
            log("ranker_version_not_fetched", replica=address.text, error=repr(error))
    return False


def _leads(one: tuple[Address, Stands]) -> bool:
    return one[1].leads


async def _copy(address: Address, key: bytes, folder: Path, behind: int) -> bool:
    piece = await _ask(address, key, Fetch(name="", offset=0))
    if not piece.name or piece.batch_id <= behind or piece.size > VERSION_BYTES_MAX:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    numbers = [int(path.stem) for path in _versions(folder) if path.stem.isdigit()]
    path = folder / f"{1 + max(numbers, default=0):012d}{ENDING}"
    beside, name, size, written = path.with_suffix(".fetched"), piece.name, piece.size, 0
    with beside.open("wb") as file:
        while piece.name == name and piece.size == size and piece.piece:
            written += file.write(piece.piece)
            if written >= size:
                break
            piece = await _ask(address, key, Fetch(name=name, offset=written))
    if written != size:
        beside.unlink()
        return False
    beside.rename(path)
    return True


async def _ask(address: Address, key: bytes, question: Fetch) -> Piece:
    return decoded(await address.ask(encoded(question), key, PIECE_S_MAX), Piece)


def _versions(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{ENDING}"))
