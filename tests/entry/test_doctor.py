"""Promises of the doctor: each trouble is said in words, with what to do; a sound house is fine."""

import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from nightmarket.entry import doctor
from nightmarket.entry.checks import database, machine, outside
from nightmarket.entry.drain import drain
from nightmarket.infra import postgres
from nightmarket.infra.services import Services
from nightmarket.infra.settings import Settings, secret_of
from tests.builders import accounts as people


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Settings:
    """A sound house that rests."""
    settings = Settings(
        data_directory=tmp_path,
        database_url=database_url,
        port=free_port(),
        realtime_port=free_port(),
        disk_free_bytes_min=1,
    )
    secret_of(settings)
    return settings


def said(findings: Any, severity: str) -> list[str]:
    """The words of one severity."""
    return [one.what for one in findings if one.severity == severity]


def test_a_sound_house_is_fine(house: Settings) -> None:
    """Nothing is wrong, and what was looked at is said."""
    found = doctor.examine(house)

    assert said(found, "wrong") == []
    assert {one for one in said(found, "careful") if "connections" not in one} == set()
    assert "the database is up to date" in said(found, "fine")
    assert "every listener has heard everything" in said(found, "fine")
    assert "the media folder can be written, read and deleted from" in said(found, "fine")
    assert not (house.data_directory / "media" / "do" / "doctorprobe").exists()


@pytest.mark.parametrize(
    ("change", "words", "advice"),
    [
        ({"database_url": "postgresql://nobody@127.0.0.1:1/x"}, "does not answer", "DATABASE_URL"),
        ({"disk_free_bytes_min": 1 << 60}, "uploads are refused below", "free some space"),
        ({"smtp_url": "smtp://127.0.0.1:1"}, "does not take mails", "check smtp_url"),
        ({"smtp_url": "http://mail"}, "scheme 'http'", "smtps://"),
        ({"storage": "tape"}, "cannot be 'tape'", "local or s3"),
        ({"storage": "s3"}, "s3_bucket is empty", "name the bucket"),
        ({"secret": "short"}, "shorter than 32", "long random"),
        ({"tls_certificate": "/nowhere.pem"}, "cannot be read", "PEM"),
    ],
)
def test_each_trouble_has_its_words(
    house: Settings, change: dict[str, Any], words: str, advice: str
) -> None:
    """What is wrong, and what to do; the other checks go on."""
    found = [one for one in doctor.examine(replace(house, **change)) if one.severity == "wrong"]

    assert len(found) == 1
    assert words in found[0].what
    assert advice in found[0].what_to_do


def test_a_taken_port_is_told(house: Settings) -> None:
    """Before the start, not after."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", house.port))
        other.listen()
        found = list(machine.ports(house))

    assert said(found, "wrong") == [f"something else listens on 127.0.0.1:{house.port}"]


def test_secrets_others_can_read_are_told(house: Settings) -> None:
    """The key file, and a settings file that holds secrets."""
    (house.data_directory / "secret.key").chmod(0o644)
    (house.data_directory / "settings.toml").write_text('smtp_url = "smtp://me:secret@mail"')
    (house.data_directory / "settings.toml").chmod(0o644)

    found = said(machine.directory(house), "wrong")

    assert len(found) == 2
    assert "sign in as anybody" in found[0]
    assert "holds secrets" in found[1]


def test_a_site_without_encryption_is_told(house: Settings) -> None:
    """Except on this very machine."""
    now = datetime.now(UTC)
    public = replace(house, public_url="http://market.example")

    assert list(machine.certificates(house, now)) == []
    assert "without encryption" in said(machine.certificates(public, now), "careful")[0]
    assert "land in a folder" in said(outside.mail(public), "careful")[0]
    shown = replace(public, show_mails=True)
    assert "take over every account" in said(outside.mail(shown), "wrong")[0]
    assert said(outside.mail(replace(house, show_mails=True)), "wrong") == []


def test_an_old_server_s_data_is_told_and_not_started(tmp_path: Path) -> None:
    """The advice names the command."""
    folder = tmp_path / postgres.FOLDER
    folder.mkdir()
    (folder / "PG_VERSION").write_text("16\n")

    found = list(database.examine(Settings(data_directory=tmp_path), datetime.now(UTC)))

    assert len(found) == 1
    assert "PostgreSQL 16" in found[0].what
    assert "--upgrade-database" in found[0].what_to_do
    assert [path.name for path in folder.iterdir()] == ["PG_VERSION"]


def test_missing_migrations_are_told(house: Settings) -> None:
    """By name."""
    with psycopg.connect(house.database_url) as connection:
        connection.execute("DELETE FROM _yoyo_migration WHERE migration_id = '0030_pre_moderation'")

    found = said(database.examine(house, datetime.now(UTC)), "wrong")

    assert found == ["1 migrations have not run: 0030_pre_moderation"]


def test_an_empty_database_is_not_wrong(server_url: str, house: Settings) -> None:
    """It only has no tables yet."""
    empty = replace(
        house, database_url=psycopg.conninfo.make_conninfo(server_url, dbname="template1")
    )

    found = list(database.examine(empty, datetime.now(UTC)))

    assert said(found, "wrong") == []
    assert "the database has no tables yet" in said(found, "careful")


async def test_late_listeners_and_buried_facts_are_told(
    services: Services, house: Settings
) -> None:
    """With their names, how late, and the error."""
    async with services.database.transaction() as tx:
        await people.account(tx, services)
    await drain(services)
    async with services.database.transaction() as tx:
        await people.account(tx, services)
        await tx.run(
            "INSERT INTO infra_outbox_buried (listener, seq, name, payload, error, buried_at_us) "
            "VALUES ('search.people', 1, 'x', '', 'Traceback ...' || chr(10) || 'KeyError: 7', 1)"
        )
    settings = replace(house, database_url=services.settings.database_url)
    soon = services.clock() + timedelta(minutes=2)

    careful = said(database.examine(settings, soon), "careful")
    wrong = said(database.examine(settings, soon + timedelta(hours=1)), "wrong")

    assert any("up to 120 s behind" in one and "search.people (" in one for one in careful)
    assert any(one.endswith("failed on them; the last error: KeyError: 7") for one in careful)
    assert any("up to 3720 s behind" in one for one in wrong)


def test_clocks_that_disagree_are_told(house: Settings) -> None:
    """Half a minute is too much for one-time codes and tickets."""
    later = datetime.now(UTC) + timedelta(seconds=40)

    assert any("40 s apart" in one for one in said(database.examine(house, later), "wrong"))


def test_a_mail_server_that_answers_is_fine(house: Settings) -> None:
    """A conversation as any server has it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_serve, args=(listening,))
        thread.start()
        port = listening.getsockname()[1]
        settings = replace(
            house, smtp_url=f"smtp://127.0.0.1:{port}", mail_from="Market <hello@example.org>"
        )
        found = list(outside.mail(settings))
        thread.join()

    assert [(one.severity, one.what) for one in found] == [
        ("fine", "the mail server 127.0.0.1 answers")
    ]


def _serve(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.sendall(b"220 ready\r\n")
        while line := connection.recv(1024):
            if line.upper().startswith(b"QUIT"):
                connection.sendall(b"221 bye\r\n")
                return
            connection.sendall(b"250 fine\r\n")
