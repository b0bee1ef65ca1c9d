"""Find the provider's error message in a response, wherever it is."""

from collections.abc import Mapping

from .fields import members, text

# In reading order: the first key that contains text wins. Keys are compared without case and underscores.
_KEYS = (
    "errordescription",
    "error",
    "message",
    "detail",
    "details",
    "errors",
    "reason",
    "msg",
    "errormessage",
    "errormsg",
    "failurereason",
    "failreason",
    "description",
    "title",
    "issues",
    "err",
    "fault",
    "faultstring",
)
_LAST_KEYS = ("code", "errorcode", "type", "status")
# Objects around the whole answer. Their other keys are the job's, not words about a fault.
_ENVELOPES = ("data", "result", "response", "body")
_DEEPEST = 6
_MOST_WORDS = 5


def find_message(answer: Mapping[str, object], depth: int = 1) -> str:
    """Return the text that says what went wrong; empty if there is none."""
    values = _by_plain_key(answer)
    if words := next((words for words in (_words(values.get(key), depth) for key in _KEYS) if words), ""):
        return words
    inside = (members(values.get(key)) for key in _ENVELOPES if depth < _DEEPEST)
    return next((words for each in inside if (words := find_message(each, depth + 1))), "")


def _words(value: object, depth: int) -> str:
    """Return the text in a string, a list, or an object of a common shape."""
    if isinstance(value, str):
        return text(value).strip()
    if depth > _DEEPEST:
        return ""
    if isinstance(value, dict):
        values = _by_plain_key(value)
        keys = (*_KEYS, *(key for key in list(values)[:50] if key not in _KEYS + _LAST_KEYS), *_LAST_KEYS)
        return next((words for words in (_words(values.get(key), depth + 1) for key in keys) if words), "")
    if isinstance(value, list):
        listed = (_words(each, depth + 1) for each in value[:_MOST_WORDS])
        return text("; ".join(dict.fromkeys(words for words in listed if words)))
    return ""


def _by_plain_key(answer: Mapping[str, object]) -> dict[str, object]:
    return {key.lower().replace("_", ""): value for key, value in answer.items()}
