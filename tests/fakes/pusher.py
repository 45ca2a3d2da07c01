"""A push service that keeps its word, and a browser that can read what it is sent."""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nightmarket.infra import webpush
from nightmarket.infra.providers.push.pusher import Delivery, Push


@dataclass
class FakePusher:
    """Keeps what it takes; endpoints in `gone` answer that the browser is no more."""

    sent: list[Push] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    async def send(self, push: Push) -> Delivery:
        """Take one message."""
        if push.endpoint in self.gone:
            return Delivery.GONE
        self.sent.append(push)
        return Delivery.TAKEN


class FakeBrowser:
    """Has keys of its own and decrypts as RFC 8291 says."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._key = ec.generate_private_key(webpush.CURVE)
        self._auth = b"sixteen bytes!!!"

    def subscription(self) -> dict[str, object]:
        """Return what `PushSubscription.toJSON()` gives."""
        public = webpush.public_bytes(self._key)
        keys = {"p256dh": webpush.text_of(public), "auth": webpush.text_of(self._auth)}
        return {"endpoint": self.endpoint, "keys": keys}

    def read(self, body: bytes) -> bytes:
        """Return what a message says."""
        salt, length = body[:16], body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        point = ec.EllipticCurvePublicKey.from_encoded_point(webpush.CURVE, sender)
        info = b"WebPush: info\x00" + webpush.public_bytes(self._key) + sender
        secret = webpush._derive(self._auth, self._key.exchange(ec.ECDH(), point), info, 32)
        key = webpush._derive(salt, secret, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = webpush._derive(salt, secret, b"Content-Encoding: nonce\x00", 12)
        return AESGCM(key).decrypt(nonce, sealed, None).removesuffix(b"\x02")
