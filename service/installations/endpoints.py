"""Routes of installations, for our own bots only: they alone may know the tokens."""

from fastapi import APIRouter

from service.installations import service
from service.schemas.installations import InstallationRead, InstallationWrite, Removal, Workspace
from service.security import BotCaller, DbSession

router = APIRouter(prefix="/chat/installations", tags=["chat"])


@router.post("", status_code=204)
def save(session: DbSession, _: BotCaller, wanted: InstallationWrite) -> None:
    """Keep the installation of a workspace; bots only."""
    service.save(session, wanted)


@router.post("/find")
def find(session: DbSession, _: BotCaller, where: Workspace) -> InstallationRead:
    """The installation of a workspace, with its token; bots only."""
    return service.find(session, where)


@router.post("/remove", status_code=204)
def remove(session: DbSession, _: BotCaller, removal: Removal) -> None:
    """Note that a workspace has thrown Rota out; bots only."""
    service.remove(session, Workspace(platform=removal.platform, workspace=removal.workspace), removal.at)
