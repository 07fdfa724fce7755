"""`rota notifications`: what could not be delivered, listed and tried again, by whoever runs Rota."""

from typing import Annotated

import typer

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
notifications = typer.Typer(no_args_is_help=True)
app.add_typer(notifications, name="notifications", help="List what could not be delivered, and try it again.")

MOST = 200


@app.callback()
def _only_groups() -> None:
    """Keeps `notifications` a word of its own."""


@notifications.command("list")
def list_deliveries(
    status: Annotated[str, typer.Option(help="PENDING, SENDING, UNCERTAIN, SENT or DEAD.")] = "DEAD",
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="The newest so many.")] = 50,
) -> None:
    """Say which deliveries are in a state, the newest first: those that were given up, if not told otherwise."""
    from service.db import unit_of_work  # noqa: PLC0415  # `rota --help` need not load it
    from service.notifications.service import deliveries  # noqa: PLC0415
    from service.schemas.notifications import DeliveryStatus  # noqa: PLC0415

    try:
        wanted = DeliveryStatus(status.upper())
    except ValueError as error:
        raise typer.BadParameter(f"{status} is no status; there are {', '.join(DeliveryStatus)}") from error
    with unit_of_work() as session:
        found, total = deliveries(session, status=wanted, limit=limit, offset=0)
    for one in found:
        typer.echo(
            f"{one.id}  {one.next_attempt_at:%Y-%m-%d %H:%M}  {one.platform}  {one.kind}  tries: {one.attempts}"
            f"  {one.error or ''}".rstrip()
        )
    typer.echo(f"{total} are {wanted.value}." + (f" Shown: {len(found)}." if total > len(found) else ""), err=True)


@notifications.command()
def replay(
    ids: Annotated[list[int] | None, typer.Argument(help="The numbers that `list` shows.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that were given up.")] = False,
) -> None:
    """Try deliveries again that were given up."""
    from service.db import unit_of_work  # noqa: PLC0415
    from service.notifications import service  # noqa: PLC0415
    from service.schemas.notifications import DeliveryStatus  # noqa: PLC0415

    if bool(ids) == everything:
        raise typer.BadParameter("name deliveries, or say --all")
    tried = left = 0
    with unit_of_work() as session:
        chosen = ids or []
        while everything:
            found, _ = service.deliveries(session, status=DeliveryStatus.DEAD, limit=MOST, offset=left)
            if not found:
                break
            again = service.replay(session, [one.id for one in found])
            tried += again
            left += len(found) - again
        tried += service.replay(session, chosen)
    typer.echo(f"{tried} are tried again.")
    if left:
        typer.echo(f"{left} are not: their accounts are no longer linked to whom they tell.", err=True)
    if ids and tried < len(set(ids)):
        typer.echo("The others were not given up, are not there, or go to accounts no longer linked.", err=True)
        raise typer.Exit(1)
