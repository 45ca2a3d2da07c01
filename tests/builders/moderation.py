"""Things for moderation to look at, with sane defaults."""

from typing import Any

from nightmarket.domains.moderation import face
from nightmarket.domains.moderation.values import Notice, Ref, RefKind, Snapshot, Verdict
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId

OWNER = AccountId(1001)
MODERATOR = AccountId(2001)
OTHER_MODERATOR = AccountId(2002)
VIDEO = Ref(RefKind.VIDEO, 5001)


def snapshot(
    text: str = "a walk through the night market", *, owner: int = OWNER, market: str = "us"
) -> Snapshot:
    """A harmless caption."""
    return Snapshot(owner_id=AccountId(owner), market=market, language="en", text=text)


async def handed_in(tx: Tx, services: Services, ref: Ref = VIDEO, text: str = "a walk") -> Verdict:
    """Hand a thing in."""
    return await face.submit(tx, services, ref, snapshot(text))


def notice(ref: Ref = VIDEO, policy: str = "hate") -> Notice:
    """A report under the rules of the house."""
    return Notice(ref=ref, policy=policy)


def illegal_notice(ref: Ref = VIDEO, **other: Any) -> Notice:
    """A complete notice of illegal content."""
    fields: dict[str, Any] = {
        "ref": ref,
        "policy": "fraud",
        "is_illegal": True,
        "explanation": "It sells a passport that is plainly forged.",
        "legal_reference": "§ 267 StGB",
        "contact": "ada@example.org",
        "is_good_faith": True,
    }
    return Notice(**{**fields, **other})
