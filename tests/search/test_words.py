"""Promises of how texts and queries are cut, in any language."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.domains.search.errors import QueryTooLong
from nightmarket.domains.search.rules import typos, words


@pytest.mark.feature("V20")
@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Night Market!", ["night", "market"]),
        ("Größe", ["grosse", "groesse"]),
        ("夜市", ["夜", "市", "夜市"]),
        ("カフェ", ["か", "ふ", "ぇ", "かふ", "ふぇ"]),
        ("ラーメン10杯", ["ら", "ー", "め", "ん", "らー", "ーめ", "めん", "10", "杯"]),
        ("pasar malam", ["pasar", "malam"]),
        ("#夜市walk", ["夜", "市", "夜市", "walk"]),
    ],
)
def test_texts_are_cut_by_script(text: str, tokens: list[str]) -> None:
    """Words whole, runs without spaces as letters and pairs, umlauts also as people spell them."""
    assert words.tokens(text) == tokens


@pytest.mark.feature("V20")
@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("night market", "'night' & 'market':*"),
        ("night market ", "'night' & 'market'"),
        ("walks ", "('walks' | 'walk')"),
        ("夜市", "'夜市'"),
        ("台北夜市", "'台北' & '北夜' & '夜市'"),
        ("夜", "'夜'"),
        ("#street food", "'street':A & 'food':*"),
        ("a", "'a'"),
        ("?!", ""),
    ],
)
def test_queries_ask_for_every_word(text: str, query: str) -> None:
    """The last word may go on, a hashtag is one, and punctuation asks for nothing."""
    assert words.tsquery(words.understood(text).terms) == query


@pytest.mark.feature("V20")
@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("A <b>night</b> walk", "night", ["night"]),
        ("Nightly walk", "nigh", ["Nigh"]),
        ("Nightly walk", "nigh ", []),
        ("Größe zeigt Größe", "grosse", ["Größe", "Größe"]),
        ("台北の夜市へ", "夜市", ["夜市"]),
        ("ﾊﾝｸﾞｸとハングク", "はんぐく", ["ﾊﾝｸﾞｸ", "ハングク"]),
        ("nothing", "else", []),
    ],
)
def test_highlights_are_places_in_the_text(text: str, query: str, marked: list[str]) -> None:
    """They point into the text as it was written."""
    found = words.highlights(text, words.understood(query))

    assert [text[start:end] for start, end in found] == marked


@given(st.text(max_size=60), st.text(max_size=30))
def test_highlights_never_leave_the_text(text: str, query: str) -> None:
    """Apart, in order, inside."""
    found = words.highlights(text, words.understood(query))

    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))


def test_a_query_has_a_limit() -> None:
    """200 letters."""
    words.understood("a" * 200)
    with pytest.raises(QueryTooLong):
        words.understood("a" * 201)


@pytest.mark.feature("V20")
@pytest.mark.parametrize(
    ("word", "known", "nearest"),
    [
        ("makret", ["market", "marker"], "market"),
        ("nihgt", ["night"], "night"),
        ("restaraunt", ["restaurant"], "restaurant"),
        ("cat", ["car"], None),
        ("market", ["market", "markets"], "markets"),
        ("zzzz", ["market"], None),
    ],
)
def test_slips_are_forgiven_by_length(word: str, known: list[str], nearest: str | None) -> None:
    """One from four letters, two from eight; equals go to the most used."""
    assert typos.nearest(word, [(one, 5) for one in known]) == nearest


@given(st.text("abcde", min_size=8, max_size=10), st.data())
def test_near_words_share_a_cut(word: str, data: st.DataObject) -> None:
    """Whatever `nearest` would accept within the first letters is found by the cuts."""
    at = data.draw(st.integers(0, 6))
    slipped = word[:at] + word[at + 1 :]

    assert typos.cuts(word) & typos.cuts(slipped)


@given(st.text("abcd", max_size=8), st.text("abcd", max_size=8))
def test_distance_is_symmetric_and_bounded(one: str, other: str) -> None:
    """And zero for equals only."""
    apart = typos.distance(one, other)

    assert apart == typos.distance(other, one) <= max(len(one), len(other))
    assert (apart == 0) == (one == other)
