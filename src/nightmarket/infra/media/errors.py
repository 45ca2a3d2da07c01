"""Why the media library says no; the table at the end brings errors back from the child."""

from nightmarket.kernel.errors import Invalid, LimitReached, NightmarketError, Unavailable


class UnknownType(Invalid):
    """The bytes are not a film in a container that we open; the name of the file never matters."""

    code = "media.unknown_type"


class Disguised(Invalid):
    """A film that is also a web page or a script."""

    code = "media.disguised"


class NoPicture(Invalid):
    """The container holds no picture that can be decoded, or (asked for sound) no sound."""

    code = "media.no_picture"


class Broken(Invalid):
    """The file is cut short, contradicts itself or breaks the decoder."""

    code = "media.broken"


class Protected(Invalid):
    """The picture is encrypted: only its owner can open it."""

    code = "media.protected"


class Unsupported(Invalid):
    """A codec that we do not decode."""

    code = "media.unsupported_codec"


class TooLong(LimitReached):
    """Longer than the limit that the caller set."""

    code = "media.too_long"


class TooBig(LimitReached):
    """More bytes, or more pixels on a side, than the limit that the caller set."""

    code = "media.too_big"


class TooCostly(LimitReached):
    """Used up the time or the memory that one upload may use."""

    code = "media.too_costly"


class BadCut(Invalid):
    """The trim, the cover or the sound asked for does not fit the film."""

    code = "media.bad_cut"


class WorkshopUnavailable(Unavailable):
    """The child process could not be started, or the machine took it away: nothing happened."""

    code = "media.unavailable"


class DiskFull(Unavailable):
    """No room to write the renditions; what was written is worthless."""

    code = "media.disk_full"


BY_CODE: dict[str, type[NightmarketError]] = {
    kind.code: kind
    for kind in (
        UnknownType,
        Disguised,
        NoPicture,
        Broken,
        Protected,
        Unsupported,
        TooLong,
        TooBig,
        TooCostly,
        BadCut,
        WorkshopUnavailable,
        DiskFull,
    )
}
