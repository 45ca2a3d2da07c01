"""Reads a caption: hashtags and mentions in any script; and checks lengths and languages."""

import re
import unicodedata

from nightmarket.domains.videos.errors import AltTextTooLong, BadLanguage, BadTitle, CaptionTooLong

CAPTION_LENGTH_MAX = 2200
ALT_TEXT_LENGTH_MAX = 2000
TITLE_LENGTH_MAX = 100
HASHTAGS_MAX = 30
HASHTAG_LENGTH_MAX = 60
MENTIONS_MAX = 20

_HASH = "#\uff03"  # The full-width sign is what Japanese and Chinese keyboards write.
_AT = "@\uff20"
_HASHTAG = re.compile(rf"(?<![\w&/{_HASH}])[{_HASH}]([\w\u30fb\u00b7]+)")
_MENTION = re.compile(
    rf"(?<![A-Za-z0-9_.{_AT}/])[{_AT}]([A-Za-z0-9_](?:[A-Za-z0-9_.]{{0,28}}[A-Za-z0-9_])?)"
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
_KANA = re.compile(r"[\u3041-\u30ff]")
_HAN = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str) -> str:
    """Return text composed (NFC), without control and direction characters and outer space."""
    return _CONTROLS.sub("", unicodedata.normalize("NFC", text).replace("\r\n", "\n")).strip()


def clean_caption(text: str) -> str:
    """Clean a caption.

    Raises:
        CaptionTooLong: more than 2,200 letters.
    """
    cleaned = clean(text)
    if len(cleaned) > CAPTION_LENGTH_MAX:
        raise CaptionTooLong(
            "the caption is too long", length=len(cleaned), length_max=CAPTION_LENGTH_MAX
        )
    return cleaned


def clean_alt_text(text: str) -> str:
    """Clean a description for people who do not see the video.

    Raises:
        AltTextTooLong: more than 2,000 letters.
    """
    cleaned = clean(text)
    if len(cleaned) > ALT_TEXT_LENGTH_MAX:
        raise AltTextTooLong(
            "the description is too long", length=len(cleaned), length_max=ALT_TEXT_LENGTH_MAX
        )
    return cleaned


def clean_title(text: str) -> str:
    """Clean a playlist's title.

    Raises:
        BadTitle: empty or more than 100 letters.
    """
    cleaned = " ".join(clean(text).split())
    if not 1 <= len(cleaned) <= TITLE_LENGTH_MAX:
        raise BadTitle("a title has 1 to 100 letters", length=len(cleaned))
    return cleaned


def normal_tag(tag: str) -> str:
    """Return the one spelling a hashtag is kept and looked up by: NFKC, folded, no sign."""
    return unicodedata.normalize("NFKC", tag).lstrip("#").casefold()[:HASHTAG_LENGTH_MAX]


def hashtags(caption: str) -> tuple[str, ...]:
    """Return the tags of a caption in order, each once, at most 30; digits alone are no tag."""
    found: dict[str, None] = {}
    for match in _HASHTAG.finditer(caption):
        tag = normal_tag(match[1])
        if tag and not tag.isdigit() and tag.strip("_"):
            found[tag] = None
    return tuple(found)[:HASHTAGS_MAX]


def mentioned_handles(caption: str) -> tuple[str, ...]:
    """Return the handles a caption names, lower case, each once, at most 20."""
    found = {match[1].lower(): None for match in _MENTION.finditer(caption)}
    return tuple(found)[:MENTIONS_MAX]


def language_tag(text: str) -> str:
    """Return a BCP 47 tag of language, script and region in its usual spelling.

    Raises:
        BadLanguage: anything else.
    """
    parts = text.strip().replace("_", "-").split("-")
    spelled = [parts[0].lower()]
    spelled += [part.title() if len(part) == 4 else part.upper() for part in parts[1:]]  # noqa: PLR2004  # A script has four letters.
    tag = "-".join(spelled)
    if not _LANGUAGE.fullmatch(tag):
        raise BadLanguage("this is not a language", language=text[:20])
    return tag


def guess_language(caption: str, otherwise: str) -> str:
    """Return the language a caption's script gives away, else the creator's own."""
    if _KANA.search(caption):
        return "ja"
    if _HANGUL.search(caption):
        return "ko"
    if _HAN.search(caption):
        return otherwise if otherwise.startswith(("zh", "ja")) else "zh-Hans"
    return otherwise
