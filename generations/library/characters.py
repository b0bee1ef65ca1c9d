"""Characters of a library: listing them, the form that makes and changes one, and its pictures in order."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery, UUIDField
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.library.list import LibraryForm
from generations.models import Asset, Character, CharacterPicture, User
from generations.models.character import LONGEST_NOTE, MOST_CHARACTERS, MOST_PICTURES
from generations.models.named import LONGEST_NAME, NameField, fold
from generations.seedance.roles import PICTURES, ROLES
from generations.texts.characters import normalized
from generations.texts.parsing import number_in, uuid_in
from generations.texts.search_words import search_phrases, search_words

# A selection has at most a page of the library.
_MOST_CHOSEN = 100


def list_characters(user: User, *, words: str = "", is_empty_too: bool = True) -> list[Character]:
    """Return the user's characters by name, with their number of pictures and the first one; one query.

    They are ``kept`` and ``cover``, an id or None. Pictures in the trash do not count.
    """
    there = CharacterPicture.objects.filter(character=OuterRef("pk"), asset__trashed_at=None)
    covers = there.exclude(asset__thumbnail="").order_by("position").values("asset")
    counted = there.order_by().values("character").annotate(pictures=Count("pk")).values("pictures")
    found = user.characters.annotate(
        kept=Coalesce(Subquery(counted), 0), cover=Subquery(covers[:1], output_field=UUIDField())
    )
    if not is_empty_too:
        found = found.filter(kept__gt=0)
    phrases = [" ".join(phrase) for phrase in search_phrases(words)] or [words.strip()]
    return [
        each
        for each in found
        if all(phrase in f"{each.name} {' '.join(search_words(each.name))}" for phrase in phrases)
    ]


def offered_characters(user: User, narrowed: LibraryForm, *, role: str = "") -> list[Character]:
    """Return those that the filters of the library leave; none where a frame is chosen."""
    wanted = narrowed.cleaned_data
    if wanted.get("kind") not in (None, "", Asset.Kind.IMAGE) or (role in ROLES and ROLES[role].is_frame):
        return []
    return list_characters(user, words=wanted.get("q", ""))


def pictures_of(character: Character) -> QuerySet[Asset]:
    """Return its pictures in order, without those in the trash."""
    kept = Asset.objects.filter(places__character=character, trashed_at=None)
    return kept.order_by("places__position")


def chosen_pictures(user: User, written: Iterable[str]) -> list[Asset]:
    """Return the pictures of these ids, in this order. What is not a picture of the user's is left out."""
    ids = list(dict.fromkeys(pk for each in written if (pk := uuid_in(each))))[:_MOST_CHOSEN]
    found = Asset.objects.filter(user=user, kind=Asset.Kind.IMAGE, trashed_at=None).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def rearranged(pictures: Sequence[Asset], command: str) -> list[Asset]:
    """Carry out ``left N``, ``right N`` or ``drop N``, counted from 1. Anything else changes nothing."""
    verb, _blank, written = command.partition(" ")
    found, at = list(pictures), (number_in(written, digits=3) or 0) - 1
    if at not in range(len(found)):
        return found
    picture = found.pop(at)
    places = {"left": max(0, at - 1), "right": at + 1}
    if verb != "drop":
        found.insert(places.get(verb, at), picture)
    return found


def add_pictures(character: Character, pictures: Iterable[Asset]) -> list[Asset]:
    """Add pictures behind the others; return those for which there is no room."""
    held = list(pictures_of(character))
    new = [each for each in pictures if each not in held]
    room = MOST_PICTURES - len(held)
    _place(character, [*held, *new[:room]])
    return new[room:]


@transaction.atomic
def _place(character: Character, chosen: Sequence[Asset]) -> None:
    """Give it these pictures in this order. Those in the trash stay behind them as far as there is room."""
    # Locked, so that of two changes one comes after the other, and no picture is deleted in between.
    list(Character.objects.select_for_update().filter(pk=character.pk))
    hidden = Asset.objects.filter(places__character=character, trashed_at__isnull=False)
    order = [*chosen, *hidden.order_by("places__position")][:MOST_PICTURES]
    locked = Asset.objects.select_for_update().in_bulk([each.pk for each in order])
    character.places.all().delete()
    CharacterPicture.objects.bulk_create(
        CharacterPicture(character=character, asset=asset, position=position)
        for position, asset in enumerate((each for each in order if each.pk in locked), start=1)
    )


class NoteField(forms.CharField):
    """A text whose line ends count once."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return normalized(super().to_python(value) or "")


class CharacterForm(forms.Form):
    """Name and note of a character, new or there already, with pictures that were chosen beside it."""

    name = NameField(
        max_length=LONGEST_NAME, error_messages={"required": gettext_lazy("Enter a name for the character.")}
    )
    note = NoteField(required=False, max_length=LONGEST_NOTE)

    def __init__(
        self,
        *args: Any,
        user: User,
        pictures: Sequence[Asset],
        character: Character | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.user, self.pictures, self.character = user, pictures, character

    def clean(self) -> dict[str, Any]:
        if not self.pictures:
            raise ValidationError(_("Choose at least one picture."), code="no_pictures")
        if len(self.pictures) > MOST_PICTURES:
            counts = {"count": len(self.pictures), "most": MOST_PICTURES}
            raise ValidationError(str(ROLES[PICTURES].too_many), code="too_many", params=counts)
        if self.character is None and self.user.characters.count() >= MOST_CHARACTERS:
            words = _("You’ve reached the limit of %(count)s characters. Delete one first.")
            raise ValidationError(words, code="full", params={"count": MOST_CHARACTERS})
        return self.cleaned_data

    @transaction.atomic
    def save(self) -> Character | None:
        """Save it; None, and an error of the form, if another character has the name. The form must be valid."""
        name = Character.tidied(self.cleaned_data["name"])
        if self.character:
            character, is_free = self.character, self.character.rename(name)
        else:
            character, is_free = Character.objects.get_or_create(
                user=self.user, folded=fold(name), defaults={"name": name}
            )
        if not is_free:
            words = _("You already have a character with this name.")
            self.add_error("name", ValidationError(words, code="taken"))
            return None
        character.note = self.cleaned_data["note"]
        character.save(update_fields=["note"])
        _place(character, self.pictures)
        return character
