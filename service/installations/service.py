"""Rules of installations: the newest one of a workspace holds, and an old farewell does not end a new one."""

from datetime import datetime

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service import clock
from service.activity.service import record
from service.errors import NotFound
from service.installations import sealing
from service.installations.models import ChatInstallation
from service.schemas.installations import InstallationRead, InstallationWrite, Workspace

log = structlog.get_logger()


class NotInstalled(NotFound):
    """No bot of ours is installed there, or not any more."""

    code, title = "not_installed", "Not installed"


def save(session: Session, wanted: InstallationWrite) -> None:
    """Keep an installation; another of the same workspace is replaced. Raises CannotSeal."""
    values = wanted.model_dump(exclude={"token"}) | {
        "sealed_token": sealing.seal(wanted.token.get_secret_value()),
        # As precise as the platform tells when it was removed.
        "installed_at": clock.now().replace(microsecond=0),
        "removed_at": None,
    }
    row_id = session.scalar(
        insert(ChatInstallation)
        .values(values)
        .on_conflict_do_update(index_elements=["platform", "workspace"], set_=values)
        .returning(ChatInstallation.id)
    )
    assert row_id is not None  # noqa: S101
    shown = wanted.model_dump(exclude={"token"})
    record(session, actor_id=None, action="chat.install", entity="chat_installation", entity_id=row_id, after=shown)
    log.info("installation.saved", platform=wanted.platform, workspace=wanted.workspace)


def find(session: Session, where: Workspace) -> InstallationRead:
    """The installation of a workspace, with its token. Raises NotInstalled or CannotSeal."""
    row = session.scalar(
        select(ChatInstallation).where(
            ChatInstallation.platform == where.platform, ChatInstallation.workspace == where.workspace
        )
    )
    if row is None or row.sealed_token is None:
        raise NotInstalled("Rota is not installed in this workspace.", way_forward="Open the install page again.")
    return InstallationRead(
        platform=row.platform,
        workspace=row.workspace,
        name=row.name,
        bot_user=row.bot_user,
        token=sealing.unseal(row.sealed_token),
    )


def remove(session: Session, where: Workspace, at: datetime) -> bool:
    """Forget the token of a workspace that threw Rota out at that time; False where it was installed since."""
    removed = session.scalar(
        update(ChatInstallation)
        .where(
            ChatInstallation.platform == where.platform,
            ChatInstallation.workspace == where.workspace,
            ChatInstallation.removed_at.is_(None),
            ChatInstallation.installed_at <= at,
        )
        .values(sealed_token=None, removed_at=at)
        .returning(ChatInstallation.id)
    )
    if removed is None:
        return False
    record(session, actor_id=None, action="chat.uninstall", entity="chat_installation", entity_id=removed)
    log.warning("installation.removed", platform=where.platform, workspace=where.workspace)
    return True


def rotate(session: Session) -> int:
    """Seal every token with the newest key; returns how many. Raises CannotSeal, and then changes nothing."""
    kept = select(ChatInstallation).where(ChatInstallation.sealed_token.is_not(None)).with_for_update()
    rows = session.scalars(kept).all()
    for row in rows:
        row.sealed_token = sealing.reseal(row.sealed_token or "")
    return len(rows)
