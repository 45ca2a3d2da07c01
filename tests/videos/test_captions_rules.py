"""Caption files: what is read, what is dropped, and that nothing dangerous is ever written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.domains.videos.errors import BadCaptions
from nightmarket.domains.videos.rules.captions import BYTES_MAX, clean_captions, decode, parse

SRT = """1
00:00:01,000 --> 00:00:02,500
<i>Hello</i> <script>alert(1)</script>

2
00:00:03,000 --> 00:00:04,000
{\\an8}夜市で会いましょう & more
"""
VTT = """WEBVTT

STYLE
::cue { background: url(https://evil.example/) }

NOTE a remark

intro
00:01.000 --> 00:02.000 align:start line:90% region:fred
<v Anna><c.loud>Hi</c></v> a --> b

00:05.000 --> 00:04.000
backwards
"""


@pytest.mark.feature("V45")
def test_subrip_becomes_clean_webvtt() -> None:
    """Times are rewritten, scripts go, three harmless tags stay, text is escaped."""
    assert clean_captions(SRT.encode()) == (
        "WEBVTT\n\n"
        "00:00:01.000 --> 00:00:02.500\n<i>Hello</i> alert(1)\n\n"
        "00:00:03.000 --> 00:00:04.000\n夜市で会いましょう &amp; more\n"
    )


@pytest.mark.feature("V43")
def test_webvtt_keeps_places_and_loses_styles() -> None:
    """Settings players know stay; styles, notes, regions, voices and backward cues go."""
    assert clean_captions(VTT.encode("utf-16")) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000 align:start line:90%\nHi a → b\n"
    )


@pytest.mark.parametrize(
    "content",
    [b"", b"just words", b"WEBVTT\n\n", b"\xff\x00\xd8", "Größe".encode("latin-1"), b"x" * (BYTES_MAX + 1)],
)  # fmt: skip
def test_what_holds_no_captions_is_refused(content: bytes) -> None:
    """Empty, foreign, oversized or oddly encoded files are refused with words."""
    with pytest.raises(BadCaptions):
        clean_captions(content)


@given(st.text(alphabet=st.sampled_from("<>/&;biuc.\"'- \n0123:,→{}\\スa"), max_size=300))
def test_nothing_but_three_tags_ever_gets_out(words: str) -> None:
    """Whatever stands in a cue, the text written has only b, i and u tags, and parses to itself."""
    for cue in parse(f"00:01.000 --> 00:02.000\n{words}\n"):
        assert not re.sub(r"</?[biu]>", "", cue.text).count("<")
        assert "-->" not in cue.text


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """No file makes the reader fail in another way."""
    try:
        text = clean_captions(content)
    except BadCaptions:
        return
    assert clean_captions(text.encode()) == text
    assert decode(content)
