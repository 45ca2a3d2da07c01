"""Word lists that come with the domain, each read once."""

import functools
import tomllib
from importlib import resources


@functools.cache
def reserved_handles() -> frozenset[str]:
    """Handles that would pose as the house."""
    return _lines("reserved_handles.txt")


@functools.cache
def common_passwords() -> frozenset[str]:
    """Passwords anybody would try first, in lower case."""
    return _lines("common_passwords.txt")


@functools.cache
def disposable_domains() -> frozenset[str]:
    """Mail domains that hand out addresses for ten minutes: a signal, never a refusal."""
    return _lines("disposable_domains.txt")


def _lines(name: str) -> frozenset[str]:
    folder = resources.files("nightmarket.domains.identity") / "words"
    return frozenset((folder / name).read_text(encoding="utf-8").split())


@functools.cache
def mails(language: str) -> dict[str, dict[str, str]]:
    """Return the mails of a language: purpose → `subject` and `text`, with {fields} to fill."""
    folder = resources.files("nightmarket.domains.identity") / "words" / "mails"
    return tomllib.loads((folder / f"{language}.toml").read_text(encoding="utf-8"))


@functools.cache
def parents() -> dict[str, dict[str, str]]:
    """Return the words of the pages that parents see: language → part → text."""
    folder = resources.files("nightmarket.domains.identity") / "words"
    return tomllib.loads((folder / "parents.toml").read_text(encoding="utf-8"))


@functools.cache
def consent() -> dict[str, dict[str, str]]:
    """Return the words of the page that asks whether a program may act: language → part → text."""
    folder = resources.files("nightmarket.domains.identity") / "words"
    return tomllib.loads((folder / "consent.toml").read_text(encoding="utf-8"))
