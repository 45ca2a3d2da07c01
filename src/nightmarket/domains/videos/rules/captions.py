"""Reads caption files (WebVTT or SubRip) and writes them clean: times, plain text, little else."""

import html
import re
from dataclasses import dataclass

from nightmarket.domains.videos.errors import BadCaptions

BYTES_MAX = 512 * 1024
CUES_MAX = 5000
CUE_LENGTH_MAX = 500
CUE_LINES_MAX = 6
TIME_MS_MAX = 24 * 3600 * 1000
_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMING = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}(?:[ \t]+(.*))?$")
_TAG = re.compile(r"<[^<>]{0,200}>")
_STYLE = re.compile(r"<(/?)([biu])(?:\.[^<>]{0,50})?>", re.IGNORECASE)
_ASS = re.compile(r"\{\\[^{}]{0,200}\}")
_SETTING = re.compile(
    r"(?:align:(?:start|center|end|left|right)|(?:line|position|size):\d{1,3}(?:\.\d{1,3})?%?"
    r"|vertical:(?:rl|lr))"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")
_MARKS = {"b": ("\ue000", "\ue001"), "i": ("\ue002", "\ue003"), "u": ("\ue004", "\ue005")}
"""Stand-ins for the three tags that stay while everything else is escaped."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Words shown for a while. `text` is escaped and holds only balanced b, i and u tags."""

    start_ms: int
    end_ms: int
    text: str
    settings: str = ""


def clean_captions(content: bytes) -> str:
    """Return a WebVTT file with nothing in it but what players need.

    Scripts, styles, regions, classes and notes are dropped, text is escaped, cues are in order.

    Raises:
        BadCaptions: too large, not UTF-8 or UTF-16, or without a single cue.
    """
    cues = parse(decode(content))
    if not cues:
        raise BadCaptions("this file holds no captions; WebVTT and SRT can be read")
    return write(cues)


def decode(content: bytes) -> str:
    """Return the text of a file in UTF-8 or, with its mark, UTF-16.

    Raises:
        BadCaptions: more than 512 KiB, or another encoding.
    """
    if len(content) > BYTES_MAX:
        raise BadCaptions("the caption file is too large", bytes_max=BYTES_MAX)
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadCaptions("save the caption file as UTF-8 and send it again") from error


def parse(text: str) -> list[Cue]:
    """Return the cues of a WebVTT or SubRip text by time; what is no cue is passed over."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cues: list[Cue] = []
    at = 0
    while at < len(lines) and len(cues) < CUES_MAX:
        timing = _TIMING.match(lines[at])
        at += 1
        if timing is None:
            continue
        words = []
        while at < len(lines) and lines[at].strip() and not _TIMING.match(lines[at]):
            words.append(lines[at])
            at += 1
        cue = _cue(timing, words)
        if cue is not None:
            cues.append(cue)
    return sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))


def write(cues: list[Cue]) -> str:
    """Return cues as a WebVTT file."""
    blocks = ["WEBVTT"]
    for cue in cues:
        settings = f" {cue.settings}" if cue.settings else ""
        blocks.append(f"{_stamp(cue.start_ms)} --> {_stamp(cue.end_ms)}{settings}\n{cue.text}")
    return "\n\n".join(blocks) + "\n"


def _cue(timing: re.Match[str], words: list[str]) -> Cue | None:
    start_ms, end_ms = _ms(timing.groups()[:4]), _ms(timing.groups()[4:8])
    lines = [clean for line in words[:CUE_LINES_MAX] if (clean := _clean_line(line))]
    text = _styled("\n".join(lines)[:CUE_LENGTH_MAX])
    if not text or not start_ms < end_ms <= TIME_MS_MAX:
        return None
    settings = " ".join(part for part in (timing[9] or "").split()[:6] if _SETTING.fullmatch(part))
    return Cue(start_ms, end_ms, text, settings)


def _ms(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, fraction = parts
    millis = int((fraction or "0").ljust(3, "0"))
    return ((int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)) * 1000 + millis


def _clean_line(line: str) -> str:
    for mark in (mark for pair in _MARKS.values() for mark in pair):
        line = line.replace(mark, "")
    plain = _CONTROL.sub("", _ASS.sub("", line))
    marked = _STYLE.sub(lambda tag: _MARKS[tag[2].lower()][1 if tag[1] else 0], plain)
    return html.unescape(_TAG.sub("", marked)).replace("-->", "→").strip()


def _styled(text: str) -> str:
    """Escape the text and put the marked tags back, those only that open and close in order."""
    marks = {mark: (name, side) for name, pair in _MARKS.items() for side, mark in enumerate(pair)}
    written: list[str] = []
    is_open: list[str] = []
    for letter in text:
        if letter not in marks:
            written.append(html.escape(letter, quote=False))
            continue
        name, side = marks[letter]
        if side == 0 and name not in is_open:
            is_open.append(name)
            written.append(f"<{name}>")
        elif side == 1 and is_open and is_open[-1] == name:
            is_open.pop()
            written.append(f"</{name}>")
    written += [f"</{name}>" for name in reversed(is_open)]
    styled = "".join(written)
    return styled if re.sub(r"</?[biu]>", "", styled).strip() else ""


def _stamp(at_ms: int) -> str:
    seconds, millis = divmod(at_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{millis:03}"
