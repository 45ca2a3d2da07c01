"""Fills a running Nightmarket with a demo world through its public API, and says how it goes."""

import argparse
import asyncio
import random
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from time import perf_counter

from rich.console import Console

from nightmarket.entry import operators
from nightmarket.entry.demo.api import Caller, CallRefused, Newcomer
from nightmarket.entry.demo.crowd import Crowd
from nightmarket.entry.demo.door import (
    FIRST_FILMS,
    NAMES,
    OPERATOR,
    OPERATOR_EMAIL,
    PASSWORD,
    say_ready,
)
from nightmarket.entry.demo.films.avatars import avatar
from nightmarket.entry.demo.films.captions import captions_of
from nightmarket.entry.demo.films.catalogue import catalogue
from nightmarket.entry.demo.films.personas import PERSONAS
from nightmarket.entry.demo.films.plan import FilmPlan
from nightmarket.entry.demo.films.render import film_path, render_all
from nightmarket.entry.demo.folder import FolderShow
from nightmarket.entry.demo.notes import read_notes
from nightmarket.infra import telemetry
from nightmarket.infra.settings import load

SEED = 7
PROCESSES_FIRST = 2
PROCESSES_LATER = 1
"""Later films leave a core to the market: to what they become, and to whoever is watching."""
POLL_S = 0.25
OPERATOR_ROLES = ["operator", "moderator"]


class World:
    """The demo's creators and what they publish."""

    def __init__(
        self,
        base_url: str,
        bulk_key: str,
        data: Path,
        out: Console,
        connect: Callable[[], Caller] | None = None,
    ) -> None:
        """Go on where the notes in `data` end; `connect` makes another kind of caller."""
        self._base_url = base_url
        self._bulk_key = bulk_key
        self._data = data
        self._out = out
        self._notes = read_notes(data)
        self._creators: list[Caller] = []
        self._connect = connect or (lambda: Caller(base_url, bulk_key))
        self._gate = asyncio.Semaphore(2)
        self._began = perf_counter()
        self._is_open = len(self._notes.videos) >= FIRST_FILMS  # Then it was said already.

    async def fill(self, media: Path | None) -> None:
        """Make everything that is not there yet."""
        if self._notes.is_complete and media is None:
            return
        async with AsyncExitStack() as stack:
            await self.sign_up(stack)
            self._step("creators signed up")
            await (self._publish_folder(media) if media else self._publish_films())
            count, refused = len(self._notes.videos), len(self._notes.refused)
            self._step(f"{count} videos can be watched, {refused} refused")
            self._open()
            crowd = Crowd(self._base_url, self._bulk_key, random.Random(SEED))  # noqa: S311
            await crowd.live(stack, self._out)
            self._step("a crowd has watched, liked, followed and talked")
        self._notes.is_complete = True
        self._notes.save()

    def _step(self, what: str) -> None:
        self._out.print(f"  [green]✓[/] {what} [dim]{perf_counter() - self._began:.1f} s[/]")

    async def sign_up(self, stack: AsyncExitStack) -> None:
        """Make the creators, and the viewer whom the door names: the crowd comes later."""
        viewer = await stack.enter_async_context(self._connect())
        await viewer.sign_up(Newcomer(*NAMES[0]), PASSWORD)
        for number, persona in enumerate(PERSONAS):
            caller = await stack.enter_async_context(self._connect())
            newcomer = Newcomer(persona.handle, persona.name, persona.market, persona.language)
            account = await caller.sign_up(newcomer, PASSWORD)
            if not account.get("avatar_url"):
                await caller.set_avatar(avatar(SEED + number), "image/webp")
                await caller.call("PATCH", "/me", {"bio": persona.bio})
            self._creators.append(caller)

    async def _publish_films(self) -> None:
        plans = catalogue(SEED)
        await self._publish_batch(plans[:FIRST_FILMS], PROCESSES_FIRST)
        self._open()
        await self._publish_batch(plans[FIRST_FILMS:], PROCESSES_LATER)

    async def _publish_batch(self, plans: list[FilmPlan], processes: int) -> None:
        """Make and publish these films; returns when all of them are live or refused."""
        tasks = []
        async for plan, path in self._films(plans, processes):
            tasks.append(asyncio.create_task(self._publish_film(plan, path)))
        await asyncio.gather(*tasks)

    async def _films(
        self, plans: list[FilmPlan], processes: int
    ) -> AsyncIterator[tuple[FilmPlan, Path]]:
        """Yield every film as soon as it is made; the ones from an earlier run come first."""
        folder = self._data / "films"
        arrived: asyncio.Queue[FilmPlan | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        waiting = []
        for plan in plans:
            if film_path(plan, folder).exists():
                yield plan, film_path(plan, folder)
            else:
                waiting.append(plan)

        def made(_done: int, _total: int, plan: FilmPlan) -> None:
            loop.call_soon_threadsafe(arrived.put_nowait, plan)

        async def make() -> None:
            try:
                await asyncio.to_thread(render_all, waiting, folder, processes, made)
            finally:
                arrived.put_nowait(None)

        making = asyncio.create_task(make())
        count = len(plans) - len(waiting)
        while (arrival := await arrived.get()) is not None:
            count += 1
            if count % FIRST_FILMS == 0 or count == len(plans):
                self._step(f"{count} of {len(plans)} films made")
            yield arrival, film_path(arrival, folder)
        await making

    async def _publish_film(self, plan: FilmPlan, path: Path) -> None:
        if plan.slug in self._notes.videos:
            return
        creator = self._creators[plan.creator_index % len(self._creators)]
        async with self._gate:
            video = await creator.publish(
                path,
                caption=plan.caption,
                alt_text=plan.alt_text,
                language=plan.language,
                sound={"title": plan.sound_name},
            )
        vtt = captions_of(plan)
        if vtt is not None:
            await creator.add_captions(video["video_id"], plan.language, vtt)
        await self._settled(creator, plan.slug, video["video_id"])

    async def _publish_folder(self, media: Path) -> None:
        await FolderShow(self._creators, self._notes, self._out, self._open).publish(media)

    async def _settled(self, creator: Caller, name: str, video_id: str) -> None:
        """Wait until the video is live; what the server refuses is noted with its words."""
        while True:
            found = await creator.call("GET", f"/videos/{video_id}/progress")
            if found["refusal"] is not None:
                why = found["refusal"]["words"]
                self._notes.refuse(name, why)
                self._out.print(f"  [yellow]–[/] {name}: {why}")
                return
            if found["first_playable"] is not None:
                self._notes.publish(name, video_id)
                return
            await asyncio.sleep(POLL_S)

    def _open(self) -> None:
        if not self._is_open:
            self._is_open = True
            say_ready(self._out, self._base_url, self._data)


async def work(world: World, media: Path | None) -> None:
    """Make the operator's account, then everything that is missing; twice is once."""
    await operators.create(load(), OPERATOR, OPERATOR_EMAIL, PASSWORD, OPERATOR_ROLES)
    await world.fill(media)


def main() -> None:
    """Read the arguments and fill; the environment says where the database is."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--base-url", required=True)
    arguments.add_argument("--data", required=True, type=Path)
    arguments.add_argument("--media", type=Path)
    arguments.add_argument("--bulk-key", default="")
    given = arguments.parse_args()
    telemetry.configure(process="demo", level="warning", otlp_endpoint="")
    out = Console(highlight=False)
    world = World(given.base_url, given.bulk_key, given.data, out)
    try:
        asyncio.run(work(world, given.media))
    except CallRefused as refusal:
        out.print(f"  [red]✗[/] {refusal}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
