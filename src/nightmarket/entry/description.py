"""The OpenAPI document as it is told: what every refusal looks like, and bodies that are bytes."""

from dataclasses import fields
from typing import Any

import msgspec
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import OpenAPI
from typing_extensions import override

from nightmarket.domains.analytics.values import ReportedEvents
from nightmarket.infra.http import PROBLEM, Problem

REFERENCES = "#/components/schemas/{name}"
METHODS = {"get", "put", "post", "delete", "options", "head", "patch"}
MALFORMED = "400"
"""The framework documents its own shape for it, which is never sent."""
REFUSAL = {
    "description": "Refused, or failed: RFC 9457 problem details with a stable code",
    "content": {PROBLEM: {"schema": {"$ref": REFERENCES.format(name="Problem")}}},
}
BYTES = {"type": "string", "format": "binary"}
TUS = {"Tus-Resumable": {"type": "string", "enum": ["1.0.0"]}}
WHOLE = {"type": "string", "pattern": "^[0-9]{1,12}$"}
UPLOAD, PIECE = "/api/v1/uploads", "application/offset+octet-stream"
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("/api/v1/events", "post"): {
        "application/json": {"$ref": REFERENCES.format(name="ReportedEvents")}
    },
    ("/api/v1/me/avatar", "put"): {"image/*": BYTES},
    ("/api/v1/videos/{video_id}/captions/{language}", "put"): {"text/vtt": {"type": "string"}},
    (UPLOAD + "/{upload_id}", "patch"): {PIECE: BYTES},
}
"""Bodies that handlers read by themselves: path and method → media type → schema."""
HEADERS: dict[tuple[str, str], dict[str, dict[str, Any]]] = {
    (UPLOAD, "post"): {**TUS, "Upload-Length": WHOLE},
    (UPLOAD + "/{upload_id}", "head"): TUS,
    (UPLOAD + "/{upload_id}", "patch"): {**TUS, "Upload-Offset": WHOLE},
    (UPLOAD + "/{upload_id}", "delete"): TUS,
}
"""Headers that handlers read by themselves, all required: path and method → name → schema."""
ANSWERS = {
    ("/api/v1/embeds/{video_id}", "get"): "text/html",
    ("/api/v1/videos/{video_id}/captions/{language}", "get"): "text/vtt",
    ("/api/v1/oauth/authorize", "get"): "text/html",
    ("/api/v1/parental-consent", "get"): "text/html",
    ("/api/v1/parental-consent", "post"): "text/html",
}
"""Answers that are text: path and method → media type."""
TOKEN_REFUSAL = {
    "description": "Refused as RFC 6749 says",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {
                    "error": {"type": "string"},
                    "error_description": {"type": "string"},
                },
                "required": ["error"],
            }
        },
        PROBLEM: {"schema": {"$ref": REFERENCES.format(name="Problem")}},
    },
}
MORE: dict[tuple[str, str], dict[str, Any]] = {
    ("/api/v1/oauth/token", "post"): {MALFORMED: TOKEN_REFUSAL},
    ("/api/v1/oauth/authorize", "get"): {"303": {"description": "Sign in first, or a refusal"}},
}
"""Answers that no signature shows: path and method → status → answer."""
BODILESS = {"204", "303"}


class Told(OpenAPI):
    """The framework's document, corrected when it is written out."""

    @override
    def to_schema(self) -> dict[str, Any]:
        """Return the document with our refusals and the bodies that no signature shows."""
        document = super().to_schema()
        schemas = document["components"]["schemas"]
        ours = msgspec.json.schema_components([Problem, ReportedEvents], ref_template=REFERENCES)[1]
        schemas.update(ours)
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                if method in METHODS:
                    _correct(operation, (path, method))
        return document


def _correct(operation: dict[str, Any], place: tuple[str, str]) -> None:
    responses = operation["responses"]
    responses.pop(MALFORMED, None)
    for status, response in responses.items():
        if status in BODILESS or place[1] == "head":
            response.pop("content", None)
        elif place in ANSWERS:
            response["content"] = {ANSWERS[place]: {"schema": {"type": "string"}}}
    responses["default"] = REFUSAL
    responses.update(MORE.get(place, {}))
    if place in BODIES:
        content = {kind: {"schema": schema} for kind, schema in BODIES[place].items()}
        operation["requestBody"] = {"required": True, "content": content}
    for name, schema in HEADERS.get(place, {}).items():
        told = {"name": name, "in": "header", "required": True, "schema": schema}
        operation.setdefault("parameters", []).append(told)


class Description(OpenAPIConfig):
    """Makes documents that are corrected."""

    @override
    def to_openapi_schema(self) -> OpenAPI:
        """Return an empty document; the framework fills it."""
        made = super().to_openapi_schema()
        return Told(**{one.name: getattr(made, one.name) for one in fields(made)})
