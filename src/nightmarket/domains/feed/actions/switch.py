"""Switch personalisation on or off."""

from nightmarket.domains.identity import face as identity
from nightmarket.domains.identity.values import Guest
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services


async def switch_personalisation(
    tx: Tx, subject: Subject, services: Services, *, is_personalised: bool
) -> str | None:
    """Set the caller's switch; returns the cookie value a guest carries it in, None: an account.

    Raises:
        NotAllowedHere: the market does not allow this person to be profiled.
    """
    if subject.account_id is not None:
        subject.account("profile:write")
        changes = identity.Changes(is_personalised=is_personalised)
        now = services.clock()
        await identity.change_profile(tx, services.ids, now, subject.account_id, changes)
        return None
    assert subject.guest_id is not None, "who is no account is a guest"
    guest = Guest(
        guest_id=subject.guest_id,
        market=subject.market,
        language=subject.language,
        is_personalised=is_personalised,
    )
    return identity.guest_cookie(services.secret, guest)
