"""Web Push cryptography: messages only the browser can read (RFC 8291), signed by us (RFC 8292)."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec
from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PUBLIC_BYTES = 65
AUTH_BYTES = 16
SALT_BYTES = 16
RECORD_BYTES = 4096
PLAIN_BYTES_MAX = 3000
TOKEN_GOOD_FOR = timedelta(hours=12)
"""Push services refuse tokens of more than a day."""
LAST_RECORD = b"\x02"


@dataclass(frozen=True, slots=True)
class Keys:
    """What a browser gave us to write to it: its public key and a secret shared with it."""

    p256dh: bytes = field(repr=False)
    auth: bytes = field(repr=False)


def is_endpoint(text: str) -> bool:
    """Whether this is an https address that a message can be posted to; no name is looked up."""
    if not text.isascii() or not text.isprintable() or " " in text:
        return False
    try:
        place = urlsplit(text)
        return (
            place.scheme == "https"
            and place.username is None
            and place.port != 0
            and bool(place.hostname)
        )
    except ValueError:  # A port or an address in brackets that is none.
        return False


def is_usable(keys: Keys) -> bool:
    """Whether these are a point of the curve and a secret of the right length."""
    if len(keys.p256dh) != PUBLIC_BYTES or len(keys.auth) != AUTH_BYTES:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, keys.p256dh)
    except (ValueError, InvalidKey):
        return False
    return True


def encrypt(plain: bytes, keys: Keys, *, sender: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """Return a message as one `aes128gcm` record; `sender` and `salt` must be fresh each time."""
    assert len(plain) <= PLAIN_BYTES_MAX, len(plain)
    assert len(salt) == SALT_BYTES, len(salt)
    receiver = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, keys.p256dh)
    shared = sender.exchange(ec.ECDH(), receiver)
    sender_public = public_bytes(sender)
    info = b"WebPush: info\x00" + keys.p256dh + sender_public
    secret = _derive(keys.auth, shared, info, 32)
    key = _derive(salt, secret, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derive(salt, secret, b"Content-Encoding: nonce\x00", 12)
    head = salt + RECORD_BYTES.to_bytes(4, "big") + bytes([len(sender_public)]) + sender_public
    return head + AESGCM(key).encrypt(nonce, plain + LAST_RECORD, None)


def signing_key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the house's key for push services, always the same for one secret."""
    seed = hmac.digest(secret, b"web-push-signing-key", hashlib.sha512)
    return ec.derive_private_key(int.from_bytes(seed, "big") % (ORDER - 1) + 1, CURVE)


def authorization(
    key: ec.EllipticCurvePrivateKey, endpoint: str, contact: str, now: datetime
) -> str:
    """Return the `Authorization` header that says who sends, and how to reach them."""
    place = urlsplit(endpoint)
    claims = {
        "aud": f"{place.scheme}://{place.netloc}",
        "exp": int((now + TOKEN_GOOD_FOR).timestamp()),
        "sub": contact,
    }
    body = b".".join(
        text_of(msgspec.json.encode(part)).encode()
        for part in ({"typ": "JWT", "alg": "ES256"}, claims)
    )
    first, second = decode_dss_signature(key.sign(body, ec.ECDSA(hashes.SHA256())))
    signature = text_of(first.to_bytes(32, "big") + second.to_bytes(32, "big"))
    return f"vapid t={body.decode()}.{signature}, k={text_of(public_bytes(key))}"


def public_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a key's public half as browsers want it, 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def text_of(raw: bytes) -> str:
    """Write bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def bytes_of(text: str) -> bytes:
    """Read base64url, padded or not.

    Raises:
        ValueError: it is not.
    """
    return base64.b64decode(
        text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), b"-_", validate=True
    )


def _derive(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    """HKDF of one block (RFC 5869)."""
    pseudorandom = hmac.digest(salt, secret, hashlib.sha256)
    return hmac.digest(pseudorandom, info + b"\x01", hashlib.sha256)[:length]
