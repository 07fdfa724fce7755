"""Every table, in one import, for the migrations and for `Base.metadata`."""

from service.activity import models as activity
from service.calendars import models as calendars
from service.installations import models as installations
from service.notifications import models as notifications
from service.people import models as people
from service.requests import models as requests
from service.scheduling import models as scheduling
from service.shifts import models as shifts
from service.swaps import models as swaps

__all__ = [
    "activity",
    "calendars",
    "installations",
    "notifications",
    "people",
    "requests",
    "scheduling",
    "shifts",
    "swaps",
]
