"""What parent and child say to each other: one JSON line each, orders down, notes up."""

from dataclasses import dataclass

import msgspec

from nightmarket.infra.media.job import (
    Cover,
    CoverJob,
    Credentials,
    Limits,
    Progress,
    RenderJob,
    RenderResult,
    SourceFacts,
)

LINE_BYTES_MAX = 4 << 20


class Render(msgspec.Struct, tag="render", frozen=True):
    """Do the whole job."""

    job: RenderJob


class Probe(msgspec.Struct, tag="probe", frozen=True):
    """Only find out what the file is."""

    source: str
    limits: Limits


class TakeCover(msgspec.Struct, tag="cover", frozen=True):
    """Take one frame."""

    job: CoverJob


class ReadCredentials(msgspec.Struct, tag="credentials", frozen=True):
    """Read Content Credentials; certificates in PEM."""

    source: str
    media_type: str | None
    anchors_pem: str
    limits: Limits


Order = Render | Probe | TakeCover | ReadCredentials


@dataclass(frozen=True, slots=True)
class Said:
    """A refusal as it travels: the parent raises the error that `code` names."""

    code: str
    detail: str
    facts: dict[str, str | int]


class Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line from the child: exactly one field is set."""

    walls: tuple[str, ...] | None = None  # Which walls hold; the first line.
    progress: Progress | None = None
    rendered: RenderResult | None = None
    facts: SourceFacts | None = None
    credentials: Credentials | None = None
    cover: Cover | None = None
    refused: Said | None = None


def encode(message: Order | Note) -> bytes:
    """Return one line."""
    return msgspec.json.encode(message) + b"\n"


def decode_order(line: bytes) -> Order:
    """Read what the parent wants."""
    order: Order = msgspec.json.decode(line, type=Order)
    return order


def decode_note(line: bytes) -> Note:
    """Read what the child says; `msgspec.DecodeError` when it is not one of ours."""
    return msgspec.json.decode(line, type=Note)
