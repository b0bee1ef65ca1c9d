"""A column with a message or plain text."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from generations.texts.message import Message
from generations.texts.stored_message import decode, encode

if TYPE_CHECKING:
    _TextField = models.TextField[Message | str, Message | str]
else:
    _TextField = models.TextField


class MessageField(_TextField):
    """Text in the database; in Python a ``Message``, or plain text that Apiframe or a person wrote."""

    def deconstruct(self) -> Any:
        """Return a plain TextField: migrations handle the stored text."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def from_db_value(
        self, value: str | None, expression: object, connection: BaseDatabaseWrapper
    ) -> Message | str | None:
        return None if value is None else decode(value)

    def to_python(self, value: Any) -> Any:
        return decode(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        return encode(value) if isinstance(value, Message | str) else super().get_prep_value(value)

    def value_to_string(self, obj: models.Model) -> str:
        return encode(self.value_from_object(obj))
