"""Reading one field of a stranger's JSON: the value where it makes sense, nothing where it does not."""

from datetime import UTC, datetime


def link(value: object) -> str | None:
    """Return `value` where it is an http(s) address."""
    address = text(value).strip()
    return address if address.lower().startswith(("https://", "http://")) else None


def text(value: object) -> str:
    """Return `value` where it is text, without what no database stores: NUL and half characters."""
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def count(value: object) -> int | None:
    """Return `value` where it is a whole number of at least 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def moment(value: object) -> datetime | None:
    """Return the ISO 8601 time in `value`; one without a zone is taken for UTC."""
    try:
        when = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
