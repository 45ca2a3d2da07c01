"""Promises of the rules that read words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.domains.moderation.rules import signals
from nightmarket.domains.moderation.values import RefKind, Verdict
from nightmarket.kernel.folding import fold, spans


@pytest.mark.feature("V131")
@pytest.mark.parametrize(
    ("text", "market", "policy", "verdict"),
    [
        ("you should KILL  yourself", "us", "self_harm", Verdict.HELD),
        ("ｋｉｌｌ ｙｏｕｒｓｅｌｆ", "us", "self_harm", Verdict.HELD),
        ("kill\u200b yourself", "us", "self_harm", Verdict.HELD),
        ("HÄNG DICH AUF", "de", "self_harm", Verdict.HELD),
        ("今すぐ自殺しろよ", "jp", "self_harm", Verdict.HELD),
        ("ぜったい闇ﾊﾞｲﾄだね", "jp", "fraud", Verdict.QUEUED),
        ("main slot gacor hari ini", "id", "regulated_goods", Verdict.QUEUED),
        ("兼职刷单返利日结", "us", "fraud", Verdict.QUEUED),
    ],
)
def test_lists_find_words_in_any_writing(
    text: str, market: str, policy: str, verdict: Verdict
) -> None:
    """Case, width, accents and invisible letters hide nothing."""
    found = signals.worst(signals.keyword_signals(text, market))

    assert found is not None
    assert (found.policy, found.verdict) == (policy, verdict)


@pytest.mark.parametrize(
    ("text", "market"),
    [
        ("skill yourself up: a course", "us"),
        ("Häng dich auf", "jp"),
        ("slot gacor", "de"),
        ("a walk through the night market 夜市 散歩", "jp"),
    ],
)
def test_lists_leave_the_rest_alone(text: str, market: str) -> None:
    """Words inside words and other markets' lists do not count."""
    assert signals.keyword_signals(text, market) == []


@pytest.mark.feature("V131")
@pytest.mark.parametrize(
    ("kind", "text", "same_by_owner", "same_by_anyone", "verdict"),
    [
        (RefKind.COMMENT, "great video, come and see mine", 3, 3, Verdict.HELD),
        (RefKind.VIDEO, "great video, come and see mine", 3, 3, Verdict.QUEUED),
        (RefKind.COMMENT, "great video, come and see mine", 2, 2, None),
        (RefKind.COMMENT, "great video, come and see mine", 0, 12, Verdict.QUEUED),
        (RefKind.COMMENT, "so cute!", 9, 40, None),
        (RefKind.COMMENT, "aa.com bb.net cc.org dd.xyz", 0, 0, Verdict.HELD),
        (RefKind.COMMENT, " ".join(f"@friend{n}" for n in range(11)), 0, 0, Verdict.HELD),
        (RefKind.COMMENT, "a" * 60, 0, 0, Verdict.QUEUED),
    ],
)
def test_spam_is_told_from_enthusiasm(
    kind: RefKind, text: str, same_by_owner: int, same_by_anyone: int, verdict: Verdict | None
) -> None:
    """Repetition, link lists and mass mentions count; short cheers do not."""
    found = signals.worst(
        signals.spam_signals(kind, text, same_by_owner=same_by_owner, same_by_anyone=same_by_anyone)
    )

    assert (None if found is None else found.verdict) == verdict


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    """The folded form is a fixed point."""
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_spans_cover_the_text_in_order(text: str) -> None:
    """Every character belongs to exactly one span."""
    found = list(spans(text))

    assert "".join(text[start:end] for _, start, end in found) == text


@given(st.text())
def test_prints_are_equal_for_equal_folded_words(text: str) -> None:
    """Case and spaces around do not make another text."""
    assert signals.print_of(f" {text.upper().lower()} ") == signals.print_of(text.upper())
    assert 0 <= signals.print_of(text) < 2**63


@pytest.mark.parametrize(
    ("text", "same", "is_spam"),
    [
        ("https://a.com https://b.com https://c.com", 0, False),
        ("https://a.com https://b.com https://c.com https://d.com", 0, True),
        (" ".join(["@mia"] * 10), 0, False),
        (" ".join(["@mia"] * 11), 0, True),
        ("x" * 12, 99, False),
        ("abcdefghijklm", 3, True),
        ("abcdefghijklm", 2, False),
        ("z" * 40, 0, False),
        ("z" * 41, 0, True),
    ],
)
def test_each_sign_of_spam_begins_where_it_is_said_to(
    text: str, same: int, *, is_spam: bool
) -> None:
    """Three links, ten people, twelve letters, three times and forty letters are still allowed."""
    found = signals.spam_signals(RefKind.COMMENT, text, same_by_owner=same, same_by_anyone=0)

    assert bool(found) is is_spam


def test_the_print_of_no_words_is_none() -> None:
    """Empty texts do not repeat each other; others do when their folded words are equal."""
    assert [signals.print_of(text) for text in ("", " \n ")] == [0, 0]
    assert signals.print_of("Héllo") == signals.print_of("hello") != signals.print_of("hallo")
    assert 0 < signals.print_of("hello") < 2**63


def test_a_campaign_of_several_people_is_looked_at() -> None:
    """From the thirteenth time on, and never for words that everybody says."""

    def notes(text: str, same: int) -> list[str]:
        found = signals.spam_signals(RefKind.COMMENT, text, same_by_owner=0, same_by_anyone=same)
        return [one.note for one in found]

    assert notes("abcdefghijklm", 11) == notes("abcdefghijkl", 99) == []
    assert notes("abcdefghijklm", 12) == ["the same words 13 times in an hour, by several people"]


def test_what_the_lists_keep_back_is_not_suggested() -> None:
    """Words that are only looked at may be searched for."""
    assert signals.is_listed("kill yourself", "us")
    assert not signals.is_listed("night market", "us")
    held = {one.verdict for one in signals.keyword_signals("main slot gacor", "id")}
    assert held == {Verdict.QUEUED}
    assert not signals.is_listed("main slot gacor", "id")
