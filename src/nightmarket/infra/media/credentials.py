"""Content Credentials (C2PA) of an upload: what it claims, and whether that can be believed."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from c2pa import C2paError, Context, Reader, Settings

from nightmarket.infra.media.job import Credentials, CredentialsState
from nightmarket.infra.media.sniff import AVI, MP4, Kind

# The last part of https://cv.iptc.org/newscodes/digitalsourcetype/… that means "made by a model".
AI_SOURCE_TYPES = frozenset({"trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"})
MEDIA_TYPES = {MP4.name: "video/mp4", AVI.name: "video/avi"}
STATES = {
    "Trusted": CredentialsState.VALID,
    "Valid": CredentialsState.UNTRUSTED,
    "Invalid": CredentialsState.INVALID,
}
PARENTS_MAX = 16
FAILURES_MAX = 20


def media_type_of(kind: Kind) -> str | None:
    """Return the type under which the container can carry credentials; None: it cannot."""
    return MEDIA_TYPES.get(kind.name)


def read_credentials(file: BinaryIO, media_type: str, anchors_pem: str) -> Credentials:
    """Read and validate the credentials inside a file; nothing is ever fetched.

    A claim counts as AI-generated when it is intact, also when nobody vouches for its signer: it
    speaks against the uploader's interest, and a forger gains nothing by it. Claims in the
    uploader's favour ("taken by a camera") are to be believed with `VALID` only.

    Args:
        file: the upload, untouched.
        media_type: see `media_type_of`.
        anchors_pem: root certificates that are trusted; empty: none.
    """
    settings: dict[str, Any] = {
        "verify": {
            "remote_manifest_fetch": False,
            "ocsp_fetch": False,
            "verify_trust": True,
            "verify_after_reading": True,
        }
    }
    if anchors_pem:
        settings["trust"] = {"trust_anchors": anchors_pem}
    try:
        reader = Reader.try_create(media_type, file, context=Context(Settings.from_dict(settings)))
    except C2paError as error:
        words = str(error)
        if words.startswith("Remote"):  # The manifest lies elsewhere, and we do not go there.
            return Credentials(CredentialsState.NONE, failures=("manifest.inaccessible",))
        return Credentials(CredentialsState.INVALID, failures=(words[:100],))
    if reader is None:
        return Credentials(CredentialsState.NONE)
    with reader:
        return _told(reader)


def _told(reader: Reader) -> Credentials:
    store: dict[str, Any] = json.loads(reader.json())
    active = store.get("manifests", {}).get(store.get("active_manifest", ""), {})
    state = STATES.get(str(reader.get_validation_state()), CredentialsState.INVALID)
    source_types = tuple(dict.fromkeys(_source_types(store)))
    results = reader.get_validation_results() or {}
    failures = [
        str(entry.get("code")) for entry in results.get("activeManifest", {}).get("failure", [])
    ]
    generators = active.get("claim_generator_info") or [{}]
    is_intact = state in (CredentialsState.VALID, CredentialsState.UNTRUSTED)
    return Credentials(
        state=state,
        is_ai_generated=is_intact and not AI_SOURCE_TYPES.isdisjoint(source_types),
        source_types=source_types,
        claim_generator=generators[0].get("name") or active.get("claim_generator"),
        signer=active.get("signature_info", {}).get("issuer"),
        failures=tuple(failures[:FAILURES_MAX]),
    )


def _source_types(store: dict[str, Any]) -> Iterator[str]:
    """Yield what the actions say of the source, of this file and of what it was made from."""
    label = store.get("active_manifest")
    for _ in range(PARENTS_MAX):
        manifest = store.get("manifests", {}).get(label)
        if manifest is None:
            return
        for assertion in manifest.get("assertions", []):
            if str(assertion.get("label", "")).startswith("c2pa.actions"):
                for action in assertion.get("data", {}).get("actions", []):
                    if kind := action.get("digitalSourceType"):
                        yield str(kind).rsplit("/", 1)[-1]
        label = next(
            (
                ingredient.get("active_manifest")
                for ingredient in manifest.get("ingredients", [])
                if ingredient.get("relationship") == "parentOf"
            ),
            None,
        )
