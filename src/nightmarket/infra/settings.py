"""Settings: read once, typed, each documented. The only place that looks at the environment."""

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

PREFIX = "NIGHTMARKET_"
COUNTED_TOGETHER = "PROMETHEUS_MULTIPROC_DIR"
"""The folder of what several processes count together; the library of metrics has it so."""
BUCKETS = "buckets"
"""In the data directory: what web processes that count together know of their callers."""
PLAIN_NAMES = {"database_url": "DATABASE_URL"}
KEY_FILE = "secret.key"
SECRET_BYTES = 32
DATA = Path(".data")


def setting(default: Any, what: str) -> Any:
    """Declare one setting: its default and the sentence the reference prints."""
    return field(default=default, metadata={"what": what})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything an operator can set; names are the environment's without the prefix."""

    data_directory: Path = setting(DATA, "Where media, mails and the embedded database live.")
    database_url: str = setting("", "PostgreSQL 15 or later; empty: the embedded one.")
    public_url: str = setting("http://localhost:8000", "The address people open, without a slash.")
    host: str = setting("127.0.0.1", "The address the web server listens on.")
    port: int = setting(8000, "The port the web server listens on.")
    web_processes: int = setting(
        0, "How many processes answer on it; 0: one for every two cores, and two on two or three."
    )
    realtime_port: int = setting(0, "The port of the WebSocket process; 0: the web port plus one.")
    realtime_url: str = setting(
        "",
        "Where pages open the WebSocket; empty: behind a proxy the public address, else our port.",
    )
    default_market: str = setting("us", "The market of a guest that named none.")
    cell: int = setting(0, "The number of this cell, 0 to 31; it is written into every id.")
    slot: int = setting(0, "Which process this is, 0 to 127; the supervisor sets it.")
    secret: str = setting(
        "", "Signs cookies and impressions; empty: made once in the data directory."
    )
    database_pool_max: int = setting(10, "Connections each process may hold.")
    storage: str = setting("local", "`local` for the data directory or `s3`.")
    s3_endpoint_url: str = setting("", "The S3 service; empty: the provider's default.")
    s3_bucket: str = setting("", "The bucket media lives in.")
    s3_access_key: str = setting("", "S3 access key.")
    s3_secret_key: str = setting("", "S3 secret key.")
    s3_region: str = setting("us-east-1", "S3 region.")
    smtp_url: str = setting("", "smtp[s]://user:password@host:port; empty: mails land in a folder.")
    mail_from: str = setting("Nightmarket <no-reply@localhost>", "The sender of mails.")
    show_mails: bool = setting(
        default=False,
        what="Let anybody read the mails of a market without `smtp_url` at /mails; for demos.",
    )
    upload_bytes_max: int = setting(2 * 1024**3, "The largest upload.")
    upload_duration_ms_max: int = setting(600_000, "The longest video.")
    disk_free_bytes_min: int = setting(1024**3, "Uploads are refused while less is free.")
    eventlog_days: int = setting(90, "How long the interaction log is kept.")
    served_record_days: int = setting(
        30, "How long the numbers are kept that each page of the feed was made of."
    )
    log_days: int = setting(14, "How long log files are kept.")
    log_level: str = setting("info", "debug, info, warning or error.")
    ranker_layers: int = setting(
        2, "Layers of the ranker that read what a viewer watched; 0: none."
    )
    ranker_within_ms: int = setting(50, "A page waits no longer than this for the ranker.")
    ranker_past: int = setting(100, "How many showings of a viewer's past the ranker reads.")
    ranker_processes: int = setting(
        1, "How many rankers run side by side here: each answers its share of the viewers."
    )
    ranker_number: int = setting(1, "Which of them this one is; the supervisor sets it.")
    ranker_follows: bool = setting(
        default=False,
        what="This ranker repeats what another learned, and learns ahead only when none does.",
    )
    ranker_listen: str = setting(
        "",
        "The host:port where the ranker answers machines with the same `secret`; empty: none.",
    )
    ranker_addresses: str = setting(
        "",
        "Where rankers answer, with commas between: /a/path.sock or host:port; empty: those here.",
    )
    otlp_endpoint: str = setting("", "Send traces to this OpenTelemetry collector; empty: off.")
    trusted_proxies: str = setting(
        "127.0.0.0/8,::1", "Networks whose X-Forwarded-For is believed, with commas between."
    )
    is_rate_limited: bool = setting(default=True, what="Answer 429 to callers that ask too often.")
    bulk_key: str = setting("", "Callers that send it as X-Nightmarket-Bulk are not rate limited.")
    tls_certificate: str = setting("", "A PEM certificate; with `tls_key`, serve https.")
    tls_key: str = setting("", "The private key of `tls_certificate`.")


class MisreadSetting(ValueError):
    """A setting's value cannot be read as what it must be."""


def load(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Read settings: `given` wins over the environment, which wins over DATA/settings.toml.

    Raises:
        MisreadSetting: a value of the wrong kind; the message names the setting and the value.
    """
    source = dict(os.environ if environment is None else environment)
    values = {key: value for key, value in given.items() if value is not None}
    for entry in fields(Settings):
        text = source.get(PLAIN_NAMES.get(entry.name, PREFIX + entry.name.upper()))
        if entry.name not in values and text is not None:
            values[entry.name] = _read(entry.name, entry.default, text)
    directory = Path(values.get("data_directory", Settings().data_directory)).resolve()
    values["data_directory"] = directory
    for name, value in _file(directory / "settings.toml").items():
        values.setdefault(name, value)
    return Settings(**values)


def names() -> dict[str, tuple[str, str, str]]:
    """Return setting → (environment variable, default, what it does), in order."""
    return {
        entry.name: (
            PLAIN_NAMES.get(entry.name, PREFIX + entry.name.upper()),
            str(entry.default),
            entry.metadata["what"],
        )
        for entry in fields(Settings)
    }


def secret_of(settings: Settings) -> bytes:
    """Return the signing secret, making it on first use; the file is readable by its owner only."""
    if settings.secret:
        return settings.secret.encode()
    path = settings.data_directory / KEY_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f"{KEY_FILE}.{os.getpid()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
        try:
            os.link(fresh, path)  # Never replaces: two processes agree on the first one's secret.
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()


def counts_together() -> bool:
    """Whether this process counts in files that others of its kind count in too."""
    return COUNTED_TOGETHER in os.environ


def for_child(settings: Settings) -> dict[str, str]:
    """Return the environment a supervised process is started with: ours plus every setting."""
    environment = dict(os.environ)
    for entry in fields(Settings):
        variable = PLAIN_NAMES.get(entry.name, PREFIX + entry.name.upper())
        environment[variable] = str(getattr(settings, entry.name))
    return environment


def _read(name: str, default: object, text: str) -> object:
    try:
        if isinstance(default, bool):
            return {"1": True, "true": True, "0": False, "false": False, "": False}[text.lower()]
        if isinstance(default, int):
            return int(text)
        return Path(text) if isinstance(default, Path) else text
    except (ValueError, KeyError) as error:
        raise MisreadSetting(f"{name} cannot be {text!r}") from error


def _file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # Not TOML, or not UTF-8.
        raise MisreadSetting(f"{path} cannot be read: {error}") from error
    defaults = {entry.name: entry.default for entry in fields(Settings)}
    for name, value in found.items():
        if name not in defaults:
            raise MisreadSetting(f"{path} sets {name!r}, which is no setting")
        kind = str if isinstance(defaults[name], Path) else type(defaults[name])
        if type(value) is not kind:
            raise MisreadSetting(f"{path}: {name} cannot be {value!r}")
    if "data_directory" in found:
        raise MisreadSetting(f"{path} cannot name another data_directory")
    return found
