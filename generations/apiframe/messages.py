"""Find the provider's error message in a response, wherever it is."""

from collections.abc import Mapping

from .fields import text

# In reading order: the first key that contains text wins.
_KEYS = (
    "error",
    "message",
    "detail",
    "details",
    "errors",
    "reason",
    "msg",
    "errorMessage",
    "error_message",
    "errorMsg",
    "failureReason",
    "failure_reason",
    "fail_reason",
    "failReason",
    "description",
    "title",
    "issues",
)
_LAST_KEYS = ("code", "error_code", "errorCode", "type", "status")
_DEEPEST = 6
_MOST_WORDS = 5


def find_message(answer: Mapping[str, object]) -> str:
    """Return the text that says what went wrong; empty if there is none."""
    return next((words for words in (_words(answer.get(key), 1) for key in _KEYS) if words), "")


def _words(value: object, depth: int) -> str:
    """Return the text in a string, a list, or an object of a common shape."""
    if isinstance(value, str):
        return text(value).strip()
    if depth > _DEEPEST:
        return ""
    if isinstance(value, dict):
        keys = (*_KEYS, *(key for key in list(value)[:50] if key not in _KEYS + _LAST_KEYS), *_LAST_KEYS)
        return next((words for words in (_words(value.get(key), depth + 1) for key in keys) if words), "")
    if isinstance(value, list):
        listed = (_words(each, depth + 1) for each in value[:_MOST_WORDS])
        return text("; ".join(dict.fromkeys(words for words in listed if words)))
    return ""
