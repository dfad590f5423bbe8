"""`yosafe user`: who may sign in."""

import click

from yosafe import settings
from yosafe.accounts import actions, linked, queries, second_factor
from yosafe.accounts.permissions import Role
from yosafe.accounts.schemas import AddUser, LinkIdentity, MakeKey
from yosafe.forms.read import to_struct

from . import format_option, print_json
from .database import actor, as_option, run


@click.group(name="user")
def command() -> None:
    """People who sign in, and keys that act for them."""


def _link(token: str) -> str:
    return f"{settings.read().public_url}/set-password/{token}"


@command.command("add")
@click.argument("address", metavar="EMAIL")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--agency", required=True, help="Short name of the agency.")
@as_option
def add(address: str, name: str, role: str, agency: str, email: str | None) -> None:
    """Add a user and print the link with which they choose a password. It works once, for three days."""
    new = to_struct(AddUser, {"email": address, "name": name, "role": role, "agency": agency})

    async def work() -> str:
        return (await actions.add_user(new, by=await actor(email)))[1]

    click.echo(f"Give this link to {name}, and to nobody else. It works once, for three days:\n{_link(run(work))}")


@command.command("list")
@format_option
def list_command(form: str) -> None:
    """Every user."""
    found = run(queries.users)
    if form == "json":
        print_json(found)
        return
    for user in found:
        state = "disabled" if user.disabled else "no password yet" if user.waiting_for_password else "working"
        click.echo(f"{user.email:<36} {user.role.value:<14} {user.agency:<24} {state:<16} {user.name}")


@command.command("disable")
@click.argument("address", metavar="EMAIL")
@as_option
def disable(address: str, email: str | None) -> None:
    """Shut an account; its sessions and keys end at once."""

    async def work() -> None:
        await actions.disable_user(address, by=await actor(email))

    run(work)
    click.echo("Disabled. Nothing that this person recorded has changed.")


@command.command("reset")
@click.argument("address", metavar="EMAIL")
@as_option
def reset(address: str, email: str | None) -> None:
    """Take the password away, end every session and every API key, and print a new link."""

    async def work() -> tuple[str, int]:
        return await actions.reset_user(address, by=await actor(email))

    token, keys = run(work)
    ended = f"Every session and every API key ({keys}) has ended." if keys else "Every session has ended."
    click.echo(f"{ended} Give this link to the person, and to nobody else:\n{_link(token)}")


@command.command("key")
@click.argument("address", metavar="EMAIL")
@click.option("--name", required=True, help="What the key is for.")
@click.option("--scope", multiple=True, metavar="PERMISSION", help="What it may, once for each. Without it: all that the user may.")
@click.option("--days", type=click.IntRange(1, 365), default=365, show_default=True, help="For how many days it works.")
@as_option
def key(address: str, name: str, scope: tuple[str, ...], days: int, email: str | None) -> None:
    """Make an API key that acts for a user, and print it. It is not shown again."""
    new = to_struct(MakeKey, {"email": address, "name": name, "scope": [*scope], "days": days})

    async def work() -> str:
        return (await actions.make_key(new, by=await actor(email))).key

    click.echo(run(work))


@command.command("rotate-key")
@click.argument("number", type=int)
@as_option
def rotate_key(number: int, email: str | None) -> None:
    """Print a new API key in place of another, which works for seven more days beside it."""

    async def work() -> str:
        return (await actions.rotate_key(number, by=await actor(email))).key

    click.echo(run(work))


@command.command("take-phone")
@click.argument("address", metavar="EMAIL")
@as_option
def take_phone(address: str, email: str | None) -> None:
    """Take away the phone and the recovery codes of someone who lost them; their sessions end, and they are told.

    Make sure first that it is they who ask. Where their role signs in with codes, they set up another phone when they sign in next."""
    from yosafe import composition  # noqa: F401  # how they are told

    async def work() -> None:
        await second_factor.take_away((await queries.user_called(address)).id, by=await actor(email))

    run(work)
    click.echo("Taken away, and every session has ended.")


@command.command("link")
@click.argument("address", metavar="EMAIL")
@click.option("--subject", metavar="SUB", help="How the provider knows them. Without it, whoever first signs in with this address, verified there.")
@as_option
def link(address: str, subject: str | None, email: str | None) -> None:
    """Let someone sign in through the OpenID provider of the settings; they are told."""
    from yosafe import composition  # noqa: F401  # how they are told

    new = to_struct(LinkIdentity, {"subject": subject})

    async def work() -> None:
        await linked.link_identity((await queries.user_called(address)).id, new, by=await actor(email))

    run(work)
    click.echo("Linked.")


@command.command("unlink")
@click.argument("address", metavar="EMAIL")
@as_option
def unlink(address: str, email: str | None) -> None:
    """Let nobody sign in to an account through an OpenID provider any more; sessions that began so end."""

    async def work() -> None:
        await linked.end_link((await queries.user_called(address)).id, by=await actor(email))

    run(work)
    click.echo("The link has ended.")


@command.command("revoke-key")
@click.argument("number", type=int)
@as_option
def revoke_key(number: int, email: str | None) -> None:
    """End an API key. `yosafe user keys` shows their numbers."""

    async def work() -> None:
        await actions.revoke_key(number, by=await actor(email))

    run(work)
    click.echo("The key no longer works.")


@command.command("keys")
@format_option
def keys(form: str) -> None:
    """Every API key, never the key itself."""
    found = run(queries.keys)
    if form == "json":
        print_json(found)
        return
    for one in found:
        click.echo(
            f"{one.id:<6} {one.email:<36} {'revoked' if one.revoked else f'until {one.expires_at:%Y-%m-%d}':<18} "
            f"{f'used {one.last_used_at:%Y-%m-%d}' if one.last_used_at else 'never used':<16} {one.name}"
            f"{'' if one.scope is None else ': ' + ', '.join(one.scope)}"
        )
