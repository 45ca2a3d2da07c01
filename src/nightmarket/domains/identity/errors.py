"""What identity refuses, with stable codes."""

from nightmarket.kernel.errors import Conflict, Forbidden, Invalid, LimitReached, NotFound

UNAUTHENTICATED = 401


class WrongCredentials(Forbidden):
    """Unknown login or wrong password: the same words and the same time for both."""

    code = "identity.wrong_credentials"
    http_status = UNAUTHENTICATED


class TotpRequired(Forbidden):
    """The password was right; a code of the authenticator is needed too."""

    code = "identity.totp_required"
    http_status = UNAUTHENTICATED


class WrongCode(Forbidden):
    """The code is wrong, expired, or was used already."""

    code = "identity.wrong_code"
    http_status = UNAUTHENTICATED


class WrongPasskey(Forbidden):
    """The passkey's answer does not verify, or nobody here has that passkey."""

    code = "identity.wrong_passkey"
    http_status = UNAUTHENTICATED


class TokenRejected(Forbidden):
    """The bearer token is unknown, revoked or expired."""

    code = "identity.token_rejected"
    http_status = UNAUTHENTICATED


class BrowserNeeded(Forbidden):
    """Only a signed-in browser may do this, no API token."""

    code = "identity.browser_needed"


class TooManyAttempts(LimitReached):
    """Tried too often; `retry_after_s` says when to come back."""

    code = "identity.too_many_attempts"


class HandleMalformed(Invalid):
    """Handles are 2 to 24 letters a-z, digits, dots and underscores; dots only inside."""

    code = "identity.handle_malformed"


class HandleReserved(Invalid):
    """The handle would be mistaken for the house's own."""

    code = "identity.handle_reserved"


class HandleTaken(Conflict):
    """Somebody has the handle, or had it until a short while ago."""

    code = "identity.handle_taken"


class HandleChangedLately(LimitReached):
    """A handle may be changed once in a while only."""

    code = "identity.handle_changed_lately"


class EmailMalformed(Invalid):
    """Not an address mail can be sent to."""

    code = "identity.email_malformed"


class PasswordWeak(Invalid):
    """Too short, too long, too common, or made of the person's own names."""

    code = "identity.password_weak"


class BirthDateImpossible(Invalid):
    """In the future, or longer ago than anybody lives."""

    code = "identity.birth_date_impossible"


class ParentNeeded(Forbidden):
    """At this age the market wants a parent's consent: send a parent's address, not one's own."""

    code = "identity.parent_needed"


class ParentAwaited(Forbidden):
    """The password is right, but a parent has not agreed yet."""

    code = "identity.parent_awaited"


class ProfileMalformed(Invalid):
    """A name, bio or link that cannot be shown; facts name the field."""

    code = "identity.profile_malformed"


class NoSuchAccount(NotFound):
    """No such account, or it is hidden from this caller."""

    code = "identity.no_such_account"


class AccountPrivate(Forbidden):
    """Only its followers see what a private account has."""

    code = "identity.account_private"


class NoSuchSession(NotFound):
    """No such session of this account."""

    code = "identity.no_such_session"


class NoSuchPasskey(NotFound):
    """No such passkey of this account."""

    code = "identity.no_such_passkey"


class NoSuchToken(NotFound):
    """No such API token of this account."""

    code = "identity.no_such_token"


class NoSuchRequest(NotFound):
    """Nobody with this id asks to follow this account."""

    code = "identity.no_such_request"


class LinkExpired(Invalid):
    """The link of a mail was used, has expired, or was never sent."""

    code = "identity.link_expired"


class NotYourself(Invalid):
    """Nobody follows, blocks or mutes themselves."""

    code = "identity.not_yourself"


class TotpInUse(Conflict):
    """An authenticator is set up already; take it away first."""

    code = "identity.totp_in_use"


class TotpMissing(Conflict):
    """No authenticator is being set up or in use."""

    code = "identity.totp_missing"


class TooMany(LimitReached):
    """The account has as many of these as it may; facts say how many."""

    code = "identity.too_many"


class ImageRejected(Invalid):
    """The bytes are not a picture we can show; `reason` says what is wrong."""

    code = "identity.image_rejected"


class SettingsMalformed(Invalid):
    """The settings document does not fit its schema; facts name the field."""

    code = "identity.settings_malformed"


class OauthRefused(Invalid):
    """RFC 6749 refusal; `error` is the word the standard has for it."""

    code = "identity.oauth_refused"
    http_status = 400


class NoSuchClient(NotFound):
    """No such program, or not this account's."""

    code = "identity.no_such_client"


class NoSuchGrant(NotFound):
    """The account allowed no such program."""

    code = "identity.no_such_grant"


class MarketBound(Conflict):
    """An auditor sees the market they are of, so they do not move by themselves."""

    code = "identity.market_bound"


class UnknownRole(Invalid):
    """A role nobody can have."""

    code = "identity.unknown_role"


class UnknownScope(Invalid):
    """A scope that no route asks for."""

    code = "identity.unknown_scope"
