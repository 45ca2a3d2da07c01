"""What can be refused here."""

from nightmarket.kernel.errors import Conflict, Forbidden, Invalid, LimitReached, NotFound


class NoSuchComment(NotFound):
    """Not there, or not for this caller."""

    code = "social.no_such_comment"


class NoSuchCollection(NotFound):
    """Not there, or somebody else's."""

    code = "social.no_such_collection"


class CommentsClosed(Forbidden):
    """The creator lets fewer people comment, or the video takes no comments."""

    code = "social.comments_closed"


class ReactionsClosed(Forbidden):
    """The video may be watched, but no new reposts of it are taken."""

    code = "social.reactions_closed"


class TextOutOfBounds(Invalid):
    """Empty, or too long."""

    code = "social.text_out_of_bounds"


class TitleOutOfBounds(Invalid):
    """Empty, or too long."""

    code = "social.title_out_of_bounds"


class KeywordsOutOfBounds(Invalid):
    """Too many words, or one too long."""

    code = "social.keywords_out_of_bounds"


class UnknownChannel(Invalid):
    """Not a way of sharing that is counted."""

    code = "social.unknown_channel"


class NotPinnable(Conflict):
    """Only a comment that everybody sees and that starts a thread can be pinned."""

    code = "social.not_pinnable"


class CommentRepeated(LimitReached):
    """The same words again."""

    code = "social.comment_repeated"


class TooFast(LimitReached):
    """More than a person does in that time."""

    code = "social.too_fast"


class TooMany(LimitReached):
    """As many as there may be."""

    code = "social.too_many"
