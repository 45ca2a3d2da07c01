"""One suite for both storages: the local disk, and S3 as its test server speaks it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from nightmarket.infra import s3
from nightmarket.infra.settings import Settings
from nightmarket.infra.storage import LocalStorage, NoSuchObject, Storage, StorageUnavailable

FILM = bytes(range(256)) * 4096


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of an S3 service on this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def in_bucket(endpoint: str, bucket: str) -> s3.S3Storage:
    """Return the storage of one bucket."""
    return s3.from_settings(
        Settings(
            storage="s3",
            s3_endpoint_url=endpoint,
            s3_bucket=bucket,
            s3_access_key="test",
            s3_secret_key="test",
        )
    )


@pytest.fixture(params=["local", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Each storage in turn, empty."""
    if request.param == "local":
        return LocalStorage(tmp_path / "media")
    found = in_bucket(
        request.getfixturevalue("endpoint"),
        f"bucket-{tmp_path.name.lower()[:20]}-{id(tmp_path)}".replace("_", "-"),
    )
    found._client.create_bucket(Bucket=found._bucket)
    return found


async def everything(storage: Storage, key: str, start: int, end: int) -> bytes:
    """Read a range."""
    return b"".join([chunk async for chunk in storage.read(key, start, end)])


async def test_what_is_put_is_read_back(storage: Storage, tmp_path: Path) -> None:
    """A file is taken over, its size known, and any range of it read."""
    source = tmp_path / "film"
    source.write_bytes(FILM)
    await storage.put("abc123/720.mp4", source, "video/mp4")
    assert not source.exists()
    assert (await storage.info("abc123/720.mp4")).size_bytes == len(FILM)
    assert await everything(storage, "abc123/720.mp4", 0, len(FILM)) == FILM
    assert await everything(storage, "abc123/720.mp4", 700_001, 700_010) == FILM[700_001:700_010]
    assert await everything(storage, "abc123/720.mp4", 5, 5) == b""
    target = tmp_path / "copy"
    await storage.fetch("abc123/720.mp4", target)
    assert target.read_bytes() == FILM


async def test_a_folder_moves_and_goes_as_one(storage: Storage) -> None:
    """After a move the old addresses are dead; moving again, or deleting nothing, is fine."""
    for name in ("a.webp", "b.webp"):
        await storage.put_bytes(f"old1/{name}", name.encode(), "image/webp")
    await storage.put_bytes("old12/c.webp", b"stays", "image/webp")
    for _ in range(2):
        await storage.rename_folder("old1", "new1")
    assert await everything(storage, "new1/b.webp", 0, 6) == b"b.webp"
    with pytest.raises(NoSuchObject):
        await storage.info("old1/a.webp")
    assert (await storage.info("old12/c.webp")).size_bytes == 5
    await storage.delete("new1/a.webp")
    await storage.delete("new1/a.webp")
    await storage.delete_folder("new1")
    await storage.delete_folder("new1")
    for key in ("new1/a.webp", "new1/b.webp"):
        with pytest.raises(NoSuchObject):
            await storage.info(key)


@pytest.mark.parametrize(
    "key", ["", "abc", "../x/y.mp4", "abc/../y.mp4", "ABC/y.mp4", "abc/.hidden"]
)
async def test_odd_keys_are_nothing(storage: Storage, key: str) -> None:
    """Nothing outside of the storage is ever named."""
    with pytest.raises(NoSuchObject):
        await storage.info(key)


async def test_a_dead_object_store_is_unavailable() -> None:
    """Nobody listens: worth another try, and said so."""
    dead: Any = in_bucket("http://127.0.0.1:9", "bucket")
    with pytest.raises(StorageUnavailable):
        await dead.info("abc123/720.mp4")
