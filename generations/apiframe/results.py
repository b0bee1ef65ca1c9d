"""What the endpoints answer, as values. Jobs have a module of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from . import jobs
from .fields import count, link, moment, text
from .verdicts import Answer, unreadable

Kind = Literal["image", "video", "audio"]


@dataclass(frozen=True)
class Accepted:
    """A generation Apiframe has taken on. A replay of the key may answer any status, even an ended one."""

    job_id: str
    status: str
    request_id: str | None = None


@dataclass(frozen=True)
class JobPage:
    """Some of the key's jobs, newest first; `next_cursor` is None on the last page."""

    jobs: tuple[jobs.Job, ...]
    next_cursor: str | None = None
    request_id: str | None = None

    @property
    def has_more(self) -> bool:
        return self.next_cursor is not None


@dataclass(frozen=True)
class Upload:
    """A file on Apiframe's server; the link lives for an hour or two."""

    url: str
    kind: str
    content_type: str = ""
    size: int | None = None
    expires_at: datetime | None = None
    request_id: str | None = None


@dataclass(frozen=True)
class AssetState:
    """How far the provider has come with fetching an asset; a word we do not know is still underway."""

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
    """Whose key this is, and what its team has left. `team_credits` is None where no team was told."""

    team_credits: int | None
    team_name: str = ""
    plan: str = ""
    email: str = ""
    key_name: str = ""
    request_id: str | None = None


@dataclass(frozen=True)
class Model:
    """An entry of the public catalogue; costs are credits in the unit of `pricing_mode`."""

    id: str
    label: str = ""
    modality: str = ""
    pricing_mode: str = ""
    cost_min: float | None = None
    cost_max: float | None = None


def read_accepted(answer: Answer) -> Accepted:
    raw = answer.read_object()
    job_id = text(raw.get("jobId"))
    if not _is_uuid(job_id):
        raise unreadable(answer, "Apiframe accepted the request without naming a job")
    return Accepted(job_id, text(raw.get("status")).strip().upper(), answer.request_id)


def read_job(answer: Answer, *, job_id: str) -> jobs.Job:
    job = jobs.read({"id": job_id} | answer.read_object(), request_id=answer.request_id)
    if job.id.lower() != job_id.lower():  # Or one person's clip would end in another's gallery.
        raise unreadable(answer, "Apiframe answered with another job than was asked for")
    return job


def read_jobs(answer: Answer) -> JobPage:
    raw = answer.read_object()
    listed = raw.get("jobs")
    if not isinstance(listed, list):
        raise unreadable(answer, "Apiframe answered without a list of jobs")
    found = (jobs.read(each, request_id=answer.request_id) for each in listed if isinstance(each, dict))
    cursor = text(raw.get("nextCursor")) if raw.get("hasMore") is not False else ""
    return JobPage(tuple(job for job in found if job.id), cursor or None, answer.request_id)


def read_upload(answer: Answer) -> Upload:
    raw = answer.read_object()
    url = link(raw.get("url"))
    if url is None:
        raise unreadable(answer, "Apiframe took the file without saying where it is")
    return Upload(
        url=url,
        kind=text(raw.get("kind")),
        content_type=text(raw.get("contentType")),
        size=count(raw.get("byteSize")),
        expires_at=moment(raw.get("expiresAt")),
        request_id=answer.request_id,
    )


def read_asset_id(answer: Answer) -> str:
    asset_id = text(answer.read_object().get("assetId"))
    if not asset_id:
        raise unreadable(answer, "Apiframe registered an asset without naming it")
    return asset_id


def read_asset(answer: Answer) -> AssetState:
    raw = answer.read_object()
    return AssetState(
        text(raw.get("status")).strip(), link(raw.get("url")), text(raw.get("errorMsg")), answer.request_id
    )


def read_me(answer: Answer) -> Me:
    raw = answer.read_object()
    team, user, key = (_member(raw, name) for name in ("team", "user", "apiKey"))
    return Me(
        team_credits=count(team.get("credits")),
        team_name=text(team.get("name")),
        plan=text(team.get("plan")),
        email=text(user.get("email")),
        key_name=text(key.get("name")),
        request_id=answer.request_id,
    )


def read_models(answer: Answer) -> tuple[Model, ...]:
    listed = answer.read_object().get("models")
    if not isinstance(listed, list):
        raise unreadable(answer, "Apiframe answered without a list of models")
    models = (_model(each) for each in listed if isinstance(each, dict))
    return tuple(model for model in models if model.id)


def _is_uuid(value: str) -> bool:
    try:
        return str(UUID(value)) == value.lower()
    except ValueError:
        return False


def _member(raw: Mapping[str, object], name: str) -> dict[str, object]:
    value = raw.get(name)
    return value if isinstance(value, dict) else {}


def _model(raw: Mapping[str, object]) -> Model:
    return Model(
        id=text(raw.get("id")),
        label=text(raw.get("label")),
        modality=text(raw.get("modality")),
        pricing_mode=text(raw.get("pricingMode")),
        cost_min=_cost(raw.get("costMin")),
        cost_max=_cost(raw.get("costMax")),
    )


def _cost(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
