"""What each process of the HTTP service begins with, however many share the port."""

from fastapi import FastAPI

from service.app import create_app
from service.schemas import traces
from service.schemas.logs import configure
from service.settings import get_settings


def application() -> FastAPI:
    """The service, in a process that logs and records as it is told. uvicorn calls this in each of its processes."""
    settings = get_settings()
    configure(settings.log_level, settings.log_format)
    traces.configure("api")
    return create_app()
