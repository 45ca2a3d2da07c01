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
