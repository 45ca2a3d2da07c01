"""Follow a render: every step is written, told to open pages, and may put the video live."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import msgspec

from nightmarket.domains.videos.actions.advance_video import advance_video, tell_changed, topic
from nightmarket.domains.videos.rules import wishes as checks
from nightmarket.domains.videos.store import cards, changes, work
from nightmarket.domains.videos.values import MediaDocument, RenderState, Rendition, VideoState
from nightmarket.infra import realtime, telemetry, workshops
from nightmarket.infra.db import Tx
from nightmarket.infra.media import job as media
from nightmarket.infra.media.crop import cropped_size
from nightmarket.infra.media_http import content_type
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds

NEWS_EVERY_S = 0.25
"""Fractions come a hundred times a film; open pages are told four times a second at most."""

Render: TypeAlias = Callable[[Callable[[media.Progress], None]], Awaitable[media.RenderResult]]


class GivenUp(Exception):  # Control flow between the job and its steps.
    """The video was deleted, or a newer attempt took over."""


class Steps:
    """What one attempt has reached so far."""

    def __init__(
        self,
        wanted: work.Work,
        attempt: int,
        services: Services,
        credentials: "asyncio.Task[media.Credentials]",
    ) -> None:
        self._wanted = wanted
        self._video_id = wanted.video_id
        self._attempt = attempt
        self._media_key = wanted.media_key
        self._services = services
        self._credentials = credentials
        self._are_credentials_kept = False
        self._document = MediaDocument()
        self._state = RenderState.PROBING
        self._fraction = 0.0
        self._told_at_s = 0.0
        self._notes: asyncio.Queue[media.Progress | None] = asyncio.Queue()

    async def follow(self, render: Render) -> media.RenderResult:
        """Run the render and write its steps in order; returns when both are through.

        Raises:
            GivenUp: nobody wants the result any more; the render is stopped.
            Refused, Unavailable: as the render does.
        """
        working = asyncio.ensure_future(render(self._notes.put_nowait))
        writing = asyncio.create_task(self._write_all())
        try:
            await asyncio.wait({working, writing}, return_when=asyncio.FIRST_COMPLETED)
            if writing.done():
                writing.result()
            result = await working
            self._notes.put_nowait(None)
            await writing
        finally:
            for task in (working, writing):
                task.cancel()
            await asyncio.gather(working, writing, return_exceptions=True)
        return result

    async def learn_credentials(self) -> None:
        """Wait for the Content Credentials and write what they say, once."""
        if self._are_credentials_kept:
            return
        found = await self._credentials
        self._are_credentials_kept = True
        async with self._services.database.transaction() as tx:
            if await changes.take(tx, self._video_id) is None:
                raise GivenUp
            await work.set_credentials(
                tx, self._video_id, msgspec.json.encode(found), is_ai=found.is_ai_generated
            )

    async def _write_all(self) -> None:
        while (note := await self._notes.get()) is not None:
            if note.step is media.Step.FRACTION and not self._is_time():
                continue
            await self._write(note)

    def _is_time(self) -> bool:
        now_s = asyncio.get_running_loop().time()
        is_time = self._notes.empty() and now_s - self._told_at_s >= NEWS_EVERY_S
        if is_time:
            self._told_at_s = now_s
        return is_time

    async def _write(self, note: media.Progress) -> None:
        self._fraction = max(self._fraction, min(note.fraction, 1.0))
        self._apply(note)
        await self._upload(note)
        is_first = note.step is media.Step.FIRST_PLAYABLE
        if is_first:
            await self.learn_credentials()  # The label is part of what is published.
        services = self._services
        async with services.database.transaction() as tx:
            # The video before its work, as everywhere; and whoever hears of it finds it there.
            if await changes.take(tx, self._video_id) is None:
                raise GivenUp
            step = work.StepNote(
                self._video_id, self._attempt, self._state, self._fraction, self._document
            )
            if not await work.step(tx, step, microseconds(services.clock())):
                raise GivenUp
            if is_first or note.step is media.Step.POSTER:
                await self._show(tx)
            await realtime.tell(tx, topic(self._video_id), "progress", self._news())
        if is_first:
            telemetry.log("video_playable", video_id=self._video_id)
            await workshops.current().warm()  # The next film need not wait for this one's end.

    async def _show(self, tx: Tx) -> None:
        services = self._services
        now = services.clock()
        before = (await cards.cards(tx, [self._video_id]))[self._video_id]
        if before.state == VideoState.LIVE:
            await tell_changed(tx, services, before, now)
        else:
            await advance_video(tx, services, self._video_id, now)

    def _apply(self, note: media.Progress) -> None:
        document = self._document
        if note.facts is not None:
            facts = note.facts
            width, height = cropped_size(facts.width, facts.height, crop_of(self._wanted))
            document = replace(
                document,
                width=width,
                height=height,
                duration_ms=checks.cut_length_ms(
                    facts.duration_ms, self._wanted.trim_start_ms, self._wanted.trim_end_ms
                ),
                has_sound=facts.audio_codec is not None,
            )
        if note.posters:
            document = replace(
                document, poster=note.posters[-1], placeholder=note.placeholder or ""
            )
        if note.step is media.Step.FIRST_PLAYABLE:
            self._state = RenderState.PLAYABLE
            if note.rendition is None:
                document = replace(document, hls_file=note.playable)
        if note.rendition is not None:
            made = (*document.renditions, rendition(note.rendition))
            document = replace(document, renditions=made)
        if note.step is media.Step.RENDITION:
            self._state = RenderState.RENDERING
        self._document = document

    async def _upload(self, note: media.Progress) -> None:
        """Bring a finished file to a storage that is elsewhere; growing playlists stay here."""
        storage, key = self._services.storage, self._media_key
        if storage.local_path(f"{key}/any") is not None:
            return
        folder = self._services.settings.data_directory / "work" / key
        files = [*note.posters, *([note.rendition.file] if note.rendition else [])]
        for file in files:
            await storage.put_bytes(
                f"{key}/{file}",
                await asyncio.to_thread(Path(folder / file).read_bytes),
                content_type(file),
            )
        if note.step is media.Step.FIRST_PLAYABLE and note.rendition is None:
            self._document = replace(self._document, hls_file=None)

    def _news(self) -> dict[str, object]:
        document, key = self._document, self._media_key
        first = next((one.file for one in document.renditions), document.hls_file)
        return {
            "state": self._state.value,
            "fraction": round(self._fraction, 3),
            "first_playable": None if first is None else f"/media/{key}/{first}",
            "renditions_done": [one.name for one in document.renditions],
            "refusal": None,
        }


def crop_of(found: work.Work) -> media.Crop | None:
    """Return the part of the picture that a video keeps; None: all of it."""
    return None if found.crop is None else media.Crop(*found.crop)


def rendition(made: media.Rendition) -> Rendition:
    """Return what is kept of a rendition."""
    return Rendition(
        made.name, made.file, made.width, made.height, made.bitrate_bps, made.bytes, made.codecs
    )
