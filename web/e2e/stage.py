"""Sets the stage of a demo market for its photographs: a report, a decision, an appeal, comments that wait, lists, a program."""

import sys
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from nightmarket.entry.demo.door import PASSWORD

POLICY = "dangerous_acts"
FACTS = "The film shows open fire close to curtains, without a word of warning."
LISTS = ("Quiet nights", "Drawn by hand")
APPEAL = "The fire is drawn by hand, frame by frame. Nothing burned."


@dataclass(frozen=True, slots=True)
class Props:
    """What stands on the stage: a video of lantern.lane, its sound, and two lists."""

    video_id: str
    sound_id: str
    playlist_id: str
    collection_id: str


class Somebody:
    """One person of the demo, over the API."""

    def __init__(self, url: str, handle: str) -> None:
        self._http = httpx.Client(base_url=url, headers={"Origin": url}, timeout=20)
        self.call("POST", "/session", {"login": handle, "password": PASSWORD})

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Call once; what is refused, because it was done before, answers None."""
        answer = self._http.request(
            method,
            f"/api/v1{path}",
            json=body,
            headers={"Idempotency-Key": str(uuid4())},
        )
        if answer.is_error:
            return None
        return answer.json() if answer.content else None

    def videos(self, handle: str) -> list[str]:
        """The ids of somebody's videos, pinned first."""
        found = self.call("GET", f"/profiles/{handle}/videos") or {"items": []}
        return [one["video_id"] for one in found["items"]]


def set_stage(url: str) -> Props:
    """Let the demo's people do a few things, once; answers what they are about."""
    mia, lane = Somebody(url, "mia"), Somebody(url, "lantern.lane")
    juno, keeper = Somebody(url, "juno.draws"), Somebody(url, "keeper")
    mine, theirs = mia.videos("lantern.lane"), mia.videos("juno.draws")
    if not lane.call("GET", "/oauth/clients")["items"]:
        _lists(mia, lane, mine, theirs)
        _comments(mia, juno, lane, mine[0])
        _care(mia, juno, keeper, theirs)
        lane.call("POST", "/tokens", {"name": "Backup script", "scopes": ["profile:read"]})
        program = {"name": "Night Clock", "redirect_uris": ["https://clock.example/back"]}
        lane.call("POST", "/oauth/clients", program)
        keeper.call("PATCH", "/me", {"is_private": True, "bio": "Keeps the lights on."})
        mia.call("POST", "/me/export")
    video = mia.call("GET", f"/videos/{mine[0]}")
    playlists = mia.call("GET", "/profiles/lantern.lane/playlists")["items"]
    collections = mia.call("GET", "/collections")["items"]
    quiet = next(one for one in collections if one["title"] == LISTS[0])
    return Props(
        mine[0], video["sound"]["sound_id"], playlists[0]["playlist_id"], quiet["collection_id"]
    )


def _lists(mia: Somebody, lane: Somebody, mine: list[str], theirs: list[str]) -> None:
    for title, videos in zip(LISTS, (mine, theirs), strict=True):
        made = mia.call("POST", "/collections", {"title": title})
        for video_id in videos:
            where = {"collection_id": made["collection_id"]}
            mia.call("PUT", f"/videos/{video_id}/save", where)
    playlist = lane.call("POST", "/playlists", {"title": "How it begins"})
    for video_id in mine[:3]:
        lane.call("PUT", f"/playlists/{playlist['playlist_id']}/videos/{video_id}")


def _comments(mia: Somebody, juno: Somebody, lane: Somebody, video_id: str) -> None:
    def write(who: Somebody, text: str, parent_id: str | None = None) -> Any:
        body = {"text": text} | ({"parent_id": parent_id} if parent_id else {})
        return who.call("POST", f"/videos/{video_id}/comments", body)

    first = write(mia, "The sound at the very end. @juno.draws, have you heard it?")
    write(juno, "Twice already. I slowed it down to see how the light moves.", first["comment_id"])
    write(juno, "How long did the lanterns take you?")
    lane.call("PUT", f"/comments/{first['comment_id']}/like")
    lane.call("PUT", f"/comments/{first['comment_id']}/pin")
    hold = {"keywords": ["spoiler"], "hold_links": True, "hold_all": False}
    lane.call("PUT", "/me/comment-filters", hold)
    write(mia, "No spoiler, but the last second is worth the wait.")
    write(juno, "I drew along: https://juno.example/lanterns")


def _care(mia: Somebody, juno: Somebody, keeper: Somebody, videos: list[str]) -> None:
    for video_id, is_illegal, words in (
        (videos[0], False, "Looks like somebody could try this at home."),
        (videos[1], True, "The music is mine."),
    ):
        ref = {"kind": "video", "id": video_id}
        report = {"ref": ref, "policy": POLICY, "is_illegal": False, "explanation": words}
        if is_illegal:
            report |= {"policy": "intellectual_property", "is_illegal": True, "good_faith": True}
            report |= {"legal_reference": "§ 97 UrhG", "contact": "mia@people.example"}
        mia.call("POST", "/reports", report)
    found = {"ref": {"kind": "video", "id": videos[2]}, "policy": POLICY, "note": "seen by chance"}
    case = keeper.call("POST", "/moderation/cases", found)
    keeper.call("POST", f"/moderation/cases/{case['case_id']}/claim")
    ruling = {"decision": "label", "policy": POLICY, "facts": FACTS, "legal_ground": ""}
    ruling["territorial_scope"] = []  # type: ignore[assignment]  # Everywhere.
    keeper.call("POST", f"/moderation/cases/{case['case_id']}/decision", ruling)
    statement = juno.call("GET", "/me/statements")["items"][0]
    juno.call("POST", f"/statements/{statement['statement_id']}/appeal", {"text": APPEAL})


if __name__ == "__main__":
    set_stage(sys.argv[1])
