"""People who act over HTTP in one test: each signed in with a cookie of their own."""

from dataclasses import dataclass
from typing import Any

from httpx import Response
from litestar.testing import AsyncTestClient

from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, VideoId, from_text, to_text
from tests.builders.accounts import sign_up
from tests.builders.videos import Clip, video


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in, whoever else uses the same test client."""

    client: AsyncTestClient[Any]
    account_id: AccountId
    handle: str
    cookie: str

    async def call(self, method: str, path: str, **given: Any) -> Response:
        """Call the API as this person."""
        self.client.cookies.clear()
        headers = {"cookie": self.cookie} | given.pop("headers", {})
        answer = await self.client.request(method, "/api/v1" + path, headers=headers, **given)
        self.client.cookies.clear()
        return answer

    async def ok(self, method: str, path: str, **given: Any) -> Any:
        """Call the API and return what it answers, which must not be a refusal."""
        answer = await self.call(method, path, **given)
        assert answer.status_code < 300, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    async def refused(self, method: str, path: str, **given: Any) -> tuple[int, str]:
        """Call the API and return status and code of the refusal it must answer with."""
        answer = await self.call(method, path, **given)
        assert answer.status_code >= 400, (method, path, answer.status_code, answer.text)
        return answer.status_code, answer.json()["code"]


async def person(client: AsyncTestClient[Any], **given: Any) -> Person:
    """Sign somebody up."""
    client.cookies.clear()
    me = await sign_up(client, **given)
    cookie = f"nm_session={client.cookies['nm_session']}"
    client.cookies.clear()
    return Person(client, AccountId(from_text(me["account_id"])), me["handle"], cookie)


async def publish(services: Services, creator: Person, clip: Clip | None = None) -> str:
    """Write a live video of somebody's; returns its id as text."""
    async with services.database.transaction() as tx:
        return to_text(await video(tx, services, creator.account_id, clip))


def number_of(video_id: str) -> VideoId:
    """Return an id as a number."""
    return VideoId(from_text(video_id))
