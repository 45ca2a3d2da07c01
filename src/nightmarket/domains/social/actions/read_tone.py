"""Reads the tone of words before they are sent, so that whoever wrote them may think again."""

from nightmarket.domains.social import rules
from nightmarket.domains.social.store import tone
from nightmarket.infra.http import Subject


def read_tone(subject: Subject, text: str) -> tuple[str, ...]:
    """Return the words that hurt; empty: nothing speaks against sending it. Nothing is kept.

    Raises:
        SignInNeeded: a guest, who cannot comment anyway.
        TextOutOfBounds: no comment could have this text.
    """
    subject.account("social:write")
    return tone.unkind_words(rules.text(text))
