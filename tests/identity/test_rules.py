"""Names, addresses, passwords and who sees whom, as pure rules."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.domains.identity import rules
from nightmarket.domains.identity.actions.change_settings import Document
from nightmarket.domains.identity.actions.know_caller import guest_cookie, read_guest
from nightmarket.domains.identity.errors import (
    BirthDateImpossible,
    EmailMalformed,
    HandleMalformed,
    HandleReserved,
    PasswordWeak,
    ProfileMalformed,
)
from nightmarket.domains.identity.store import words
from nightmarket.domains.identity.store.settings import DEFAULTS
from nightmarket.domains.identity.values import Audience, Follows, Guest, Relation
from nightmarket.domains.markets.values import LANGUAGES
from nightmarket.kernel.ids import GuestId

RESERVED = words.reserved_handles()


@pytest.mark.parametrize(
    ("given_text", "handle"),
    [("@Mia", "mia"), (" mia.lee_7 ", "mia.lee_7"), ("__x__", "__x__"), ("a1", "a1")],
)
def test_handles_have_one_form(given_text: str, handle: str) -> None:
    """Lower case, without the @."""
    assert rules.handle(given_text, RESERVED) == handle


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        ".mia",
        "mia.",
        "mi..a",
        "mia!",
        "a" * 25,
        "___",
        "міа",
        "mia\u200b",
        "ｍｉａ",
        "m a",
    ],
)
def test_handles_that_are_none(text: str) -> None:
    """Other scripts are refused, so no two handles look alike."""
    with pytest.raises(HandleMalformed):
        rules.handle(text, RESERVED)


@pytest.mark.parametrize(
    "text",
    ["admin", "Adm1n", "a.d.m.i.n", "_support_", "5upport", "nightmarket.help", "n1ghtmarket"],
)
def test_nobody_poses_as_the_house(text: str) -> None:
    """Reserved words are caught with digits for letters and dots between them too."""
    with pytest.raises(HandleReserved):
        rules.handle(text, RESERVED)


@given(text=st.text(max_size=40))
def test_a_handle_read_again_is_itself(text: str) -> None:
    """Whatever is accepted is already in its one form, and fits the table's own check."""
    try:
        handle = rules.handle(text, RESERVED)
    except (HandleMalformed, HandleReserved):
        return
    assert rules.handle(handle, RESERVED) == handle
    assert handle.isascii()
    assert rules.HANDLE.fullmatch(handle)


@pytest.mark.parametrize(
    ("text", "sent_to", "key"),
    [
        ("Mia@Example.org", "Mia@example.org", "mia@example.org"),
        (" mia+x@example.org ", "mia+x@example.org", "mia+x@example.org"),
        ("mia@bücher.example", "mia@xn--bcher-kva.example", "mia@xn--bcher-kva.example"),
    ],
)
def test_addresses_and_their_keys(text: str, sent_to: str, key: str) -> None:
    """Mail goes where the person wrote; comparing ignores case."""
    assert rules.email(text) == (sent_to, key)


@pytest.mark.parametrize(
    "text",
    ["", "mia", "@x.org", "mia@", "mia@localhost", "a b@x.org", "mia@x..org", ".m@x.org", "m@-x.org",
     "m@x.org\nBcc: y@z.org", "m\r@x.org", "mia@x.org,y@z.org"],
)  # fmt: skip
def test_addresses_that_are_none(text: str) -> None:
    """Nothing that could end a header or name a second person."""
    with pytest.raises(EmailMalformed):
        rules.email(text)


@given(text=st.text(max_size=60))
def test_no_address_breaks_out_of_a_header(text: str) -> None:
    """Whatever is accepted is one line with one @."""
    try:
        sent_to, key = rules.email(text)
    except EmailMalformed:
        return
    assert sent_to.count("@") == 1
    assert not any(
        unicodedata.category(letter).startswith("C") for letter in sent_to if letter < " "
    )
    assert rules.email(sent_to)[1] == key


@pytest.mark.parametrize(
    "text",
    ["short", "a" * 129, "password1", "PassWord1", "aaaaaaaa", "abababab", "mia@example.org"],
)
def test_passwords_that_would_be_guessed(text: str) -> None:
    """Short, endless, common, repeated, or the person's own."""
    with pytest.raises(PasswordWeak):
        rules.require_password(text, words.common_passwords(), ("mia", "mia@example.org"))


def test_long_phrases_in_any_script_are_passwords() -> None:
    """Length is what counts; no rule asks for a digit."""
    for text in ("correct horse battery", "夜市で会いましょう。", "pasar malam di kota"):
        rules.require_password(text, words.common_passwords(), ("mia",))


def test_names_and_bios_show_what_they_say() -> None:
    """Invisible and direction-changing characters are dropped; emoji keep their joiners."""
    assert rules.display_name("  Mia\u202e  Lee\u200b ") == "Mia Lee"
    family = "👨\u200d👩\u200d👧"
    assert rules.display_name(family) == family
    assert rules.display_name("e\u0301") == "é"
    assert rules.bio("one\n  two \x00\n") == "one\ntwo"
    for text in ("", "\u200b", "x" * 51):
        with pytest.raises(ProfileMalformed):
            rules.display_name(text)
    for text in ("x" * 301, "\n".join("1234567")):
        with pytest.raises(ProfileMalformed):
            rules.bio(text)


@pytest.mark.feature("V93")
@pytest.mark.parametrize(
    "link",
    ["http://x.org", "javascript:alert(1)", "https://x", "https://u:p@x.org", "https://x.org:8443",
     "https://x.org/a b", "https://x.org/\u202egpj.exe", "https://x.org\\@evil.org", "https://[", "ftp://x.org",
     "https://" + "x" * 200 + ".org"],
)  # fmt: skip
def test_links_that_are_refused(link: str) -> None:
    """Only https, no names and passwords, nothing that shows another place than it leads to."""
    with pytest.raises(ProfileMalformed):
        rules.links([link])


def test_links_keep_their_order_once_each() -> None:
    """Up to five."""
    given_links = [f"https://x.org/{number}" for number in range(5)]
    assert rules.links([*given_links[:4], given_links[0]]) == given_links[:4]
    with pytest.raises(ProfileMalformed):
        rules.links([*given_links, "https://y.org"])


def test_birth_dates() -> None:
    """Nobody is born tomorrow or in 1850."""
    today = date(2026, 3, 2)
    rules.require_birth_date(today, today)
    for born in (date(2026, 3, 3), date(1850, 1, 1)):
        with pytest.raises(BirthDateImpossible):
            rules.require_birth_date(born, today)


relations = st.builds(
    Relation,
    you_follow=st.sampled_from(list(Follows)),
    follows_you=st.booleans(),
    you_block=st.booleans(),
    blocks_you=st.booleans(),
    you_mute=st.booleans(),
)
ORDER = [Audience.EVERYONE, Audience.FOLLOWERS, Audience.FRIENDS, Audience.ONLY_ME]


@pytest.mark.feature("V130")
@given(relation=relations, is_private=st.booleans())
def test_a_smaller_audience_never_shows_more(relation: Relation, *, is_private: bool) -> None:
    """Everyone ⊇ followers ⊇ friends ⊇ only me; a block hides all; the owner sees all."""
    seen = [
        rules.may_see(relation, audience, is_owner=False, is_private=is_private)
        for audience in ORDER
    ]
    assert seen == sorted(seen, reverse=True)
    assert not seen[-1]
    if relation.is_blocked:
        assert not any(seen)
    assert all(rules.may_see(relation, one, is_owner=True, is_private=is_private) for one in ORDER)


@given(relation=relations, audience=st.sampled_from(ORDER))
def test_being_private_never_shows_more(relation: Relation, audience: Audience) -> None:
    """Switching to private only hides; muting hides nothing."""
    is_seen = rules.may_see(relation, audience, is_owner=False, is_private=True)
    if is_seen:
        assert rules.may_see(relation, audience, is_owner=False, is_private=False)


GUEST = Guest(guest_id=GuestId(77), market="us", language="de", is_personalised=False)


def test_a_guest_is_read_back() -> None:
    """The cookie carries everything about a guest."""
    assert read_guest(b"secret", guest_cookie(b"secret", GUEST)) == GUEST


@given(at=st.integers(0, 200), letter=st.characters(codec="ascii"))
def test_no_letter_of_a_guest_can_be_changed(at: int, letter: str) -> None:
    """Any change makes the cookie worthless; so does another house's secret."""
    text = guest_cookie(b"secret", GUEST)
    changed = text[: at % len(text)] + letter + text[at % len(text) + 1 :]
    assert read_guest(b"other", text) is None
    if changed != text:
        assert read_guest(b"secret", changed) is None


def test_every_language_has_every_mail() -> None:
    """The same mails with the same fields in every language the interface speaks."""
    fields = {
        purpose: {
            part for part in ("name", "handle", "link", "hours") if f"{{{part}}}" in mail["text"]
        }
        for purpose, mail in words.mails("en").items()
    }
    for language in LANGUAGES:
        mails = words.mails(language)
        assert mails.keys() == fields.keys(), language
        for purpose, mail in mails.items():
            found = {
                part
                for part in ("name", "handle", "link", "hours")
                if f"{{{part}}}" in mail["text"]
            }
            assert found == fields[purpose], (language, purpose)
            assert mail["subject"]


def test_the_settings_schema_and_its_defaults_agree() -> None:
    """One key more in one place would be lost in the other."""
    assert {name: getattr(Document(), name) for name in Document.__struct_fields__} == DEFAULTS
