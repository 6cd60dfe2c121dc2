"""The calendar: cron lines by cronsim, intervals by arithmetic."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from mystage.application.ports.calendars import Calendar
from mystage.domain.errors import Invalid
from mystage.domain.pipeline.schedules import ScheduledTask


class CronCalendar(Calendar):
    """Moments in UTC."""

    def following(self, schedule: ScheduledTask, after: datetime) -> datetime | None:
        if schedule.every is not None:
            steps = math.floor((after - schedule.created_at).total_seconds() / schedule.every) + 1
            moment = schedule.created_at + timedelta(seconds=steps * schedule.every)
            # a step that rounding has made nothing of
            return moment if moment > after else moment + timedelta(seconds=schedule.every)
        zone = _zone(schedule.zone)
        try:
            moments = CronSim(schedule.cron or "", after.astimezone(zone))
        except CronSimError as error:
            hint = "five fields: minute hour day month weekday, such as `0 6 * * MON-FRI`"
            raise Invalid(f"not a cron line: {error}", where=schedule.cron or "", hint=hint) from error
        for moment in moments:
            found = moment.astimezone(UTC)
            if found > after:
                return found
        return None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid("no such time zone", where=name, hint="an IANA name, such as Europe/Madrid") from error
