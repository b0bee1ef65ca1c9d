"""The page that releases holds: choose clips, say why, see before and after, and, confirmed, give credits back."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from generations import lifecycle, sentences
from generations.models import Account, Generation, User

# It ends a clip, and it adds an entry to the ledger.
PERMISSIONS = ("generations.change_generation", "generations.add_entry")
MOST_CLIPS = 100


@dataclass(frozen=True)
class Release:
    """What it would do to one clip and its maker's balance; with a ``refusal`` nothing."""

    clip: Generation
    refusal: str
    before: int
    after: int

    @property
    def end(self) -> str:
        return str(lifecycle.end_of(self.clip).label)


class ReleaseForm(forms.Form):
    """Which clips, and why; they travel in one field, as people do on the page that gives credits."""

    clips = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        widget=AdminTextInputWidget,
        help_text=gettext_lazy("Why. It stands in the clip’s timeline and in its maker’s ledger."),
    )

    def clean_clips(self) -> list[Generation]:
        clips = _clips_of(self.cleaned_data["clips"])
        if not clips:
            raise forms.ValidationError(_("Choose at least one clip."))
        if len(clips) > MOST_CLIPS:
            raise forms.ValidationError(_("Choose at most %(most)s clips at once.") % {"most": MOST_CLIPS})
        return clips


def release_form(request: HttpRequest, ids: Sequence[str]) -> HttpResponse:
    """The first page, for the clips of these ids."""
    listed = ",".join(ids)
    return _show(request, ReleaseForm(initial={"clips": listed}), releases_of(_clips_of(listed)))


@require_http_methods(["GET", "HEAD", "POST"])
def releasing_page(request: HttpRequest) -> HttpResponse:
    """Every page after the first; and the first, by a link that names ``clips``."""
    if not request.user.has_perms(PERMISSIONS):
        raise PermissionDenied
    if request.method != "POST":
        return release_form(request, request.GET.get("clips", "").split(","))
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        return _show(request, form, releases_of(_clips_of(request.POST.get("clips", ""))))
    clips = form.cleaned_data["clips"]
    if "confirm" in request.POST:
        return _carry_out(request, clips, form.cleaned_data["note"])
    return _show(request, form, releases_of(clips), is_asked="edit" not in request.POST)


def releases_of(clips: Sequence[Generation]) -> list[Release]:
    """What would happen to each, the balance of somebody with several growing from line to line."""
    balances = dict(
        Account.objects.filter(user__in={clip.user_id for clip in clips}).values_list("pk", "balance")
    )
    found = []
    for clip in clips:
        refusal, before = lifecycle.why_not_released(clip), balances.get(clip.user_id, 0)
        balances[clip.user_id] = before if refusal else before + clip.credits
        found.append(Release(clip, refusal, before, balances[clip.user_id]))
    return found


def _clips_of(ids: str) -> list[Generation]:
    """The clips whose ids stand between commas, the oldest first; anything else is left out."""
    known = [pk for pk in map(_uuid, ids.split(",")) if pk]
    clips = Generation.objects.filter(pk__in=known).order_by("created_at", "id")
    return list(clips.select_related("user").defer("request_body"))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _carry_out(request: HttpRequest, clips: Sequence[Generation], note: str) -> HttpResponse:
    assert isinstance(request.user, User)  # noqa: S101
    released = [clip for clip in clips if lifecycle.release_hold(clip, actor=request.user, note=note)]
    words = sentences.RELEASED % {"note": note}
    LogEntry.objects.log_actions(request.user.pk, released, CHANGE, change_message=words)
    if released:
        done = len(released)
        told = ngettext(
            "The hold of %(n)s clip was released.", "The holds of %(n)s clips were released.", done
        )
        messages.success(request, told % {"n": done})
    left = len(clips) - len(released)
    if left:
        told = ngettext("%(n)s clip was left as it is.", "%(n)s clips were left as they are.", left)
        messages.warning(request, told % {"n": left})
    return redirect("admin:generations_generation_changelist")


def _show(
    request: HttpRequest, form: ReleaseForm, releases: Sequence[Release], *, is_asked: bool = False
) -> HttpResponse:
    count = sum(1 for each in releases if not each.refusal)
    asked = ngettext("Release the hold of %(n)s clip?", "Release the holds of %(n)s clips?", count) % {
        "n": count
    }
    context = {
        **admin.site.each_context(request),
        "title": asked if is_asked and count else _("Release hold"),
        "opts": Generation._meta,
        "form": form,
        "releases": releases,
        "count": count,
        "is_asked": bool(is_asked and count),
        "note": form.data.get("note", ""),
    }
    template = "admin/generations/generation/release.html"
    return TemplateResponse(request, template, context, status=422 if form.errors else 200)
