"""Days of the studio's time zone."""

from datetime import date, datetime, timedelta

from django.utils import timezone


def midnight(day: date) -> datetime:
    """Return the moment a day begins, correct across daylight saving changes."""
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def first_of_next_month(day: date) -> date:
    # 31 days after the 1st is always in the next month.
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def last_days(count: int) -> list[date]:
    """Return this many days, today last."""
    today = timezone.localdate()
    return [today - timedelta(days=each) for each in reversed(range(count))]
