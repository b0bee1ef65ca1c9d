"""Parsed API responses, except jobs, which are in jobs.py."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from . import jobs
from .fields import LARGEST_INT, count, identifier, link, members, moment, text
from .messages import find_message
from .verdicts import Answer, unreadable

Kind = Literal["image", "video", "audio"]


@dataclass(frozen=True)
class Accepted:
    """An accepted generation. A replayed key may return any status, even a final one."""

    job_id: str
    status: str
    request_id: str | None = None


@dataclass(frozen=True)
class JobPage:
    """A page of the key's jobs, newest first. `next_cursor` is None on the last page."""

    jobs: tuple[jobs.Job, ...]
    next_cursor: str | None = None
    request_id: str | None = None

    @property
    def has_more(self) -> bool:
        return self.next_cursor is not None


@dataclass(frozen=True)
class Upload:
    """A file on Apiframe's server. The URL works for one to two hours."""

    url: str
    kind: str
    content_type: str = ""
    size: int | None = None
    expires_at: datetime | None = None
    request_id: str | None = None


@dataclass(frozen=True)
class AssetState:
    """The provider's progress with an asset; an unknown status means in progress."""

    status: str
    url: str | None = None
    error: str = ""
    request_id: str | None = None

    @property
    def is_active(self) -> bool:
        return self.status.lower() == "active"

    @property
    def is_failed(self) -> bool:
        return self.status.lower() == "failed"


@dataclass(frozen=True)
class Me:
    """The key's owner and their team. `team_credits` is None if there is no team."""

    team_credits: int | None
    team_name: str = ""
    plan: str = ""
    email: str = ""
    key_name: str = ""
    request_id: str | None = None


@dataclass(frozen=True)
class Model:
    """A model in the public catalogue. Costs are credits per unit of `pricing_mode`."""

    id: str
    label: str = ""
    modality: str = ""
    pricing_mode: str = ""
    cost_min: float | None = None
    cost_max: float | None = None


def read_accepted(answer: Answer) -> Accepted:
    raw = answer.read_object()
    job_id = text(raw.get("jobId"), limit=100)
    try:
        is_uuid = str(UUID(job_id)) == job_id.lower()
    except ValueError:
        is_uuid = False
    if not is_uuid:
        raise unreadable(answer, "Apiframe accepted the request without naming a job")
    return Accepted(job_id, text(raw.get("status"), limit=40).strip().upper(), answer.request_id)


def read_job(answer: Answer, *, job_id: str) -> jobs.Job:
    job = jobs.read({"id": job_id} | answer.read_object(), request_id=answer.request_id)
    if job.id.lower() != job_id.lower():  # Otherwise one person's clip could end up in another's gallery.
        raise unreadable(answer, "Apiframe answered with another job than was asked for")
    return job


def read_jobs(answer: Answer) -> JobPage:
    raw = answer.read_object()
    listed = raw.get("jobs")
    if not isinstance(listed, list):
        raise unreadable(answer, "Apiframe answered without a list of jobs")
    found = (jobs.read(each, request_id=answer.request_id) for each in listed if isinstance(each, dict))
    cursor = text(raw.get("nextCursor"), limit=1000) if raw.get("hasMore") is not False else ""
    return JobPage(tuple(job for job in found if job.id), cursor or None, answer.request_id)


def read_upload(answer: Answer) -> Upload:
    raw = answer.read_object()
    url = link(raw.get("url"))
    if url is None:
        raise unreadable(answer, "Apiframe took the file without saying where it is")
    return Upload(
        url=url,
        kind=text(raw.get("kind"), limit=20),
        content_type=text(raw.get("contentType"), limit=100),
        size=count(raw.get("byteSize")),
        expires_at=moment(raw.get("expiresAt")),
        request_id=answer.request_id,
    )


def read_asset_id(answer: Answer) -> str:
    asset_id = identifier(answer.read_object().get("assetId"))
    if not asset_id:
        raise unreadable(answer, "Apiframe registered an asset without naming it")
    return asset_id


def read_asset(answer: Answer) -> AssetState:
    raw = answer.read_object()
    return AssetState(
        status=text(raw.get("status"), limit=40).strip(),
        url=link(raw.get("url")),
        error=text(raw.get("errorMsg"), limit=300) or find_message(raw)[:300],
        request_id=answer.request_id,
    )


def read_me(answer: Answer) -> Me:
    raw = answer.read_object()
    team, user, key = (members(raw.get(name)) for name in ("team", "user", "apiKey"))
    return Me(
        team_credits=count(team.get("credits")),
        team_name=text(team.get("name"), limit=200),
        plan=text(team.get("plan"), limit=200),
        email=text(user.get("email"), limit=200),
        key_name=text(key.get("name"), limit=200),
        request_id=answer.request_id,
    )


def read_models(answer: Answer) -> tuple[Model, ...]:
    listed = answer.read_object().get("models")
    if not isinstance(listed, list):
        raise unreadable(answer, "Apiframe answered without a list of models")
    return tuple(
        Model(
            id=model_id,
            label=text(each.get("label"), limit=200),
            modality=text(each.get("modality"), limit=200),
            pricing_mode=text(each.get("pricingMode"), limit=200),
            cost_min=_cost(each.get("costMin")),
            cost_max=_cost(each.get("costMax")),
        )
        for each in listed
        if isinstance(each, dict) and (model_id := text(each.get("id"), limit=200))
    )


def _is_uuid(value: str) -> bool:
    try:
        return str(UUID(value)) == value.lower()
    except ValueError:
        return False


def _cost(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if 0 <= value <= LARGEST_INT else None
