"""A column with the words of another column, for search."""

from typing import TYPE_CHECKING, Any

from django.db import models

from generations.texts.search_words import search_words

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


class SearchWordsField(_TextField):
    """The words of the field named ``source``, written whenever the row is saved; ``update()`` has to name it too."""

    def __init__(self, *args: Any, source: str = "", **kwargs: Any) -> None:
        self.source = source
        super().__init__(*args, **{"editable": False, "default": "", "blank": True, **kwargs})

    def deconstruct(self) -> Any:
        """Return a plain TextField: migrations need only the column."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        words = " ".join(search_words(getattr(model_instance, self.source)))
        setattr(model_instance, self.attname, words)
        return words
