"""Request validation. `details` are keyed by path, as in seedanceParams.duration."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from generations.apiframe.sandbox.api.responses import Refused, invalid

Problems = dict[str, list[str]]
Check = Callable[[Any], str | None]

MODEL = "seedance-2-fast"
MEDIA_TYPES = ("image", "video", "audio")
STATUSES = ("QUEUED", "PROCESSING", "COMPLETED", "FAILED", "CANCELLED")
_ASSET_URI = re.compile(r"asset://[A-Za-z0-9._:-]+")
_LONGEST_KEY = 255


def check_generate(body: dict[str, Any]) -> None:
    problems = _problems(body, _GENERATE, required=("prompt", "model"))
    params = body.get("seedanceParams")
    if isinstance(params, dict):
        problems |= _problems(params, _SEEDANCE, prefix="seedanceParams.")
    _raise(problems)


def check_asset(body: dict[str, Any]) -> None:
    # The published schema lists two properties and does not forbid others.
    known = {name: value for name, value in body.items() if name in _ASSET}
    _raise(_problems(known, _ASSET, required=("url", "type")))


def check_idempotency_key(key: str | None) -> None:
    if key is not None and len(key) > _LONGEST_KEY:
        raise invalid({"Idempotency-Key": [f"Must contain at most {_LONGEST_KEY} character(s)"]})


def check_jobs_query(query: Mapping[str, str]) -> None:
    _raise(_problems({name: value for name, value in query.items() if name in _JOBS_QUERY}, _JOBS_QUERY))


def check_models_query(query: Mapping[str, str]) -> None:
    if "modality" in query:
        _raise(_problems({"modality": query["modality"]}, {"modality": _one_of("image", "video", "music")}))


def check_job_id(job_id: str) -> None:
    if not _is_uuid(job_id):
        raise Refused(400, "Invalid job id")


def _raise(problems: Problems) -> None:
    if problems:
        raise invalid(problems)


def _problems(
    values: Mapping[str, Any],
    checks: Mapping[str, Check],
    *,
    required: tuple[str, ...] = (),
    prefix: str = "",
) -> Problems:
    found: Problems = {prefix + name: ["Required"] for name in required if name not in values}
    for name, value in values.items():
        check = checks.get(name)
        problem = check(value) if check else "Unrecognized key"
        if problem:
            found[prefix + name] = [problem]
    return found


def _boolean(value: Any) -> str | None:
    return None if isinstance(value, bool) else f"Expected boolean, received {_type_of(value)}"


def _integer(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"Expected number, received {_type_of(value)}"
    # JSON Schema, and the JavaScript on Apiframe's side, treat 8.0 as an integer.
    return None if isinstance(value, int) or value.is_integer() else "Expected integer, received float"


def _integer_within(low: int, high: int) -> Check:
    def check(value: Any) -> str | None:
        problem = _integer(value)
        if problem is None and value < low:
            problem = f"Number must be greater than or equal to {low}"
        if problem is None and value > high:
            problem = f"Number must be less than or equal to {high}"
        return problem

    return check


def _digits_within(low: int, high: int) -> Check:
    within = _integer_within(low, high)

    def check(value: Any) -> str | None:
        if not re.fullmatch(r"-?[0-9]{1,18}", value):
            return "Expected number, received nan"
        return within(int(value))

    return check


def _text_within(low: int, high: int) -> Check:
    def check(value: Any) -> str | None:
        if not isinstance(value, str):
            return f"Expected string, received {_type_of(value)}"
        # JavaScript on the other side counts UTF-16 units: an emoji is two or more.
        length = len(value.encode("utf-16-le", "surrogatepass")) // 2
        if length < low:
            return f"String must contain at least {low} character(s)"
        return None if length <= high else f"String must contain at most {high} character(s)"

    return check


def _one_of(*choices: str) -> Check:
    expected = " | ".join(f"'{choice}'" for choice in choices)

    def check(value: Any) -> str | None:
        if isinstance(value, str) and value in choices:
            return None
        return f"Invalid enum value. Expected {expected}, received {value!r}"

    return check


def _web_url(value: Any) -> str | None:
    if not isinstance(value, str):
        return f"Expected string, received {_type_of(value)}"
    try:
        parts = urlsplit(value)
    except ValueError:
        return "Invalid url"
    good = parts.scheme in ("http", "https") and parts.hostname and not re.search(r"\s", value)
    return None if good else "Invalid url"


def _media_uri(value: Any) -> str | None:
    if isinstance(value, str) and _ASSET_URI.fullmatch(value):
        return None
    return _web_url(value)


def _list_of(check_item: Check, *, at_least: int = 0, at_most: int | None = None) -> Check:
    def check(value: Any) -> str | None:
        if not isinstance(value, list):
            return f"Expected array, received {_type_of(value)}"
        if len(value) < at_least:
            return f"Array must contain at least {at_least} element(s)"
        if at_most is not None and len(value) > at_most:
            return f"Array must contain at most {at_most} element(s)"
        return next(filter(None, map(check_item, value)), None)

    return check


def _object(value: Any) -> str | None:
    return None if isinstance(value, dict) else f"Expected object, received {_type_of(value)}"


def _uuid(value: Any) -> str | None:
    return None if _is_uuid(value) else "Invalid uuid"


def _anything(_: Any) -> str | None:
    return None


def _is_uuid(value: str) -> bool:
    try:
        return str(UUID(value)) == value.lower()
    except ValueError:
        return False


def _type_of(value: Any) -> str:
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


_GENERATE: dict[str, Check] = {
    "prompt": _text_within(1, 4000),
    "model": _one_of(MODEL),
    "webhookUrl": _web_url,
    "webhookEvents": _list_of(_one_of("progress", "completed", "failed"), at_least=1),
    "seedanceParams": _object,
}
_SEEDANCE: dict[str, Check] = {
    "duration": _integer_within(4, 15),
    "resolution": _one_of("480p", "720p"),
    "aspect_ratio": _one_of("21:9", "16:9", "4:3", "1:1", "3:4", "9:16", "adaptive"),
    "start_image": _media_uri,
    "end_image": _media_uri,
    "reference_image_urls": _list_of(_media_uri, at_most=9),
    "reference_video_urls": _list_of(_media_uri, at_most=3),
    "reference_audio_urls": _list_of(_media_uri, at_most=3),
    "generate_audio": _boolean,
    "return_last_frame": _boolean,
    "web_search": _boolean,
    "camera_fixed": _boolean,
    "seed": _integer,
}
_ASSET: dict[str, Check] = {"url": _web_url, "type": _one_of(*MEDIA_TYPES)}
_JOBS_QUERY: dict[str, Check] = {
    "status": _one_of(*STATUSES),
    "model": _anything,
    "limit": _digits_within(1, 100),
    "cursor": _anything,
    "scope": _one_of("user", "team"),
    "search": _uuid,
    "include_models": _one_of("true", "false"),
}
