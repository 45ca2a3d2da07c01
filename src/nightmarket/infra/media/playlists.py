"""HLS playlists over single files by byte ranges, finished or growing."""

from fractions import Fraction
from pathlib import Path

from nightmarket.infra.media.fragments import Segment
from nightmarket.infra.media.job import Rendition
from nightmarket.infra.media.ladder import SEGMENT_MS


def media_playlist(
    file: str, header_bytes: int, segments: list[Segment], rate: Fraction, *, is_done: bool
) -> str:
    """Return the playlist of one rendition.

    Written by hand: FFmpeg's `hls_time` equal to the GOP makes a double first segment.
    """
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{_target_s(segments, rate)}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        f"#EXT-X-PLAYLIST-TYPE:{'VOD' if is_done else 'EVENT'}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        # Players join growing playlists near their end unless told to begin at the beginning.
        "#EXT-X-START:TIME-OFFSET=0,PRECISE=YES",
        f'#EXT-X-MAP:URI="{file}",BYTERANGE="{header_bytes}@0"',
    ]
    for segment in segments:
        lines += [
            f"#EXTINF:{float(segment.frames / rate):.6f},",
            f"#EXT-X-BYTERANGE:{segment.bytes}@{segment.offset}",
            file,
        ]
    if is_done:
        lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"


def master_playlist(renditions: tuple[Rendition, ...]) -> str:
    """Return the playlist that offers every rendition; the second smallest first, as a start."""
    ordered = [*renditions[1:2], *renditions[:1], *renditions[2:]]
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for rendition in ordered:
        lines += [
            (
                f"#EXT-X-STREAM-INF:BANDWIDTH={rendition.peak_bps},"
                f"AVERAGE-BANDWIDTH={rendition.bitrate_bps},"
                f"RESOLUTION={rendition.width}x{rendition.height},"
                f'FRAME-RATE={rendition.frame_rate:.3f},CODECS="{rendition.codecs}"'
            ),
            str(rendition.playlist),
        ]
    return "\n".join(lines) + "\n"


def write_atomically(path: Path, text: str) -> None:
    """Replace a text file in one step, so that a reader never sees half of it."""
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def _target_s(segments: list[Segment], rate: Fraction) -> int:
    """Never below the segments to come, since the value of a growing playlist must not change."""
    longest = max([float(segment.frames / rate) for segment in segments], default=0.0)
    return max(SEGMENT_MS // 1000, round(longest))
