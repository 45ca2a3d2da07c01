"""Pure rules that cut texts and queries into what the index keeps, in any language.

Words of scripts with spaces are kept whole. Runs of scripts without spaces (and Hangul, whose words
carry endings) are kept as every single letter and every pair of neighbours, so that any part of
them can be found. Nothing here needs a dictionary, so names and slang work as well as words.
"""

import functools
import unicodedata
from collections.abc import Iterable, Iterator

from nightmarket.domains.search.errors import QueryTooLong
from nightmarket.domains.search.rules import typos
from nightmarket.domains.search.values import Query, Term
from nightmarket.kernel.folding import fold, spans

QUERY_LENGTH_MAX = 200
TERMS_MAX = 16
WORD_LENGTH_MAX = 40
DOCUMENT_TOKENS_MAX = 2000
POSITION_MAX = 16_000
PREFIX_LENGTH_MIN = 2
_UNSPACED = (
    "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR", "BOPOMOFO",
    "IDEOGRAPHIC", "YI SYLLABLE",
)  # fmt: skip
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_ENDINGS = (("nya", 6), ("'s", 3), ("es", 5), ("s", 4))
"""Endings a word may lose (Indonesian possessive, English plurals), and from what length."""


def cut(folded: str) -> Iterator[tuple[str, bool]]:
    """Yield (run, is_unspaced) of a folded text: whole words, or runs without spaces."""
    run, is_unspaced = "", False
    for letter in folded:
        kind = _kind(letter)
        if run and (kind is None or kind != is_unspaced):
            yield run, is_unspaced
            run = ""
        if kind is not None:
            run, is_unspaced = run + letter, kind
    if run:
        yield run, is_unspaced


@functools.lru_cache(maxsize=16384)
def _kind(letter: str) -> bool | None:
    """Whether a letter belongs to runs without spaces; None: it belongs to no word."""
    category = unicodedata.category(letter)
    name = unicodedata.name(letter, "")
    if category[0] not in "LNM":
        return None
    return name.startswith(_UNSPACED) or letter == "ー"


def tokens(text: str) -> list[str]:
    """Return what the index keeps of a text, in order, repeats included."""
    found: list[str] = []
    folded = fold(text)
    spelled = fold(text.translate(_UMLAUTS))
    for run, is_unspaced in cut(folded):
        found.extend(_grams(run) if is_unspaced else [run[:WORD_LENGTH_MAX]])
    if spelled != folded:
        plain = set(found)
        found.extend(
            run[:WORD_LENGTH_MAX]
            for run, is_unspaced in cut(spelled)
            if not is_unspaced and run not in plain
        )
    return found[:DOCUMENT_TOKENS_MAX]


def _grams(run: str) -> list[str]:
    return [*run, *(run[at : at + 2] for at in range(len(run) - 1))]


def vocabulary(text: str) -> tuple[str, ...]:
    """Return the different words of scripts with spaces, sorted: what typos are measured by."""
    words = {run for run, is_unspaced in cut(fold(text)) if not is_unspaced}
    return tuple(
        sorted(word for word in words if typos.slips_max(word) and len(word) <= WORD_LENGTH_MAX)
    )


def document(parts: Iterable[tuple[str, str]]) -> str:
    """Write (text, weight A..D) pairs as a tsvector literal."""
    places: dict[str, list[str]] = {}
    position = 0
    for text, weight in parts:
        for token in tokens(text):
            position = min(position + 1, POSITION_MAX)
            places.setdefault(token, []).append(f"{position}{weight}")
    return " ".join(
        f"{_quoted(token)}:{','.join(positions[:50])}" for token, positions in places.items()
    )


def _quoted(token: str) -> str:
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def understood(text: str) -> Query:
    """Read what somebody searches for.

    Raises:
        QueryTooLong: more than 200 letters.
    """
    if len(text) > QUERY_LENGTH_MAX:
        raise QueryTooLong("search for fewer words", length_max=QUERY_LENGTH_MAX)
    folded = fold(text)
    terms: list[Term] = []
    for piece in folded.split():
        is_tag = piece.startswith(("#", "#"))
        for run, is_unspaced in cut(piece):
            terms.extend(_terms(run, is_unspaced=is_unspaced, is_tag=is_tag))
    if terms and not text.endswith((" ", "\u3000")):
        terms[-1] = _open_ended(terms[-1])
    return Query(folded, tuple(dict.fromkeys(terms))[:TERMS_MAX])


def _terms(run: str, *, is_unspaced: bool, is_tag: bool) -> list[Term]:
    if not is_unspaced:
        return [Term(_forms(run[:WORD_LENGTH_MAX]), is_tag=is_tag)]
    if len(run) == 1:
        return [Term((run,), is_tag=is_tag)]
    return [Term((run[at : at + 2],), is_tag=is_tag) for at in range(len(run) - 1)]


def _forms(word: str) -> tuple[str, ...]:
    for ending, length_min in _ENDINGS:
        if len(word) >= length_min and word.endswith(ending) and not word.endswith("ss"):
            return (word, word.removesuffix(ending))
    return (word,)


def _open_ended(term: Term) -> Term:
    is_word = not _kind(term.text[0])
    is_long = len(term.text) >= PREFIX_LENGTH_MIN
    return Term(term.forms, is_prefix=is_word and is_long, is_tag=term.is_tag)


def tsquery(terms: Iterable[Term], *, is_every: bool = True) -> str:
    """Write terms as a tsquery literal; `is_every`: all of them must be found, else any."""
    return (" & " if is_every else " | ").join(_clause(term) for term in terms)


def _clause(term: Term) -> str:
    marks = ("*" if term.is_prefix else "") + ("A" if term.is_tag else "")
    forms = [f"{_quoted(form)}{':' if marks else ''}{marks}" for form in term.forms]
    return forms[0] if len(forms) == 1 else f"({' | '.join(forms)})"


def replaced(query: Query, corrections: dict[str, str]) -> Query:
    """Return the query with misspelt words replaced, for the same words in the same order."""
    words = [corrections.get(word, word) for word in query.text.split()]
    return understood(" ".join(words))


def highlights(text: str, query: Query) -> list[tuple[int, int]]:
    """Return where a text speaks of the query: (start, end) in characters, in order, apart.

    Positions, not marked-up text: nothing a person wrote can become markup.
    """
    letters: list[str] = []
    places: list[tuple[int, int]] = []
    for folded, start, end in spans(text):
        for letter in folded:
            letters.append(letter)
            places.append((start, end))
    plain = "".join(letters)
    found = [hit for term in query.terms for hit in _hits(plain, term)]
    return _merged([(places[start][0], places[end - 1][1]) for start, end in found])


def _hits(plain: str, term: Term) -> Iterator[tuple[int, int]]:
    is_word = not _kind(term.text[0])
    for form in term.forms:
        start = plain.find(form)
        while start >= 0:
            end = start + len(form)
            is_begun = start == 0 or _kind(plain[start - 1]) is not False
            is_over = end == len(plain) or _kind(plain[end]) is not False
            if not is_word or (is_begun and (is_over or term.is_prefix)):
                yield start, end
            start = plain.find(form, start + 1)


def _merged(hits: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(hits):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
