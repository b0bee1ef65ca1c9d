"""How rows store messages: as JSON. Plain text was written by Apiframe or a person; it is never translated."""

import json
from datetime import date, datetime
from typing import Any

from generations.texts import messages
from generations.texts.message import LONGEST_TEXT, SENTENCES, Message

_START = '{"kind":'


def encode(value: Message | str) -> str:
    """Return the text to store: JSON of a message, or the plain text itself."""
    if isinstance(value, Message):
        return json.dumps(_to_json(value), ensure_ascii=False, separators=(",", ":"))
    text = str(value)[:LONGEST_TEXT]
    # Wrap text that looks like a stored message, so that no one outside can write one.
    return encode(messages.TEXT(text=text)) if text.startswith(_START) else text


def decode(stored: str) -> Message | str:
    """Return what ``encode`` stored; a kind unknown to this version stays as stored."""
    if not stored.startswith(_START):
        return stored
    try:
        value = _from_json(json.loads(stored))
    except (ValueError, KeyError, TypeError):
        return stored
    if not isinstance(value, Message):
        return stored
    return str(value.params["text"]) if value.kind == messages.TEXT.name else value


def _to_json(value: Any) -> Any:
    match value:
        case Message():
            params = {name: _to_json(each) for name, each in value.params.items()}
            return {"kind": value.kind, "params": params}
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"month": f"{value:%Y-%m}"}
        case list():
            return [_to_json(each) for each in value]
    return value


def _from_json(value: Any) -> Any:
    match value:
        case {"kind": str(kind), "params": dict(params)}:
            if kind not in SENTENCES:
                raise KeyError(kind)
            return Message(kind, {name: _from_json(each) for name, each in params.items()})
        case {"moment": str(moment)}:
            return datetime.fromisoformat(moment)
        case {"month": str(month)}:
            return date.fromisoformat(f"{month}-01")
        case list():
            return [_from_json(each) for each in value]
    return value
