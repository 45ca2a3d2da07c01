"""The mails a market writes into its folder, and the links people open from them."""

import re
from email import message_from_bytes
from pathlib import Path

import pytest
from playwright.sync_api import Page


def mail_to(folder: Path, address: str, about: str = "") -> str:
    """The words of the newest mail to somebody that speak about something, or nothing."""
    for path in sorted(folder.glob("**/*.eml"), key=lambda one: -one.stat().st_mtime):
        mail = message_from_bytes(path.read_bytes())
        if address in str(mail["To"]):
            parts = [part for part in mail.walk() if part.get_content_type() == "text/plain"]
            body = parts[0].get_payload(decode=True)
            text = body.decode("utf-8") if isinstance(body, bytes) else ""
            if about in text:
                return text
    return ""


def link_for(page: Page, folder: Path, address: str, way: str = "/verify") -> str:
    """Where the link of somebody's mail leads; waits until the mail is there."""
    for _ in range(100):
        link = re.search(rf"{way}\S+", mail_to(folder, address, f"{way}?"))
        if link:
            return link.group()
        page.wait_for_timeout(100)
    pytest.fail(f"no mail came to {address}")
