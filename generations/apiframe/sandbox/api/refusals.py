"""The provider's refusals in its own words: by a word in the prompt, or by what is sent.

The sentences are those that users of the model quote. Apiframe reports them as the error of a failed job.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generations.apiframe.sandbox.api.media import Media
from generations.apiframe.sandbox.api.rows import Job

LISTS = {"reference_image_urls": "image", "reference_video_urls": "video", "reference_audio_urls": "audio"}
FRAMES = ("start_image", "end_image")
_PREFIX = "Provider returned an error: "


@dataclass(frozen=True)
class Refusal:
    """`[word]` in a prompt is refused with `text`.

    Without a `status` the job is accepted and fails. With one, the request gets it; 429 only the first time.
    """

    word: str
    text: str
    status: int | None = None


def _failed(what: str) -> str:
    return f"The request failed because {what}."


def not_valid(parameter: str, why: str) -> str:
    return f"The parameter `{parameter}` specified in the request is not valid: {why}"


_EDITING = (
    "The parameters `ratio` and `duration` specified in the request are not valid. Seedance identified your "
    "task as video editing based on your prompt. For this task type, the output ratio and duration follow the "
    "input video selected by the model for editing, and the video selected must satisfy the duration "
    "requirement of 4 to 30 seconds. Issues: [0] `ratio` must be `adaptive`. [1] `duration` must be -1."
)
_RATIO = (
    "The parameter `ratio` specified in the request is not valid. For this task type, the output ratio "
    "follows the first frame. Issues: [0] `ratio` must be `adaptive`."
)
_MIXED = "first/last frame content cannot be mixed with reference media content"

REFUSALS = (
    Refusal("fail", "the video could not be generated"),
    Refusal("moderation", "content policy violation"),
    Refusal("real person", _failed("the input image may contain real person")),
    Refusal("real person video", _failed("the input video may contain real person")),
    Refusal("copyright", _failed("the output video may be related to copyright restrictions")),
    Refusal("copyright text", _failed("the input text may be related to copyright restrictions")),
    Refusal("audio", _failed("the output audio may contain sensitive information")),
    Refusal("audio copyright", _failed("the output audio may be related to copyright restrictions")),
    Refusal("sensitive", _failed("the output video may contain sensitive information")),
    Refusal("sensitive text", _failed("the input text may contain sensitive information")),
    Refusal("policy", _failed("the input text violates the platform rules")),
    Refusal("risk", _failed("the input text was flagged by risk control")),
    Refusal("prohibited", _failed("the prompt contains prohibited content")),
    Refusal("mixed", not_valid("content", _MIXED)),
    Refusal("editing", _EDITING),
    Refusal("ratio", _RATIO),
    Refusal("download failed", not_valid("content[1].image_url", "resource download failed")),
    Refusal("asset", "asset not found or not active: asset-20260101-abcde"),
    Refusal("quota", "The request has exceeded the quota."),
    Refusal("overdue", _failed("your account has an overdue balance")),
    Refusal(
        "overloaded",
        "The service is currently unable to handle additional requests due to server overload. "
        "Please retry later.",
    ),
    Refusal("error object", _failed("the output video may contain sensitive information")),
    Refusal("busy", "Too many requests", status=429),
    Refusal("rejected", "Validation failed", status=400),
)

# Overrides of a finished job's public JSON, to reproduce shapes seen in real responses.
SHAPES: dict[str, dict[str, Any]] = {
    "shape text": {"result": "{video}"},
    "shape url": {"result": {"url": "{video}"}},
    "shape list": {"result": {"videos": ["{video}"]}},
    "shape nested": {"result": {"output": {"video": {"url": "{video}"}}}},
    "shape empty": {"result": {}},
    "error object": {
        "error": {
            "code": "OutputVideoSensitiveContentDetected",
            "message": _failed("the output video may contain sensitive information"),
        }
    },
}

_MOST_REFERENCES = 12
_EDITING_WORDS = re.compile(r"\b(replace|remove|erase|swap|edit)\b|替换|移除|删除|擦除", re.I)
_IMAGE_SIDES = (300, 6000)
_IMAGE_ASPECTS = (0.4, 2.5)
_SAME_ASPECT = 0.05
_VIDEO_PIXELS = (409_600, 927_408)
# 23.976 frames per second count as 24.
_LEAST_FRAME_RATE = 23.9
_SECONDS = (2, 15)
# Container durations are rounded up to a whole frame or packet: a 15 s clip may read as 15.07 s.
_ROUNDING = 0.2
_FORMATS = {"video": ("mp4", "mov"), "audio": ("mp3", "wav")}


class ProviderError(Exception):
    """The job fails with this text."""

    def __init__(self, text: str) -> None:
        super().__init__(_PREFIX + text.removeprefix(_PREFIX))


def refusal_in(prompt: str, *, at_once: bool) -> Refusal | None:
    """Return the refusal that a word in the prompt asks for: `at_once`, or after acceptance."""
    found = (each for each in REFUSALS if f"[{each.word}]" in prompt.lower())
    return next((each for each in found if (each.status is not None) == at_once), None)


def shape_in(prompt: str) -> dict[str, Any] | None:
    """Return the override of the finished job that a word in the prompt asks for."""
    return next(({"job": shape} for word, shape in SHAPES.items() if f"[{word}]" in prompt.lower()), None)


def refuse_by_prompt(job: Job) -> None:
    """Raise ProviderError if a fault or a word in the prompt asks for it."""
    if job.override and "error" in job.override:
        raise ProviderError(str(job.override["error"]))
    if refusal := refusal_in(job.prompt, at_once=False):
        raise ProviderError(refusal.text)


def refuse_by_combination(prompt: str, params: dict[str, Any]) -> None:
    """Raise ProviderError for combinations that the model refuses with any media."""
    lists = {name: params[name] for name in LISTS if params.get(name)}
    if lists and any(name in params for name in FRAMES):
        raise ProviderError(not_valid("content", _MIXED))
    if set(lists) == {"reference_audio_urls"}:
        raise ProviderError(not_valid("content", "reference_audio cannot be the only reference media"))
    if sum(map(len, lists.values())) > _MOST_REFERENCES:
        raise ProviderError(not_valid("content", f"at most {_MOST_REFERENCES} reference files are supported"))
    if "reference_video_urls" in lists and _EDITING_WORDS.search(prompt):
        raise ProviderError(_EDITING)


def refuse_by_media(media: dict[str, list[Media]]) -> None:
    """Raise ProviderError for the first medium the model does not take. `media` are lists by parameter."""
    # Position 0 is the text.
    for position, medium in enumerate((each for found in media.values() for each in found), 1):
        problems = _picture_problems if medium.kind == "image" else _stream_problems
        if problem := next(problems(medium), None):
            raise ProviderError(not_valid(f"content[{position}].{medium.kind}_url", problem))
    for kind in ("video", "audio"):
        seconds = sum(medium.seconds for medium in media.get(f"reference_{kind}_urls", []))
        if seconds > _SECONDS[1] + _ROUNDING:
            raise ProviderError(
                not_valid(f"{kind} total duration (seconds)", f"expected at most 15.2, but got {seconds:.1f}")
            )
    frames = [media[name][0] for name in FRAMES if media.get(name)]
    if len(frames) == 2 and abs(frames[0].aspect / frames[1].aspect - 1) > _SAME_ASPECT:
        raise ProviderError(
            not_valid("content[2].image_url", "the aspect ratio of the last frame must match the first frame")
        )


def _picture_problems(image: Media) -> Iterator[str]:
    low, high = _IMAGE_SIDES
    for side, length in (("width", image.width), ("height", image.height)):
        if length < low:
            yield f"expected the {side} to be at least {low}px, but got {length}px"
        if length > high:
            yield f"expected the {side} to be at most {high}px, but got {length}px"
    narrowest, widest = _IMAGE_ASPECTS
    if not narrowest <= image.aspect <= widest:
        yield f"expected the aspect ratio to be between {narrowest} and {widest}, but got {image.aspect:.2f}"


def _stream_problems(medium: Media) -> Iterator[str]:
    known = _FORMATS[medium.kind]
    if medium.format not in known:
        yield f"unsupported {medium.kind} format, expected {' or '.join(known)}"
    shortest, longest = _SECONDS
    if not shortest - _ROUNDING <= medium.seconds <= longest + _ROUNDING:
        yield f"expected the duration to be {shortest} to {longest} seconds, but got {medium.seconds:.1f}"
    if medium.kind == "audio":
        return
    low, high = _VIDEO_PIXELS
    if not low <= medium.width * medium.height <= high:
        pixels = medium.width * medium.height
        yield f"expected the pixel count to be between {low} and {high}, but got {pixels}"
    if medium.frame_rate < _LEAST_FRAME_RATE:
        yield f"expected at least 24 frames per second, but got {medium.frame_rate:.1f}"
