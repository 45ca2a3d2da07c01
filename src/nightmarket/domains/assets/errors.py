"""What can be refused about uploads, with stable codes; statuses follow tus 1.0."""

from nightmarket.kernel.errors import Conflict, Forbidden, Invalid, LimitReached, NotFound


class NoSuchUpload(NotFound):
    """No such upload, or somebody else's."""

    code = "assets.no_such_upload"


class UploadExpired(NotFound):
    """It was not finished in time and is gone."""

    code = "assets.upload_expired"
    http_status = 410


class WrongVersion(Invalid):
    """Not the version of tus spoken here."""

    code = "assets.wrong_tus_version"
    http_status = 412


class BadUploadHeader(Invalid):
    """A tus header is missing or cannot be read."""

    code = "assets.bad_upload_header"
    http_status = 400


class WrongContentType(Invalid):
    """A PATCH must say `application/offset+octet-stream`."""

    code = "assets.wrong_content_type"
    http_status = 415


class WrongOffset(Conflict):
    """The bytes begin where the upload does not end; ask with HEAD."""

    code = "assets.wrong_offset"


class WrongChecksum(Invalid):
    """The bytes are not those that were sent; none of them was kept."""

    code = "assets.wrong_checksum"
    http_status = 460


class TooLarge(LimitReached):
    """More than one upload may have, or more than was announced."""

    code = "assets.too_large"
    http_status = 413


class QuotaReached(LimitReached):
    """Too much is waiting to be published already."""

    code = "assets.quota_reached"
    http_status = 413


class DiskShort(LimitReached):
    """This machine has too little free disk to take it."""

    code = "assets.disk_short"
    http_status = 507


class NotComplete(Conflict):
    """Bytes are still missing."""

    code = "assets.not_complete"


class AlreadyTaken(Forbidden):
    """The upload was used for something else."""

    code = "assets.already_taken"
