"""What a ranker says to whoever asks by its sockets."""

from collections import Counter
from pathlib import Path
from typing import Protocol

import msgspec

from nightmarket.domains.ranking.actions import share_version
from nightmarket.domains.ranking.actions.ask_rankers import encoded
from nightmarket.domains.ranking.actions.keep_learning import Apprentice
from nightmarket.domains.ranking.values.asking import Fetch, Question, Reply, Standing, Stands

QUESTION: msgspec.msgpack.Decoder[Question] = msgspec.msgpack.Decoder(Question)


class Role(Protocol):
    """What a ranker is among the others. `lag_steps`: a moment ago."""

    @property
    def leads(self) -> bool:
        """Whether it cuts the log into steps itself."""
        ...

    @property
    def lag_steps(self) -> int:
        """Logged steps that it has not repeated."""
        ...


class Desk:
    """Answers one question after the other. `refused`: connections that got none, by why."""

    def __init__(self, apprentice: Apprentice, role: Role, folder: Path) -> None:
        self._apprentice, self._role, self._folder = apprentice, role, folder
        self.refused: Counter[str] = Counter()

    def answer(self, question: bytes) -> bytes:
        """Return the answer to whatever was asked.

        Raises:
            ValueError: it is no question.
        """
        try:
            asked = QUESTION.decode(question)
        except msgspec.MsgspecError as error:
            raise ValueError("no question") from error
        return encoded(self._reply(asked))

    def _reply(self, asked: Question) -> Reply:
        if isinstance(asked, Standing):
            return self._stands()
        if isinstance(asked, Fetch):
            return share_version.give(self._folder, asked)
        return self._apprentice.reply(asked)

    def _stands(self) -> Stands:
        apprentice = self._apprentice
        return Stands(
            batch_id=apprentice.place.batch_id,
            lag_steps=self._role.lag_steps,
            leads=self._role.leads,
            differs=apprentice.differs,
            learned=apprentice.settled,
            refused=self.refused.total(),
        )
