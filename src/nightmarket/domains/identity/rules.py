"""Pure decisions about accounts: names, addresses, passwords, who sees whom."""

import re
import unicodedata
from datetime import date
from urllib.parse import urlsplit

from nightmarket.domains.identity.errors import (
    BirthDateImpossible,
    EmailMalformed,
    HandleMalformed,
    HandleReserved,
    PasswordWeak,
    ProfileMalformed,
)
from nightmarket.domains.identity.values import Audience, Follows, Relation

HANDLE = re.compile(r"[a-z0-9_][a-z0-9_.]{0,22}[a-z0-9_]")
HANDLE_KEPT_DAYS = 30
"""How long a handle somebody gave up stays theirs, so that nobody can pose as them at once."""
HANDLE_CHANGES_EVERY_DAYS = 14
EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]\x00-\x1f]{1,64}@[^\s@]{1,253}")
DOMAIN_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
PASSWORD_LENGTH_MIN = 8
PASSWORD_LENGTH_MAX = 128
PASSWORD_DIFFERENT_MIN = 4
NAME_LENGTH_MAX = 50
BIO_LENGTH_MAX = 300
BIO_LINES_MAX = 6
LINKS_MAX = 5
LINK_LENGTH_MAX = 200
AGE_YEARS_MAX = 125
LOOKALIKES = str.maketrans("013457", "oleast")
INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn"}
JOINERS = "\u200c\u200d\ufe0f"
"""Zero-width joiners and the emoji selector: invisible, yet needed by scripts and emoji."""
DIRECTION_MARKS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def handle(text: str, reserved: frozenset[str]) -> str:
    """Return the handle in its one form: lower case, without the leading @.

    Only ASCII, so that no two handles look alike by script; reserved words are also caught
    when they are written with digits for letters or with dots and underscores.

    Raises:
        HandleMalformed: the letters or the length.
        HandleReserved: it would pose as the house.
    """
    found = text.strip().removeprefix("@").lower()
    if not HANDLE.fullmatch(found) or ".." in found or not re.search(r"[a-z0-9]", found):
        raise HandleMalformed("a handle is 2 to 24 letters, digits, dots and underscores")
    bare = found.replace(".", "").replace("_", "")
    plain = {bare, bare.translate(LOOKALIKES), bare.replace("1", "i").translate(LOOKALIKES)}
    if found in reserved or plain & reserved or any("nightmarket" in form for form in plain):
        raise HandleReserved("this handle is reserved", handle=found)
    return found


def email(text: str) -> tuple[str, str]:
    """Return an address as mail is sent to it, and the key it is compared by.

    Raises:
        EmailMalformed: mail cannot be sent there.
    """
    found = unicodedata.normalize("NFKC", text.strip())
    if not EMAIL.fullmatch(found):
        raise EmailMalformed("this is not an e-mail address")
    local, domain = found.rsplit("@", 1)
    try:
        ascii_domain = domain.lower().encode("idna").decode("ascii")
    except UnicodeError as error:
        raise EmailMalformed("this is not an e-mail address") from error
    labels = ascii_domain.split(".")
    if len(labels) < 2 or not all(DOMAIN_LABEL.fullmatch(label) for label in labels):  # noqa: PLR2004
        raise EmailMalformed("this is not an e-mail address")
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise EmailMalformed("this is not an e-mail address")
    return f"{local}@{ascii_domain}", f"{local.casefold()}@{ascii_domain}"


def require_password(text: str, common: frozenset[str], own_names: tuple[str, ...]) -> None:
    """Refuse a password that would be guessed.

    Raises:
        PasswordWeak: too short or long, common, repetitive, or the person's own name.
    """
    if not PASSWORD_LENGTH_MIN <= len(text) <= PASSWORD_LENGTH_MAX:
        raise PasswordWeak(
            "a password has 8 to 128 characters",
            length_min=PASSWORD_LENGTH_MIN,
            length_max=PASSWORD_LENGTH_MAX,
        )
    lowered = text.casefold()
    if lowered in common or len(set(lowered)) < PASSWORD_DIFFERENT_MIN:
        raise PasswordWeak("this password is among the first anybody would try")
    if any(lowered == name.casefold() for name in own_names):
        raise PasswordWeak("a password is not one of your own names")


def require_birth_date(born: date, today: date) -> None:
    """Refuse dates nobody alive was born on.

    Raises:
        BirthDateImpossible: in the future or more than 125 years ago.
    """
    if born > today or today.year - born.year > AGE_YEARS_MAX:
        raise BirthDateImpossible("nobody alive was born on this day")


def display_name(text: str) -> str:
    """Return a name in NFC, on one line, without invisible or direction-changing characters.

    Raises:
        ProfileMalformed: nothing visible is left, or it is too long.
    """
    found = " ".join(visible(text).split())
    if not found or len(found) > NAME_LENGTH_MAX:
        raise ProfileMalformed("a name has 1 to 50 characters", field="name")
    return found


def bio(text: str) -> str:
    """Return a bio in NFC with at most six lines.

    Raises:
        ProfileMalformed: too long.
    """
    lines = [" ".join(visible(line).split()) for line in text.splitlines()]
    found = "\n".join(lines).strip("\n")
    if len(found) > BIO_LENGTH_MAX or found.count("\n") >= BIO_LINES_MAX:
        raise ProfileMalformed("a bio has up to 300 characters and 6 lines", field="bio")
    return found


def visible(text: str) -> str:
    """Return the text in NFC without control, direction and private-use characters."""
    return "".join(
        letter
        for letter in unicodedata.normalize("NFC", text)
        if letter in JOINERS
        or (unicodedata.category(letter) not in INVISIBLE and letter not in DIRECTION_MARKS)
    )


def links(given: list[str]) -> list[str]:
    """Return https addresses without user names, each once, in the given order.

    Raises:
        ProfileMalformed: too many, or one that cannot be shown as a link.
    """
    if len(given) > LINKS_MAX:
        raise ProfileMalformed("a profile has up to 5 links", field="links")
    return list(dict.fromkeys(_link(text.strip()) for text in given))


def _link(text: str) -> str:
    refusal = ProfileMalformed("a link starts with https:// and names a site", field="links")
    if len(text) > LINK_LENGTH_MAX or visible(text) != text or any(c.isspace() for c in text):
        raise refusal
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        is_plain = parts.scheme == "https" and not parts.username and parts.port is None
    except ValueError:
        raise refusal from None
    if not is_plain or "." not in host.strip(".") or "\\" in text:
        raise refusal
    return text


def may_see(relation: Relation, audience: Audience, *, is_owner: bool, is_private: bool) -> bool:
    """Whether a viewer sees what an owner made for `audience`.

    A private account narrows "everyone" to its followers; a block hides everything both ways.
    """
    if is_owner:
        return True
    if relation.is_blocked or audience is Audience.ONLY_ME:
        return False
    if audience is Audience.FRIENDS:
        return relation.is_friend
    if audience is Audience.FOLLOWERS or is_private:
        return relation.you_follow is Follows.YES
    return True
