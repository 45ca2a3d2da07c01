"""`nightmarket admin`: what the people who run it do: their accounts, looking into a page."""

import asyncio
from dataclasses import replace
from typing import Annotated

import typer

from nightmarket.entry import operators, served
from nightmarket.entry.terminal import Data, database, out, settings_for

ROLES_DEFAULT = ["operator"]

app = typer.Typer(
    name="admin",
    no_args_is_help=True,
    help="Accounts of the people who run it, and what a page was made of.",
)


@app.command("create")
def create(
    handle: str,
    email: str,
    data: Data = None,
    role: Annotated[list[str], typer.Option(help="operator, moderator, auditor")] = ROLES_DEFAULT,
) -> None:
    """Make an operator's account; asks for the password."""
    settings = settings_for(data, None)
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    with database(settings) as url:
        asyncio.run(
            operators.create(replace(settings, database_url=url), handle, email, password, role)
        )
    out.print(f"{handle} can sign in at {settings.public_url}")


@app.command("record")
def record(
    request: str,
    data: Data = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, rivals too.")] = False,
) -> None:
    """Show what a page of the feed was made of, by the `request_id` that came with it."""
    settings = settings_for(data, None)
    with database(settings) as url:
        found = asyncio.run(served.find(replace(settings, database_url=url), request))
    if as_json:
        out.print_json(data=found)
    else:
        served.show(out, found)
