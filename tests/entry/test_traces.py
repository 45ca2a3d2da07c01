"""Traces, from real processes to a real collector: what lies in what, and what is never told."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from litestar.testing import AsyncTestClient

from nightmarket.infra.services import Services
from tests.builders.accounts import ADULT, PASSWORD, sign_up
from tests.builders.clips import make_clip
from tests.builders.feed import Film, makers, show
from tests.builders.videos import hand_in, upload
from tests.fakes.clock import HandClock
from tests.fakes.collector import Taken, collecting

ROOT = Path(__file__).parents[2]
SERVER, CLIENT = 2, 3
STATUS = "http.response.status_code"
STOP_S_MAX = 9.0
"""Where the supervisor's patience ends."""


@contextmanager
def process(name: str, services: Services, **settings: str) -> Iterator[int]:
    """One process of the tree on the test's own database, ready; its port. It ends calmly."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    given = {f"NIGHTMARKET_{key.upper()}": value for key, value in settings.items()}
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "DATABASE_URL": services.settings.database_url,
        "NIGHTMARKET_DATA_DIRECTORY": str(services.settings.data_directory),
        "NIGHTMARKET_PORT": str(port),
        "NIGHTMARKET_SECRET": services.settings.secret,
        "OTEL_BSP_SCHEDULE_DELAY": "200",
        **given,
    }
    running = subprocess.Popen(
        [sys.executable, "-m", f"nightmarket.entry.{name}"], env=environment, stdout=subprocess.PIPE
    )
    try:
        assert running.stdout is not None
        assert any(line.strip() == b"ready" for line in running.stdout)
        yield port
        running.send_signal(signal.SIGTERM)
        assert running.wait(STOP_S_MAX) == 0
    finally:
        running.kill()
        running.communicate()


def ask(port: int, path: str, **headers: str) -> httpx.Response:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as browser:
        return browser.get(path, headers=headers)


def names(spans: list[Taken], start: str) -> set[str]:
    return {one.name for one in spans if one.name.startswith(start)}


async def test_one_request_is_one_trace(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """The caller's trace goes on: request, pipeline, stages, and the queries inside of them."""
    clock.instant = datetime.now(UTC)  # The process has the machine's own clock.
    await sign_up(client)
    session = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    await show(services, await makers(services, 2), [Film(), Film(maker=1)])
    trace_id, parent_id = secrets.token_hex(16), secrets.token_hex(8)
    with collecting() as collector, process("web", services, otlp_endpoint=collector.url) as port:
        parent = f"00-{trace_id}-{parent_id}-01"
        answer = ask(port, "/api/v1/feed?limit=4", traceparent=parent, cookie=session)
        top = collector.wait_for("GET /api/v1/feed")

    assert answer.status_code == 200
    assert (top.trace_id, top.parent_id, top.kind) == (trace_id, parent_id, SERVER)
    assert top.service == "nightmarket-web"
    assert top.facts == {
        "http.request.method": "GET",
        "http.route": "/api/v1/feed",
        "http.response.status_code": 200,
        "nightmarket.request_id": answer.headers["x-request-id"],
    }
    spans = collector.below(top)
    [pipeline] = [one for one in spans if one.name == "pipeline"]
    assert pipeline.facts == {"nightmarket.tab": "for_you"}
    stages = collector.below(pipeline)
    assert {"query hydrator standing", "query hydrator memory"} <= names(stages, "query hydrator")
    assert {"source fresh", "source popular", "source explore"} <= names(stages, "source")
    assert {"filter blocked", "filter seen"} <= names(stages, "filter")
    assert {"scorer starter", "selector diverse"} <= names(stages, "s")
    assert names(stages, "late filter") == {"late filter visible"}
    [seen] = [one for one in stages if one.name == "filter seen"]
    counts = {"nightmarket.count_in": 2, "nightmarket.count_out": 2, "nightmarket.failure": ""}
    assert (len(answer.json()["items"]), seen.facts) == (2, counts)
    [standing] = [one for one in stages if one.name == "query hydrator standing"]
    queries = collector.below(standing)
    assert names(queries, "SQL ")
    for query in queries:
        assert query.kind == CLIENT
        assert query.facts["db.system.name"] == "postgresql"
        assert f"SQL {query.facts['db.query.summary']}" == query.name
        assert query.name == query.name.lower().replace("sql", "SQL")
    assert {one.trace_id for one in spans} == {trace_id}


def test_what_people_wrote_is_in_no_trace(services: Services) -> None:
    """Neither an address nor a handle nor a password; a refused name is told by its class only."""
    wish = {
        "handle": "tellnobody",
        "email": "tell.nobody@example.org",
        "password": PASSWORD,
        "birth_date": ADULT.isoformat(),
        "market": "us",
        "language": "en",
    }
    with collecting() as collector, process("web", services, otlp_endpoint=collector.url) as port:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as browser:
            made = browser.post("/api/v1/accounts", json=wish)
            again = browser.post("/api/v1/accounts", json=wish)
            profile = browser.get("/api/v1/profiles/tellnobody?say=tellnobody")
            page = browser.get("/@tellnobody")
        collector.wait_for("GET page")
        collector.wait_for("POST /api/v1/accounts", lambda one: one.facts.get(STATUS) == 409)

    assert [made.status_code, again.status_code] == [201, 409]
    assert [profile.status_code, page.status_code] == [200, 200]
    assert len(collector.named("POST /api/v1/accounts")) == 2
    assert any(one.name.startswith("SQL ") for one in collector.spans)
    sent = b"".join(collector.bodies)
    for secret in ("tellnobody", "tell.nobody", PASSWORD, made.json()["account_id"]):
        assert secret.encode() not in sent
    assert collector.strangers == []


async def test_a_film_in_the_making_is_one_trace(
    client: AsyncTestClient[Any], services: Services, tmp_path: Path
) -> None:
    """The job, the film's steps, its credentials, and the queries that write them down."""
    await sign_up(client)
    film = make_clip(tmp_path / "clip.mp4", seconds=0.6).read_bytes()
    await hand_in(client, await upload(client, film))
    with collecting() as collector, process("media", services, otlp_endpoint=collector.url):
        top = collector.wait_for("job videos.render")

    assert (top.service, top.parent_id, top.is_error) == ("nightmarket-media", "", False)
    spans = collector.below(top)
    assert names(spans, "media ") == {
        "media ReadCredentials",
        "media Render",
        "media finish",
        "media until end",
        "media until facts",
        "media until first_playable",
        "media until poster",
        "media until rendition",
    }
    [render] = [one for one in spans if one.name == "media Render"]
    assert "media until poster" in {one.name for one in collector.below(render)}
    assert names(spans, "SQL ")


def test_a_collector_that_is_away_harms_nobody(services: Services) -> None:
    """Requests are answered, and the process ends within the supervisor's patience."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        with process("web", services, otlp_endpoint=away) as port:
            began = time.monotonic()
            for _ in range(5):
                assert ask(port, "/api/v1/feed").status_code == 200
            assert time.monotonic() - began < STOP_S_MAX


def test_nothing_is_loaded_when_traces_are_off() -> None:
    """No process, with everything the domains bring, knows OpenTelemetry then."""
    code = (
        "import sys\n"
        "from nightmarket.entry import media, realtime, web, wiring, worker\n"
        "from nightmarket.infra import telemetry\n"
        "wiring.routes(), wiring.jobs(), wiring.topics()\n"
        "telemetry.configure(process='web', level='info', otlp_endpoint='')\n"
        "with telemetry.span('x', facts=1):\n"
        "    telemetry.note(facts=2)\n"
        "    telemetry.laps()('y')\n"
        "print([one for one in sys.modules if one.startswith('opentelemetry')])\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_nothing_is_sent_when_traces_are_off(services: Services) -> None:
    """Not even when the library's own variable names a collector."""
    with collecting() as collector:
        os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.url
        try:
            with process("web", services) as port:
                assert ask(port, "/api/v1/feed").status_code == 200
                time.sleep(1)
        finally:
            del os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"]
    assert (collector.bodies, collector.strangers) == ([], [])


def test_a_parent_that_is_none_begins_a_trace(services: Services) -> None:
    """What cannot be read is left alone."""
    with collecting() as collector, process("web", services, otlp_endpoint=collector.url) as port:
        for header in ("", "00-zz-zz-01", "x" * 4000):
            assert ask(port, "/healthz", traceparent=header).status_code == 200
        collector.wait_for("GET /healthz")
    assert [one.parent_id for one in collector.named("GET /healthz")] == ["", "", ""]
