"""Objects in S3-compatible storage, by boto3 in threads: it has no asynchronous client."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from nightmarket.infra.settings import Settings
from nightmarket.infra.storage import (
    CHUNK_BYTES,
    KEY,
    NoSuchObject,
    ObjectInfo,
    StorageUnavailable,
)

FOREVER = "public, max-age=31536000, immutable"
MISSING = {"404", "NoSuchKey", "NotFound"}
DELETED_AT_ONCE_MAX = 1000
CONNECTIONS_MAX = 32
TRANSFER = TransferConfig(multipart_threshold=16 * 1024 * 1024, max_concurrency=4)


class S3Storage:
    """Objects in one bucket, under the same keys as on a disk."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    async def put(self, key: str, source: Path, content_type: str) -> None:
        """Upload a local file and delete it."""
        extra = {"ContentType": content_type, "CacheControl": FOREVER}

        def put() -> None:
            with _in_words():
                self._client.upload_file(
                    str(source), self._bucket, _checked(key), ExtraArgs=extra, Config=TRANSFER
                )
            source.unlink(missing_ok=True)

        await asyncio.to_thread(put)

    async def put_bytes(self, key: str, content: bytes, content_type: str) -> None:
        """Write a small object."""
        await self._call(
            "put_object",
            Key=_checked(key),
            Body=content,
            ContentType=content_type,
            CacheControl=FOREVER,
        )

    async def info(self, key: str) -> ObjectInfo:
        """Return size and age.

        Raises:
            NoSuchObject: nothing there.
        """
        if not KEY.fullmatch(key) or ".." in key:
            raise NoSuchObject("no such file")
        found = await self._call("head_object", Key=key)
        return ObjectInfo(found["ContentLength"], int(found["LastModified"].timestamp()))

    async def read(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """Yield the bytes `start` (inclusive) to `end` (exclusive) in chunks."""
        if start >= end:
            return
        span = f"bytes={start}-{end - 1}"
        body = (await self._call("get_object", Key=_checked(key), Range=span))["Body"]
        try:
            while chunk := await asyncio.to_thread(_read, body):
                yield chunk
        finally:
            await asyncio.to_thread(body.close)

    async def fetch(self, key: str, target: Path) -> None:
        """Copy an object into a local file."""

        def fetch() -> None:
            with _in_words():
                self._client.download_file(
                    self._bucket, _checked(key), str(target), Config=TRANSFER
                )

        await asyncio.to_thread(fetch)

    async def rename_folder(self, old: str, new: str) -> None:
        """Copy everything to the new folder, then delete the old one; may run again."""
        await asyncio.to_thread(self._copy_folder, old, new)
        await self.delete_folder(old)

    def _copy_folder(self, old: str, new: str) -> None:
        with _in_words():
            for key in self._keys(old):
                target = new + key.removeprefix(old)
                source = {"Bucket": self._bucket, "Key": key}
                self._client.copy(source, self._bucket, target, Config=TRANSFER)

    async def delete(self, key: str) -> None:
        """Delete one object; nothing there is fine."""
        await self._call("delete_object", Key=_checked(key))

    async def delete_folder(self, folder: str) -> None:
        """Delete everything under `folder/`."""
        await asyncio.to_thread(self._delete_folder, folder)

    def _delete_folder(self, folder: str) -> None:
        with _in_words():
            keys = list(self._keys(folder))
            for start in range(0, len(keys), DELETED_AT_ONCE_MAX):
                part = [{"Key": key} for key in keys[start : start + DELETED_AT_ONCE_MAX]]
                self._client.delete_objects(
                    Bucket=self._bucket, Delete={"Objects": part, "Quiet": True}
                )

    def local_path(self, key: str) -> None:
        """Nothing lies on this machine."""
        del key

    def _keys(self, folder: str) -> Iterator[str]:
        _checked(f"{folder}/_")
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=f"{folder}/"
        )
        for page in pages:
            for entry in page.get("Contents", ()):
                yield entry["Key"]

    async def _call(self, verb: str, **params: Any) -> Any:
        def call() -> Any:
            with _in_words():
                return getattr(self._client, verb)(Bucket=self._bucket, **params)

        return await asyncio.to_thread(call)


def from_settings(settings: Settings) -> S3Storage:
    """Return the storage that the settings name."""
    client = boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint_url or None,
        aws_access_key_id=settings.s3_access_key or None,
        aws_secret_access_key=settings.s3_secret_key or None,
        region_name=settings.s3_region,
        config=Config(
            max_pool_connections=CONNECTIONS_MAX,
            retries={"max_attempts": 4, "mode": "standard"},
            connect_timeout=5,
            read_timeout=30,
            # Other makers' services do not know the newer checksum headers.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
    return S3Storage(client, settings.s3_bucket)


def _checked(key: str) -> str:
    assert KEY.fullmatch(key), key
    assert ".." not in key, key
    return key


def _read(body: Any) -> bytes:
    with _in_words():
        chunk: bytes = body.read(CHUNK_BYTES)
        return chunk


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn the library's errors into ours."""
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in MISSING:
            raise NoSuchObject("no such file") from error
        raise StorageUnavailable("the object store refused") from error
    except (BotoCoreError, OSError) as error:
        raise StorageUnavailable("the object store does not answer") from error
