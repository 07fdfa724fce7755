"""The route of exports."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from service.schemas.shifts import Roster
from service.security import CurrentUser, DbSession
from service.shifts import roster, service

router = APIRouter()


class ExportFormat(StrEnum):
    """What a week can be exported as."""

    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"
    ICS = "ics"


MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.PDF: "application/pdf",
    ExportFormat.ICS: "text/calendar; charset=utf-8",
}


@router.get("/export/schedule/{week_id}", tags=["exports"], response_class=Response)
def export_week(
    session: DbSession, user: CurrentUser, week_id: int, file_format: Annotated[ExportFormat, Query(alias="format")]
) -> Response:
    """A week as a file; employees get published weeks only."""
    service.find_week(session, user, week_id)
    week = roster.build_roster(session, week_id)
    name = f"rota-{week.week.week_start.isoformat()}.{file_format}"
    return Response(
        written(week, file_format),
        media_type=MEDIA_TYPES[file_format],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def written(week: Roster, file_format: ExportFormat) -> bytes:
    """The week in that format. Each library is loaded when first needed: together they would double the start."""
    match file_format:
        case ExportFormat.CSV | ExportFormat.XLSX:
            from service.exports import tables  # noqa: PLC0415

            return tables.to_csv(week) if file_format is ExportFormat.CSV else tables.to_xlsx(week)
        case ExportFormat.PDF:
            from service.exports.page import to_pdf  # noqa: PLC0415

            return to_pdf(week)
        case ExportFormat.ICS:
            from service.exports.calendar import to_ics  # noqa: PLC0415

            return to_ics(week)
