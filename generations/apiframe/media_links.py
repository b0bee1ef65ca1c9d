"""Find the links of a clip and its last frame in a result without a published schema.

The documented form is `{"videoUrl": "https://…mp4"}`. Every other shape with a link is read as well,
because a missed link loses a paid clip.
"""

import re
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from .fields import link
from .strict_json import read_value

_MOST_NODES = 5000
_DEEPEST = 16
_LONGEST_TEXT = 64 * 1024

_VIDEO_FILE = re.compile(r"\.(mp4|m4v|mov|webm|mkv)\b", re.I)
_OTHER_FILE = re.compile(
    r"\.(jpe?g|png|webp|gif|avif|heic|bmp|tiff?|svg|mp3|wav|m4a|aac|ogg|flac|json|html?|txt|vtt|srt|zip|pdf)\b",
    re.I,
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+[a-z]*")
_LINK_IN_TEXT = re.compile(r"https?://[^\s\"'<>()\[\]{}\\|^`]+")

_DOCUMENTED = ("videoUrl", "video_url")
_VIDEO = {"video", "videos", "movie", "clip", "clips", "mp4", "webm", "mov", "film"}
_STILL = {
    *("image", "images", "img", "picture", "pictures", "photo", "png", "jpg", "jpeg", "webp", "gif"),
    *("thumbnail", "thumbnails", "thumb", "thumbs", "poster", "cover", "frame", "frames", "still", "sprite"),
    *("audio", "audios", "sound", "music", "voice", "subtitle", "subtitles", "caption", "captions", "mp3"),
    *("avatar", "logo", "icon", "mask"),
}
# Keys with input sent to the model, or URLs of pages and endpoints: never the clip.
_NEVER = {
    *("input", "inputs", "request", "params", "parameters", "reference", "references", "source", "sources"),
    *("webhook", "webhooks", "callback", "hook", "self", "cancel", "status", "logs", "log", "docs", "doc"),
    *("page", "dashboard", "endpoint", "profile", "support", "prompt", "user", "team", "error", "errors"),
}
_SECOND_BEST = {
    "preview",
    "previews",
    "watermark",
    "watermarked",
    "low",
    "draft",
    "proxy",
    "sample",
    "teaser",
}
_INPUT = {"input", "inputs", "params", "request"}
_LAST_FRAME = ("lastframe", "finalframe", "endframe", "tailframe")
# Sibling keys that describe a link's type: {"type": "image", "url": "…"}.
_TYPE_KEYS = (
    "type",
    "kind",
    "role",
    "name",
    "contentType",
    "content_type",
    "mimeType",
    "mime_type",
    "format",
)


@dataclass(frozen=True)
class Found:
    """A link and its place in the response."""

    url: str
    path: str


@dataclass(frozen=True)
class _Candidate:
    url: str
    keys: tuple[str, ...]
    """Keys and positions on the path to the link, from the top."""
    hints: tuple[str, ...]
    """Words that describe the link: keys and values of its siblings."""

    @property
    def path(self) -> str:
        return ".".join(self.keys) or "result"

    @property
    def words(self) -> list[str]:
        return [word.lower() for hint in self.hints for word in _WORD.findall(hint)]


def find_video(result: object) -> Found | None:
    """Return the most likely video link in `result`, never one of an image, sound or input."""
    ranked = [(rank, each) for each in _candidates(result) if (rank := _rank(each)) is not None]
    best = min(ranked, key=lambda pair: pair[0], default=None)
    return Found(best[1].url, best[1].path) if best else None


def find_last_frame(result: object) -> Found | None:
    """Return the link of an image that is named as the last frame.

    Any other image may be a cover. Extracting the last frame from the clip is better than guessing.
    """
    named = []
    for each in _candidates(result):
        words = each.words
        is_other = _file_kind(each.url) == "video" or not _INPUT.isdisjoint(words)
        if not is_other and any(name in "".join(words) for name in _LAST_FRAME):
            named.append(each)
    best = min(named, key=lambda each: not _is_https(each), default=None)
    return Found(best.url, best.path) if best else None


def _rank(candidate: _Candidate) -> tuple[int, ...] | None:
    """Return a sort key, most likely clip first; None if the link can't be the clip."""
    words = candidate.words
    if _NEVER.intersection(words):
        return None
    file_kind = _file_kind(candidate.url)
    named = next((word in _VIDEO for word in reversed(words) if word in _VIDEO | _STILL), None)
    if file_kind == "other" or (named is False and file_kind != "video"):
        return None
    is_documented = candidate.keys[-1:] != () and candidate.keys[-1] in _DOCUMENTED
    return (
        bool(_SECOND_BEST.intersection(words)),
        not _is_https(candidate),
        not is_documented,
        named is not True,
        file_kind != "video",
        len(candidate.keys),
    )


def _is_https(candidate: _Candidate) -> bool:
    return candidate.url[:6].lower() == "https:"


def _file_kind(url: str) -> str:
    """Return `video`, `other` or an empty string, judged by the URL's path, then its query."""
    parts = urlsplit(url)
    for part in (parts.path.rpartition("/")[2], parts.query):
        if _VIDEO_FILE.search(part) or "video/" in part:
            return "video"
        if _OTHER_FILE.search(part):
            return "other"
    return ""


def _candidates(result: object) -> Iterator[_Candidate]:
    """Yield every link, shallowest first, up to a maximum depth and count."""
    waiting: deque[tuple[object, tuple[str, ...], tuple[str, ...]]] = deque([(result, (), ())])
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        value, keys, hints = waiting.popleft()
        if isinstance(value, str):
            yield from _links_in(value, keys, hints)
            if value.lstrip().startswith(("{", "[")) and len(value) <= _LONGEST_TEXT:
                with suppress(ValueError):
                    waiting.append((read_value(value.encode("utf-8", "replace")), keys, hints))
        elif isinstance(value, dict) and len(keys) < _DEEPEST:
            types = (value.get(key) for key in _TYPE_KEYS)
            told = (*hints, *(each for each in types if isinstance(each, str) and len(each) < 50))
            children = list(value.items())[:_MOST_NODES]
            waiting.extend((child, (*keys, key), (*told, key)) for key, child in children)
        elif isinstance(value, list) and len(keys) < _DEEPEST:
            listed = enumerate(value[:_MOST_NODES])
            waiting.extend((child, (*keys, str(index)), hints) for index, child in listed)


def _links_in(value: str, keys: tuple[str, ...], hints: tuple[str, ...]) -> Iterator[_Candidate]:
    """Yield the string if it is a link, else the video links within its text."""
    if url := link(value):
        yield _Candidate(url, keys, hints)
        return
    for match in _LINK_IN_TEXT.finditer(value[:_LONGEST_TEXT]):
        url = link(match[0].rstrip(".,;:!?"))
        if url and _file_kind(url) == "video":
            yield _Candidate(url, (*keys, "text"), hints)
