"""Captions' words: hashtags and mentions in any script, languages, lengths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.domains.videos.errors import BadLanguage, CaptionTooLong
from nightmarket.domains.videos.rules import words


@pytest.mark.parametrize(
    ("caption", "tags"),
    [
        ("Noodles #Food #food #night_market!", ("food", "night_market")),
        ("夜市#美食 #夜市,好吃", ("夜市",)),
        ("夜市 #美食#夜市", ("美食",)),
        ("＃ラーメン と #カップ・ヌードル", ("ラーメン", "カップ・ヌードル")),
        ("#Straße #STRASSE #ＦＯＯＤ", ("strasse", "food")),
        ("price #1 and #2024 #__ #c3po", ("c3po",)),
        ("https://example.org/#part and a&#39;b", ()),
        ("# nothing #", ()),
    ],
)
def test_hashtags_are_found_in_any_script(caption: str, tags: tuple[str, ...]) -> None:
    """Each tag once, folded to one spelling; numbers, links and entities are no tags."""
    assert words.hashtags(caption) == tags


@pytest.mark.parametrize(
    ("caption", "handles"),
    [
        ("with @Mia, @leo.x. and @mia", ("mia", "leo.x")),
        ("mail me@example.org or see /@page", ()),
        ("和＠mia一起", ("mia",)),
    ],
)
def test_mentions_are_handles(caption: str, handles: tuple[str, ...]) -> None:
    """Lower case, each once, no mail addresses, no dot at the end."""
    assert words.mentioned_handles(caption) == handles


@given(st.text(max_size=400))
def test_any_caption_can_be_read(caption: str) -> None:
    """Tags are bounded, never empty, and already in their one spelling."""
    tags = words.hashtags(words.clean(caption))
    assert len(tags) <= words.HASHTAGS_MAX
    assert all(tag and words.normal_tag(tag) == tag for tag in tags)
    assert len(words.mentioned_handles(caption)) <= words.MENTIONS_MAX


def test_a_caption_has_a_length() -> None:
    """2,200 letters, counted after composing."""
    assert words.clean_caption("e\u0301" * 2200) == "é" * 2200
    with pytest.raises(CaptionTooLong):
        words.clean_caption("a" * 2201)


@pytest.mark.parametrize(
    ("text", "tag"), [("EN", "en"), ("zh_hans", "zh-Hans"), ("pt-br", "pt-BR"), ("id", "id")]
)
def test_languages_have_one_spelling(text: str, tag: str) -> None:
    """BCP 47, language, script and region."""
    assert words.language_tag(text) == tag


@pytest.mark.parametrize("text", ["", "english", "e", "en-", "../x", "en-US-x-y"])
def test_other_texts_are_no_languages(text: str) -> None:
    """Nothing else is taken, least of all a path."""
    with pytest.raises(BadLanguage):
        words.language_tag(text)


def test_the_script_tells_the_language() -> None:
    """Kana is Japanese; Han alone stays with a Japanese creator's language."""
    assert words.guess_language("屋台のラーメン", "en") == "ja"
    assert words.guess_language("夜市美食", "ja") == "ja"
    assert words.guess_language("夜市美食", "en") == "zh-Hans"
    assert words.guess_language("pasar malam", "id") == "id"
