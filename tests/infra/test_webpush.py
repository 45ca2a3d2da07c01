"""Web Push cryptography against the example of RFC 8291, and the token against its own key."""

import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from nightmarket.infra import webpush
from nightmarket.infra.providers.push.pusher import Delivery, Push
from nightmarket.infra.providers.push.web import PushUnavailable, WebPusher, outcome
from nightmarket.infra.webpush import Keys, bytes_of, text_of

pytestmark = pytest.mark.feature("V92")
RECEIVER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
MESSAGE = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
    "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
    "lcy4a-fN"
)


def test_the_message_of_the_standard() -> None:
    """The example of RFC 8291, appendix A, byte for byte."""
    sender = ec.derive_private_key(int.from_bytes(bytes_of(SENDER), "big"), webpush.CURVE)
    made = webpush.encrypt(
        b"When I grow up, I want to be a watermelon",
        Keys(bytes_of(RECEIVER), bytes_of(AUTH)),
        sender=sender,
        salt=bytes_of(SALT),
    )
    assert text_of(made) == MESSAGE


def test_the_token_is_signed_for_the_service_it_goes_to() -> None:
    """Audience, end and contact are said, and the signature is the key's; one secret, one key."""
    key = webpush.signing_key(b"secret")
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    header = webpush.authorization(key, "https://push.example:8443/a/b", "mailto:a@b.example", now)
    token, public = header.removeprefix("vapid t=").split(", k=")
    head, claims, signature = token.split(".")
    assert json.loads(bytes_of(claims)) == {
        "aud": "https://push.example:8443",
        "exp": int(now.timestamp()) + 12 * 3600,
        "sub": "mailto:a@b.example",
    }
    raw = bytes_of(signature)
    encoded = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    verifier = ec.EllipticCurvePublicKey.from_encoded_point(webpush.CURVE, bytes_of(public))
    verifier.verify(encoded, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    assert public == text_of(webpush.public_bytes(webpush.signing_key(b"secret")))


@pytest.mark.parametrize(
    "keys",
    [
        Keys(b"", b""),
        Keys(b"\x04" + b"\x01" * 64, b"x" * 16),
        Keys(bytes_of(RECEIVER), b"x" * 15),
        Keys(bytes_of(RECEIVER)[:-1], b"x" * 16),
    ],
)
def test_keys_that_are_none(keys: Keys) -> None:
    """A point off the curve and a secret of the wrong length are seen."""
    assert not webpush.is_usable(keys)
    assert webpush.is_usable(Keys(bytes_of(RECEIVER), bytes_of(AUTH)))


def test_what_services_answer() -> None:
    """Taken, gone and refused are told apart; patience is asked for by raising."""
    assert outcome(201, "x") is Delivery.TAKEN
    assert outcome(410, "x") is Delivery.GONE
    assert outcome(404, "x") is Delivery.GONE
    assert outcome(400, "x") is Delivery.REFUSED
    for status in (429, 500, 503):
        with pytest.raises(PushUnavailable):
            outcome(status, "x")


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://10.0.0.8/x",
        "https://169.254.169.254/latest/meta-data",
        "https:///x",
    ],
)
async def test_nothing_inside_the_house_is_called(endpoint: str) -> None:
    """Plain http and private addresses are refused before anything is connected to."""
    assert await WebPusher().send(Push(endpoint, {}, b"x")) is Delivery.REFUSED
