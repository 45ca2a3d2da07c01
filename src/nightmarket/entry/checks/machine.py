"""Checks of the machine: Python, the data directory, disk, ports, certificates, codecs."""

import os
import shutil
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import av

from nightmarket.domains.ranking import face as ranking
from nightmarket.entry import ports as found
from nightmarket.entry import supervise
from nightmarket.entry.checks.finding import Finding, careful, fine, wrong
from nightmarket.infra.settings import KEY_FILE, Settings

ANSWER_S = 3
OTHERS_BITS = 0o077
EXPIRY_WARNING = timedelta(days=14)
DISK_MARGIN = 3
RANKER_BEHIND_S_MAX = 60
LOCAL_NAMES = {"localhost", "127.0.0.1", "::1"}
SECRETS_IN_FILE = ("secret", "s3_secret_key", "smtp_url", "database_url")


def python() -> Iterator[Finding]:
    """Asserts are part of the program, so they must not be compiled away."""
    if sys.flags.optimize:
        yield wrong(
            "Python runs with -O, which removes the asserts Nightmarket relies on",
            "start without -O and without PYTHONOPTIMIZE",
        )
    else:
        yield fine(f"Python {sys.version.split()[0]}")


def directory(settings: Settings) -> Iterator[Finding]:
    """Whether the data directory is ours, writable, and keeps its secrets."""
    place = settings.data_directory
    if not place.exists():
        yield careful(f"{place} is not there yet", "`nightmarket up` makes it")
        return
    if not os.access(place, os.W_OK | os.X_OK):
        yield wrong(f"{place} cannot be written to", f"chown it to user {os.getuid()}")
        return
    if place.stat().st_uid != os.getuid():
        yield careful(
            f"{place} belongs to user {place.stat().st_uid}, this is user {os.getuid()}",
            "run Nightmarket as the directory's owner, or chown it",
        )
    yield fine(f"data in {place}")
    yield from _secrets(settings, place)


def _secrets(settings: Settings, place: Path) -> Iterator[Finding]:
    key = place / KEY_FILE
    if key.exists() and key.stat().st_mode & OTHERS_BITS:
        yield wrong(
            f"{key} can be read by others: they could sign in as anybody", f"chmod 600 {key}"
        )
    file = place / "settings.toml"
    if file.exists() and file.stat().st_mode & OTHERS_BITS:
        text = file.read_text(encoding="utf-8")
        if any(name in text for name in SECRETS_IN_FILE):
            yield wrong(f"{file} holds secrets and can be read by others", f"chmod 600 {file}")
    if settings.secret and len(settings.secret) < 32:  # noqa: PLR2004  # 128 bits as hex.
        yield wrong("the setting `secret` is shorter than 32 letters", "choose a long random one")


def disk(settings: Settings) -> Iterator[Finding]:
    """Whether uploads still fit."""
    place = settings.data_directory
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    least = settings.disk_free_bytes_min
    if free < least:
        yield wrong(
            f"{_size(free)} free on the data directory's disk: uploads are refused below "
            f"{_size(least)}",
            "free some space, add a disk, or lower the setting disk_free_bytes_min",
        )
    elif free < DISK_MARGIN * least:
        yield careful(f"{_size(free)} free on the data directory's disk", "plan for more space")
    else:
        yield fine(f"{_size(free)} free on disk")


def ports(settings: Settings) -> Iterator[Finding]:
    """Whether the ports are ours, or free to be."""
    if supervise.is_running(settings.data_directory):
        yield from _answers(settings)
        return
    for port, setting in found.wanted(settings):
        if found.is_taken(settings.host, port):
            yield wrong(
                f"something else listens on {settings.host}:{port}",
                f"stop it, or choose another with the setting `{setting}`",
            )
        else:
            yield fine(f"port {port} is free")


def _answers(settings: Settings) -> Iterator[Finding]:
    scheme = "https" if settings.tls_certificate else "http"
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104
    address = f"{scheme}://{host}:{settings.port}/readyz"
    unchecked = ssl.create_default_context()
    unchecked.check_hostname = False
    unchecked.verify_mode = ssl.CERT_NONE  # The certificate is for the public name, not for this.
    try:
        with urllib.request.urlopen(  # noqa: S310  # Our own address.
            address, timeout=ANSWER_S, context=unchecked
        ):
            yield fine("the web process is ready")
    except urllib.error.HTTPError as error:
        yield wrong(
            f"the web process is not ready: {error.code}", "see logs/ in the data directory"
        )
    except OSError as error:
        yield wrong(f"the web process does not answer: {error}", "see logs/ in the data directory")


def certificates(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether people reach the site in a way their browsers trust."""
    address = urlsplit(settings.public_url)
    if address.scheme != "https" and address.hostname not in LOCAL_NAMES:
        yield careful(
            f"people open {settings.public_url} without encryption: passkeys and cameras will "
            "not work, and passwords can be read on the way",
            "put a proxy with TLS in front, or set tls_certificate and tls_key",
        )
    if not settings.tls_certificate:
        return
    for name in ("tls_certificate", "tls_key"):
        place = getattr(settings, name)
        if not place or not os.access(place, os.R_OK):
            yield wrong(f"{name} {place!r} cannot be read", "name a readable PEM file")
            return
    yield from _expiry(Path(settings.tls_certificate), now)


def _expiry(certificate: Path, now: datetime) -> Iterator[Finding]:
    try:
        read = ssl._ssl._test_decode_cert(str(certificate))  # type: ignore[attr-defined]  # noqa: SLF001  # No public reader.
    except ssl.SSLError as error:
        yield wrong(f"{certificate} is not a certificate: {error}", "name a PEM file")
        return
    left = timedelta(seconds=ssl.cert_time_to_seconds(read["notAfter"]) - now.timestamp())
    if left <= timedelta(0):
        yield wrong(f"{certificate} ended on {read['notAfter']}", "renew it")
    elif left < EXPIRY_WARNING:
        yield careful(f"{certificate} ends in {left.days} days", "renew it")
    else:
        yield fine(f"the certificate is good for {left.days} days")


def codecs() -> Iterator[Finding]:
    """Whether films can be made."""
    missing = [name for name in ("libx264", "aac") if not _has_codec(name)]
    if missing:
        yield wrong(f"no encoder for {', '.join(missing)}", "install the wheels in requirements/")
    else:
        yield fine("H.264 and AAC can be written")


def _has_codec(name: str) -> bool:
    try:
        return av.codec.Codec(name, "w") is not None
    except ValueError:
        return False


def _size(count: int) -> str:
    return f"{count / 1024**3:.1f} GiB"


def ranker(settings: Settings, now: datetime) -> Iterator[Finding]:
    """How the ranker stands, by what it last told."""
    status = ranking.status(settings.data_directory)
    if status is None:
        return
    if status.undone or status.went_back or status.passed_over:
        yield careful(
            f"the ranker undid {status.undone} steps, went back {status.went_back} times and "
            f"passed {status.passed_over} versions over since it started",
            f"look for `ranker_` in {settings.data_directory}/logs; pages go on by rules meanwhile",
        )
    since_s = now.timestamp() - status.at_us / 1_000_000
    behind_s = max(status.behind_s, since_s) if supervise.is_running(settings.data_directory) else 0
    if behind_s > RANKER_BEHIND_S_MAX:
        yield careful(f"the ranker is {behind_s:.0f} s behind the log", "see its log")
    yield fine(
        f"the ranker learned {status.settled} showings, holds {status.resident_bytes >> 20} MB "
        f"and {status.programs} programs"
    )
