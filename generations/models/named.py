"""What collections, tags and presets share: a name that one owner gives once, whatever its case and width."""

from typing import Any, Self

from django import forms
from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet

from generations.texts.characters import clean_name, unicode_form

LONGEST_NAME = 60


def fold(name: str) -> str:
    """Return the form in which equal names match: case, width and composition make no difference."""
    return unicode_form("NFKC", unicode_form("NFKC", name).casefold())


class NameField(forms.CharField):
    """A typed name as it will be shown; a name without visible characters is empty."""

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        return clean_name(typed)


class Named(models.Model):
    """Its columns are ``user`` (None means the studio), ``name``, and ``folded``, which is unique per user."""

    class Meta:
        abstract = True

    @classmethod
    def tidied(cls, name: str) -> str:
        """Return the name as it is shown, as long as the column; "" if nothing of it can be seen."""
        column: Any = cls._meta.get_field("name")
        return clean_name(name, longest=column.max_length)

    @classmethod
    def named(cls, owner: Any, name: str) -> QuerySet[Self]:
        """Return the owner's row of this name, if there is one."""
        return cls._default_manager.filter(user=owner, folded=fold(cls.tidied(name)))

    @classmethod
    def obtain(cls, owner: Any, name: str) -> Self:
        """Return the owner's row of this name; create it if there is none."""
        name = cls.tidied(name)
        return cls._default_manager.get_or_create(user=owner, folded=fold(name), defaults={"name": name})[0]

    def rename(self, name: str) -> bool:
        """Take the name; return False and change nothing if the owner has another row of this name."""
        row: Any = self
        row.name = self.tidied(name)
        row.folded = fold(row.name)
        try:
            with transaction.atomic():
                row.save(update_fields=["name", "folded"])
        except IntegrityError:
            if not self.named(row.user_id, row.name).exclude(pk=row.pk).exists():
                raise
            row.refresh_from_db(fields=["name", "folded"])
            return False
        return True
