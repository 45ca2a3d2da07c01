"""Routes: the page a parent's link opens, and their answer. Nobody signs in for it."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromQuery

from nightmarket.domains.identity.actions import ask_parent
from nightmarket.domains.identity.actions.ask_parent import PAGE_PATH, Asked
from nightmarket.domains.identity.actions.sign_up import starts
from nightmarket.domains.identity.errors import LinkExpired
from nightmarket.domains.identity.routes.oauth import PAGE_HEADERS, STYLE
from nightmarket.domains.identity.routes.payloads import Text
from nightmarket.domains.identity.store import people, words
from nightmarket.domains.identity.store.parents import Awaiting
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services

YES, NO, BACK = "yes", "no", "withdraw"


class ParentAnswer(msgspec.Struct, kw_only=True):
    """What the page sends: `decision` is yes or no, or withdraw for what was agreed to."""

    token: Text
    decision: Text


@get(PAGE_PATH)
async def show_question(
    tx: Tx, subject: Subject, now: datetime, token: FromQuery[str] = ""
) -> Response[str]:
    """Show a parent what they are asked, or how to take back what they agreed to."""
    try:
        asked = await ask_parent.read_link(tx, now, token)
    except LinkExpired:
        return _page(subject.language, "expired", {})
    if asked.waiting is not None:
        return _question(asked.waiting, token, now)
    return await _withdrawal(tx, asked, token)


@post(PAGE_PATH, status_code=200)
async def take_answer(
    tx: Tx,
    services: Services,
    subject: Subject,
    now: datetime,
    data: Annotated[ParentAnswer, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[str]:
    """Take a parent's answer; each link is answered once."""
    try:
        asked = await ask_parent.read_link(tx, now, data.token)
        return await _answered(tx, services, now, asked, data.decision)
    except LinkExpired:
        return _page(subject.language, "expired", {})


async def _answered(
    tx: Tx, services: Services, now: datetime, asked: Asked, decision: str
) -> Response[str]:
    waiting, consent = asked.waiting, asked.consent
    if waiting is not None and decision in {YES, NO}:
        names = {"name": waiting.name, "handle": waiting.handle}
        if decision == NO:
            await ask_parent.refuse(tx, waiting)
            return _page(waiting.language, "refused", names)
        await ask_parent.agree(tx, services, now, waiting)
        return _page(waiting.language, "agreed", names)
    if consent is not None and decision == BACK:
        account = (await people.accounts(tx, [consent.account_id]))[consent.account_id]
        await ask_parent.withdraw(tx, services, now, consent)
        names = {"name": account.name, "handle": account.handle}
        return _page(account.language, "withdrawn", names)
    raise LinkExpired("this is no answer to what was asked")


def _question(waiting: Awaiting, token: str, now: datetime) -> Response[str]:
    """Write what is asked, with what holds for such an account in its market."""
    is_private, is_personalised = starts(
        waiting.market, waiting.birth_date, now, has_parental_consent=True
    )
    said = words.parents()[waiting.language]
    names = {"name": waiting.name, "handle": waiting.handle}
    more = [said["asked_private"]] * is_private + [said["asked_unlearned"]] * (not is_personalised)
    buttons = ((YES, "agree"), (NO, "refuse"))
    fields = names | {"authority": waiting.authority}
    return _page(waiting.language, "asked", fields, (token, buttons), more=more)


async def _withdrawal(tx: Tx, asked: Asked, token: str) -> Response[str]:
    assert asked.consent is not None
    account_id = asked.consent.account_id
    account = (await people.accounts(tx, [account_id]))[account_id]
    fields = {"name": account.name, "handle": account.handle}
    return _page(account.language, "given", fields, (token, ((BACK, "withdraw"),)))


def _page(
    language: str,
    part: str,
    fields: dict[str, str],
    form: tuple[str, tuple[tuple[str, str], ...]] | None = None,
    *,
    more: Sequence[str] = (),
) -> Response[str]:
    """Write a page; `form` is the link's token, and each button's value and word.

    `more`: paragraphs that hold for this account only.
    """
    said = words.parents()[language]
    filled = {name: escape(value) for name, value in fields.items()}
    title, text = (said[f"{part}_{one}"].format_map(filled) for one in ("title", "text"))
    texts = [*text.strip().split("\n"), *(one.format_map(filled) for one in more)]
    paragraphs = "".join(f"<p>{one}</p>" for one in texts)
    asked = ""
    if form is not None:
        buttons = "".join(
            f'<button name="decision" value="{value}">{said[word]}</button>'
            for value, word in form[1]
        )
        asked = (
            f'<form method="post" action="{PAGE_PATH}">'
            f'<input type="hidden" name="token" value="{escape(form[0])}">{buttons}</form>'
        )
    html = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<style>{STYLE}</style><main><h1>{title}</h1>{paragraphs}{asked}</main></html>"
    )
    return Response(html, media_type="text/html; charset=utf-8", headers=PAGE_HEADERS)


ROUTES = (show_question, take_answer)
