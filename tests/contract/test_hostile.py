"""Hostile input at the edge: refused in the shape of every refusal, quickly, and nothing of it echoes."""

import time
from typing import Any

import pytest
from httpx import Response

from tests.contract.conftest import Stage
from tests.contract.requests import BROWSER, TUS
from tests.contract.test_openapi import refusal_of

DEEP = b'{"a":' * 100_000
LISTS = b"[" * 200_000
QUICK_CPU_S = 2.0
EVIL = "evil.example"


def call(stage: Stage, method: str, path: str, *, caller: str = "other", **given: Any) -> Response:
    """Call as somebody; the answer costs little work, whatever was sent and whoever works beside."""
    began = time.process_time()
    answer = stage.run(stage.world.call(caller, method, path, **given))
    assert time.process_time() - began < QUICK_CPU_S, (method, path)
    return answer


def bodies(stage: Stage) -> list[tuple[str, str]]:
    """Operations that read JSON each in their own way: typed, free, by themselves, and forms."""
    film = stage.world.names["video_id"]
    return [
        ("POST", f"/api/v1/videos/{film}/comments"),
        ("PUT", "/api/v1/me/settings"),
        ("POST", "/api/v1/events"),
        ("POST", "/api/v1/passkeys"),
        ("POST", "/api/v1/oauth/token"),
        ("PUT", f"/api/v1/videos/{film}/save"),
    ]


@pytest.mark.parametrize(
    "content",
    [DEEP, LISTS, DEEP + b"1" + b"}" * 100_000, b'{"text":"\\ud800"}', b'{"text":"\xff\xfe"}',
     b'{"text":1e999999}', b'{"text":' + b"9" * 100_000 + b"}", b"\x00", b"{}" * 1000],
    ids=["deep", "lists", "closed", "surrogate", "no-utf8", "huge", "digits", "zero", "many"],
)  # fmt: skip
def test_bodies_nobody_can_mean_are_refused(stage: Stage, content: bytes) -> None:
    """Nesting, numbers and bytes that break decoders."""
    for method, path in bodies(stage):
        headers = {"Content-Type": "application/json"}
        answer = call(stage, method, path, content=content, headers=headers)
        assert 400 <= answer.status_code < 500, (path, answer.text)
        if path != "/api/v1/oauth/token":
            refusal_of(answer)


def test_bodies_that_are_too_large_are_refused(stage: Stage) -> None:
    """Two megabytes are enough for everything but uploads."""
    for method, path in bodies(stage):
        content = b'{"text":"' + b"x" * (3 << 20) + b'"}'
        answer = call(stage, method, path, content=content)
        assert answer.status_code == 413, path
        refusal_of(answer)


@pytest.mark.parametrize(
    "handle",
    ["аdmin", "mia\u202egnp", "m\u200dia", "ｍｉａ", "mi a", "mia\x00", "mia/../x", "mia?x", "@", "..", "İda", "ﬁne",
     "%00", "<b>mia</b>", "mia\n", "xn--mia-"],
)  # fmt: skip
def test_handles_that_look_like_others_are_not_made(stage: Stage, handle: str) -> None:
    """Only ASCII letters, digits, dots and underscores; paths stay paths."""
    answer = call(stage, "PATCH", "/api/v1/me", json={"handle": handle})
    taken = answer.json().get("handle", "")
    assert answer.status_code == 422 or (taken.isascii() and taken == handle.strip().lower())


def test_names_cannot_turn_the_page_around(stage: Stage) -> None:
    """Direction marks and control characters are taken out of names, bios, captions and comments."""
    film = stage.world.names["video_id"]
    worn = "a\u202eb\u2066c\x07d"
    me = call(stage, "PATCH", "/api/v1/me", json={"name": worn, "bio": worn}).json()
    said = call(stage, "POST", f"/api/v1/videos/{film}/comments", json={"text": worn}).json()
    edit = {"json": {"caption": worn, "alt_text": worn}}
    video = call(stage, "PATCH", f"/api/v1/videos/{film}", caller="owner", **edit).json()

    assert [me["name"], me["bio"], said["text"], video["caption"]] == ["abcd"] * 4


def test_no_header_line_can_be_smuggled_in(stage: Stage) -> None:
    """Line ends in what comes back in `Location` or `Content-Disposition` stay inside."""
    world = stage.world
    sent = {
        "client_id": world.names["client_id"],
        "redirect_uri": "https://app.example/back",
        "response_type": "code",
        "scope": "profile:read",
        "code_challenge": "x",
        "code_challenge_method": "S256",
        "state": "s\r\nSet-Cookie: nm_session=evil",
    }
    for caller in ("guest", "other"):
        for change in ({}, {"scope": "nonsense"}):
            answer = call(
                stage, "GET", "/api/v1/oauth/authorize", caller=caller, params=sent | change
            )
            assert "\n" not in answer.headers.get("location", "")
            assert "evil" not in answer.headers.get("set-cookie", "")
    refused = call(
        stage, "GET", "/api/v1/oauth/authorize", params=sent | {"redirect_uri": f"https://{EVIL}/"}
    )
    assert refused.status_code in {400, 404, 422}
    assert "location" not in refused.headers


@pytest.mark.parametrize(
    "endpoint",
    ["http://push.example/1", "https://", "https://[::1", "https://host:99999/", "https://host:x/", "file:///etc/passwd",
     "https://a b/", "https://host/\r\nX: y", "https://user:pw@host/", "HTTPS\t://x", "https:///x"],
)  # fmt: skip
def test_push_endpoints_that_are_no_addresses_are_refused(stage: Stage, endpoint: str) -> None:
    """At once, not in the job that would call them for weeks."""
    answer = call(
        stage, "POST", "/api/v1/push/subscriptions", json=BROWSER | {"endpoint": endpoint}
    )
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Upload-Length", "-1"), ("Upload-Length", "1e3"), ("Upload-Length", "9" * 16), ("Upload-Length", "0"),
        ("Upload-Length", "0x10"), ("Upload-Length", "+5"), ("Upload-Metadata", "filename !!!"),
        ("Upload-Metadata", "filename " + "QUFB" * 3000), ("Upload-Checksum", "md5 AAAA"), ("Upload-Checksum", "sha1 ="),
    ],
)  # fmt: skip
def test_uploads_are_announced_plainly_or_not_at_all(stage: Stage, header: str, value: str) -> None:
    """Lengths are whole numbers, metadata is short base64, checksums are known ones."""
    headers = TUS | {"Upload-Length": "9"} | {header: value}
    answer = call(stage, "POST", "/api/v1/uploads", headers=headers)
    assert answer.status_code in {400, 413, 422}, answer.text


def test_a_file_s_name_is_only_a_name(stage: Stage) -> None:
    """However it is spelled, it never becomes a path or a header."""
    name = "Li4vLi4vZXRjL3Bhc3N3ZAANCng6IHk="  # ../../etc/passwd, a zero byte and a header line.
    headers = TUS | {"Upload-Length": "9", "Upload-Metadata": f"filename {name}"}
    answer = call(stage, "POST", "/api/v1/uploads", headers=headers)
    assert answer.status_code == 201
    assert answer.headers["location"].startswith("/api/v1/uploads/")
    folder = stage.world.services.settings.data_directory
    assert not list(folder.rglob("*passwd*"))


@pytest.mark.parametrize("key", ["..%2fsecret.key", "%2e%2e/secret.key", "ab/%2e%2e/%2e%2e/secret.key",
                                 "ab%00c/360.mp4", "ab/..\\secret.key", "/etc/passwd", "ab/.hidden.mp4", "AB/x.mp4"])  # fmt: skip
def test_media_names_lead_nowhere_else(stage: Stage, key: str) -> None:
    """Nothing outside of a film's own folder is ever read."""
    assert call(stage, "GET", f"/media/{key}").status_code == 404


@pytest.mark.parametrize(
    "name", ["Host", "X-Forwarded-Host", "X-Host", "X-Original-URL", "X-Rewrite-URL", "Forwarded"]
)
@pytest.mark.parametrize("path", ["/", "/@the_owner", "/api/v1/session", "/api/v1/meta", "/api/v1/realtime", "/.well-known/oauth-authorization-server", "/api/v1/embeds/{}"])  # fmt: skip
def test_no_header_can_poison_a_page(stage: Stage, name: str, path: str) -> None:
    """Addresses come from the setting, never from what a caller claims to have called."""
    place = path.format(stage.world.names["video_id"])
    value = f"host={EVIL}" if name == "Forwarded" else f"/{EVIL}" if "URL" in name else EVIL
    answer = call(
        stage, "GET", place, caller="guest", headers={name: value, "X-Forwarded-Proto": "gopher"}
    )
    assert answer.status_code == 200, answer.text
    assert EVIL not in answer.text + str(answer.headers)
    assert "gopher" not in answer.text


def test_a_method_cannot_be_put_on_another(stage: Stage) -> None:
    """What a header says about the method counts for nothing."""
    film = stage.world.names["video_id"]
    headers = {"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "DELETE"}
    answer = call(
        stage, "GET", f"/api/v1/videos/{film}?_method=DELETE", caller="owner", headers=headers
    )
    assert (answer.status_code, answer.json()["video_id"]) == (200, film)


@pytest.mark.parametrize(
    "content",
    [b"WEBVTT\n\n" + b"00:01.000 --> 00:02.000\nx\n\n" * 25_000, b"WEBVTT\n\n" + b"<" * 400_000,
     b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<b>" * 100_000, b"00:00:01,000 --> " * 20_000, b"WEBVTT\n\n" + b"{\\" * 200_000,
     b"WEBVTT\n\n" + b"1:" * 200_000, b"\xff\xfe" + b"\x00\xd8" * 1000, b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"&#" * 200_000],
    ids=["cues", "tags", "bold", "arrows", "ass", "colons", "surrogates", "entities"],
)  # fmt: skip
def test_caption_bombs_go_off_quietly(stage: Stage, content: bytes) -> None:
    """Taken in a bounded form or refused, in well under a second."""
    place = f"/api/v1/videos/{stage.world.names['video_id']}/captions/en"
    answer = call(stage, "PUT", place, caller="owner", content=content)
    assert answer.status_code in {200, 422}, answer.text


def test_the_description_runs_no_scripts_of_others(stage: Stage) -> None:
    """It is data; readers of such data are installed by whoever wants one."""
    for path in ("/api/", "/api/openapi.json"):
        answer = call(stage, "GET", path, caller="guest")
        assert answer.status_code == 200
        assert "json" in answer.headers["content-type"]
    assert call(stage, "GET", "/api/swagger").status_code == 404
