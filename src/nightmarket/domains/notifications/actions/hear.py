"""What the inbox makes of the facts others publish."""

from collections.abc import Awaitable, Callable
from typing import Any

from nightmarket.domains.notifications.actions.notify import notify
from nightmarket.domains.notifications.actions.withdraw import (
    withdraw,
    withdraw_between,
    withdraw_comment,
    withdraw_video,
)
from nightmarket.domains.notifications.store import upkeep
from nightmarket.domains.notifications.values import Kind, Notice
from nightmarket.events import accounts, moderation, social, videos
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, CommentId, VideoId

FOLLOWS = "follow"
FOLLOW_REQUESTS = "follow_request"


async def hear(tx: Tx, fact: Any, services: Services) -> None:
    """Tell, or take back, what one fact means to people."""
    for notice in notices(fact):
        await notify(tx, notice, services, fact.occurred_at)
    take_back = TAKEN_BACK.get(type(fact))
    if take_back is not None:
        await take_back(tx, fact)


def notices(fact: Any) -> list[Notice]:
    """Return whom a fact is told to; empty: nobody."""
    make = TOLD.get(type(fact))
    return [] if make is None else make(fact)


def _liked(fact: social.Liked) -> list[Notice]:
    return [_of_video(Kind.LIKE, fact.creator_id, fact.account_id, fact.video_id)]


def _reposted(fact: social.Reposted) -> list[Notice]:
    return [_of_video(Kind.REPOST, fact.creator_id, fact.account_id, fact.video_id)]


def _of_video(kind: Kind, owner: AccountId, actor: AccountId, video_id: VideoId) -> Notice:
    return Notice(
        account_id=owner,
        kind=kind,
        group=f"{kind}:video:{video_id}",
        actor_id=actor,
        video_id=video_id,
    )


def _comment_liked(fact: social.CommentLiked) -> list[Notice]:
    return [
        Notice(
            account_id=fact.author_id,
            kind=Kind.LIKE,
            group=_like_of_comment(fact.comment_id),
            actor_id=fact.account_id,
            video_id=fact.video_id,
            comment_id=fact.comment_id,
        )
    ]


def _like_of_comment(comment_id: CommentId) -> str:
    return f"{Kind.LIKE}:comment:{comment_id}"


def _commented(fact: social.Commented) -> list[Notice]:
    """The replied-to author hears a reply, the creator of a thread's start, others a mention."""
    told: dict[AccountId, tuple[Kind, str]] = {}
    if fact.parent_id is not None and fact.parent_author_id is not None:
        told[fact.parent_author_id] = (Kind.REPLY, f"reply:{fact.parent_id}")
    else:
        told[fact.creator_id] = (Kind.COMMENT, f"comment:{fact.video_id}")
    for account_id in fact.mentions:
        told.setdefault(account_id, (Kind.MENTION, f"mention:{fact.comment_id}"))
    return [
        Notice(
            account_id=account_id,
            kind=kind,
            group=group,
            actor_id=fact.author_id,
            video_id=fact.video_id,
            comment_id=fact.parent_id if kind == Kind.REPLY else None,
            cause_comment_id=fact.comment_id,
            text_preview=fact.text_preview,
        )
        for account_id, (kind, group) in told.items()
    ]


def _followed(fact: accounts.Followed) -> list[Notice]:
    if fact.was_requested:  # They know: they said yes.
        return []
    return [_of_person(Kind.FOLLOW, FOLLOWS, fact.followee_id, fact.follower_id)]


def _follow_requested(fact: accounts.FollowRequested) -> list[Notice]:
    return [_of_person(Kind.FOLLOW_REQUEST, FOLLOW_REQUESTS, fact.followee_id, fact.follower_id)]


def _of_person(kind: Kind, group: str, owner: AccountId, actor: AccountId) -> Notice:
    return Notice(account_id=owner, kind=kind, group=group, actor_id=actor)


def _published(fact: videos.VideoPublished) -> list[Notice]:
    own = Notice(
        account_id=fact.creator_id,
        kind=Kind.VIDEO_LIVE,
        group=f"{Kind.VIDEO_LIVE}:{fact.video_id}",
        video_id=fact.video_id,
    )
    if fact.audience == "only_me":
        return [own]
    return [
        own,
        *(
            Notice(
                account_id=account_id,
                kind=Kind.MENTION,
                group=f"{Kind.MENTION}:video:{fact.video_id}",
                actor_id=fact.creator_id,
                video_id=fact.video_id,
            )
            for account_id in fact.mentions
        ),
    ]


def _decided(fact: moderation.ContentDecided) -> list[Notice]:
    if fact.statement_id is None:
        return []
    return [_of_statement(fact, f"{Kind.MODERATION}:{fact.statement_id}", fact.decision)]


def _appeal_decided(fact: moderation.AppealDecided) -> list[Notice]:
    words = "appeal_upheld" if fact.is_upheld else "appeal_granted"
    return [_of_statement(fact, f"{Kind.MODERATION}:appeal:{fact.statement_id}", words)]


def _of_statement(
    fact: moderation.ContentDecided | moderation.AppealDecided, group: str, words: str
) -> Notice:
    return Notice(
        account_id=fact.owner_id,
        kind=Kind.MODERATION,
        group=group,
        video_id=VideoId(fact.ref_id) if fact.ref_kind == "video" else None,
        comment_id=CommentId(fact.ref_id) if fact.ref_kind == "comment" else None,
        text_preview=words,
    )


async def _unliked(tx: Tx, fact: social.Unliked) -> None:
    await withdraw(tx, fact.creator_id, f"{Kind.LIKE}:video:{fact.video_id}", fact.account_id)


async def _unreposted(tx: Tx, fact: social.Unreposted) -> None:
    await withdraw(tx, fact.creator_id, f"{Kind.REPOST}:video:{fact.video_id}", fact.account_id)


async def _comment_deleted(tx: Tx, fact: social.CommentDeleted) -> None:
    await withdraw_comment(tx, fact.comment_id)


async def _video_removed(tx: Tx, fact: videos.VideoRemoved) -> None:
    await withdraw_video(tx, fact.video_id)


async def _unfollowed(tx: Tx, fact: accounts.Unfollowed) -> None:
    for group in (FOLLOWS, FOLLOW_REQUESTS):
        await withdraw(tx, fact.followee_id, group, fact.follower_id)


async def _request_answered(tx: Tx, fact: accounts.Followed) -> None:
    if fact.was_requested:
        await withdraw(tx, fact.followee_id, FOLLOW_REQUESTS, fact.follower_id)


async def _blocked(tx: Tx, fact: accounts.Blocked) -> None:
    await withdraw_between(tx, fact.blocker_id, fact.blocked_id)


async def _erased(tx: Tx, fact: accounts.AccountErased) -> None:
    await upkeep.erase(tx, fact.account_id)


TOLD: dict[type, Callable[[Any], list[Notice]]] = {
    social.Liked: _liked,
    social.CommentLiked: _comment_liked,
    social.Reposted: _reposted,
    social.Commented: _commented,
    accounts.Followed: _followed,
    accounts.FollowRequested: _follow_requested,
    videos.VideoPublished: _published,
    moderation.ContentDecided: _decided,
    moderation.AppealDecided: _appeal_decided,
}
TAKEN_BACK: dict[type, Callable[[Tx, Any], Awaitable[None]]] = {
    social.Unliked: _unliked,
    social.Unreposted: _unreposted,
    social.CommentDeleted: _comment_deleted,
    accounts.Unfollowed: _unfollowed,
    accounts.Followed: _request_answered,
    accounts.Blocked: _blocked,
    accounts.AccountErased: _erased,
    videos.VideoRemoved: _video_removed,
}
FACTS = tuple({*TOLD, *TAKEN_BACK})
