"""Opens an upload with the demuxer that its bytes call for, so that nothing else is ever read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NoReturn

import av
from av.container import InputContainer
from av.error import FFmpegError

from nightmarket.infra.media.boxes import is_encrypted, read_moov
from nightmarket.infra.media.errors import Broken, Protected, TooBig
from nightmarket.infra.media.sniff import MP4, Kind, sniff

READ_BYTES = 1 << 18

# What is decoded. Everything else in FFmpeg (hundreds of old and rare decoders) stays shut.
VIDEO_CODECS = frozenset(
    [
        "h264",
        "hevc",
        "av1",
        "libdav1d",
        "vp8",
        "vp9",
        "libvpx-vp9",
        "mpeg4",
        "h263",
        "mpeg1video",
        "mpeg2video",
        "theora",
        "mjpeg",
        "msmpeg4v2",
        "msmpeg4v3",
        "prores",
        "vvc",
    ]
)
AUDIO_CODECS = frozenset(
    [
        "aac",
        "mp3",
        "mp3float",
        "mp2",
        "mp2float",
        "opus",
        "libopus",
        "vorbis",
        "libvorbis",
        "flac",
        "alac",
        "ac3",
        "eac3",
        "amrnb",
        "amrwb",
        "amr_nb",
        "amr_wb",
        "libopencore_amrnb",
        "libopencore_amrwb",
        "pcm_u8",
        "pcm_s16le",
        "pcm_s16be",
        "pcm_s24le",
        "pcm_s24be",
        "pcm_s32le",
        "pcm_f32le",
        "pcm_f32be",
        "pcm_mulaw",
        "pcm_alaw",
        "adpcm_ms",
        "adpcm_ima_wav",
        "adpcm_ima_qt",
    ]
)

OPEN_OPTIONS = {
    "codec_whitelist": ",".join(sorted(VIDEO_CODECS | AUDIO_CODECS)),
    "protocol_whitelist": "",  # The bytes come through a file object; no protocol is needed.
    "enable_drefs": "0",
    "use_absolute_path": "0",
    "probesize": str(4 << 20),
    "analyzeduration": "2000000",
    "max_streams": "64",
}


@contextmanager
def open_source(path: str, *, bytes_max: int) -> Iterator[tuple[Kind, InputContainer]]:
    """Open the upload at `path` for reading and close it afterwards.

    Raises:
        UnknownType, Disguised: see `sniff`.
        TooBig: more than `bytes_max`.
        Protected: its tracks are encrypted.
        Broken: its header cannot be read.
    """
    with Path(path).open("rb") as file:
        if file.seek(0, 2) > bytes_max:
            raise TooBig(f"The file is larger than {bytes_max >> 20} MiB.", bytes_max=bytes_max)
        kind = sniff(file)
        if kind == MP4:
            _require_open(file)
        try:
            container = av.open(
                file,
                format=kind.demuxer,
                options=OPEN_OPTIONS if kind == MP4 else _without_mov(OPEN_OPTIONS),
                io_open=_refuse_reference,
                buffer_size=READ_BYTES,
                metadata_errors="replace",
            )
        except (FFmpegError, ValueError) as error:
            raise Broken("The file's header is damaged or missing.", reason=said(error)) from error
        assert isinstance(container, InputContainer)
        with container:
            yield kind, container


def said(error: Exception) -> str:
    """What FFmpeg says, without the path of the file, which is nobody's business."""
    return str(getattr(error, "strerror", None) or type(error).__name__)[:200]


def _require_open(file: BinaryIO) -> None:
    moov = read_moov(file)
    if moov is not None and is_encrypted(moov):
        raise Protected("The film is encrypted (DRM); only an open copy can be published.")


def _without_mov(options: dict[str, str]) -> dict[str, str]:
    return {
        key: value
        for key, value in options.items()
        if key not in ("enable_drefs", "use_absolute_path")
    }


def _refuse_reference(url: str, _flags: int, _options: dict[str, str]) -> NoReturn:
    raise Broken("The file points at another file, which is never opened.", reference=url[:200])
