"""Actions on chosen clips: refresh, download again, resubmit, and return their credits."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from generations import tasks
from generations.accounts.access import GRANT
from generations.accounts.audit import Kind, record
from generations.admin.base import ConfirmForm, ConfirmPage, actor_of, log_action
from generations.lifecycle.download import download_now
from generations.lifecycle.poll import reread_answer
from generations.lifecycle.refund import end_of, release_hold, why_not_released
from generations.lifecycle.resubmit import CannotResubmit, resubmit_generation
from generations.models import Account, Generation, User
from generations.models.generation import NOT_LISTED
from generations.texts.messages import CREDITS_RETURNED, DOWNLOAD_REQUESTED, RESUBMITTED_AS, STATUS_REFRESHED
from generations.texts.parsing import uuid_in

# Reasons are shown for this many clips: a message is kept in a cookie.
MOST_REASONS = 5
# Returning credits ends a clip and adds an entry to the ledger.
RELEASE_PERMISSIONS = ("generations.change_generation", GRANT)
MOST_CLIPS = 100


class GenerationActions(admin.ModelAdmin):
    """No action edits a row: a repeated request cannot pay twice, and credits move through the ledger."""

    actions = ("look_again", "fetch_again", "send_again", "release_hold")

    def has_steer_permission(self, request: HttpRequest) -> bool:
        """Allow requesting things again; no one may edit."""
        return request.user.has_perm("generations.change_generation")

    def has_release_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(RELEASE_PERMISSIONS)

    @admin.action(description=gettext_lazy("Refresh status"), permissions=["steer"])
    def look_again(self, request: HttpRequest, queryset: QuerySet[Generation]) -> None:
        chosen = list(queryset)
        tasks.sweep_later()
        log_action(actor_of(request), chosen, STATUS_REFRESHED())
        self.message_user(request, _("Refreshing the status of all clips in progress."))
        if found := sum(reread_answer(generation) for generation in chosen):
            words = ngettext(
                "Found the video link of %(n)s clip in its stored answer.",
                "Found the video links of %(n)s clips in their stored answers.",
                found,
            )
            self.message_user(request, words % {"n": found}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Download again"), permissions=["steer"])
    def fetch_again(self, request: HttpRequest, queryset: QuerySet[Generation]) -> None:
        chosen = list(queryset)
        restarted = [generation for generation in chosen if download_now(generation)]
        for generation in restarted:
            tasks.fetch_later(generation.pk)
        log_action(actor_of(request), restarted, DOWNLOAD_REQUESTED())
        if restarted:
            words = _("Downloading %(done)s of %(chosen)s clips again.")
            counts = {"done": len(restarted), "chosen": len(chosen)}
            self.message_user(request, words % counts, messages.SUCCESS)
        else:
            self.message_user(request, _("None of these clips is waiting for a download."), messages.WARNING)

    @admin.action(description=gettext_lazy("Resubmit"), permissions=["steer"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Generation]) -> None:
        done, reasons = 0, []
        for clip in queryset.select_related("user"):
            try:
                resubmitted = resubmit_generation(clip, actor=actor_of(request))
            except CannotResubmit as reason:
                reasons.append(f"{str(clip.pk)[:8]}: {reason}")
                continue
            if resubmitted.pk == clip.pk:
                tasks.submit_later(resubmitted.pk)
            else:
                tasks.admit_later()
            log_action(actor_of(request), [clip], RESUBMITTED_AS(clip=str(resubmitted.pk)[:8]))
            done += 1
        if done:
            words = ngettext("%(n)s clip resubmitted.", "%(n)s clips resubmitted.", done)
            self.message_user(request, words % {"n": done}, messages.SUCCESS)
        for each in reasons[:MOST_REASONS]:
            words = _("Not resubmitted: %(reason)s")
            self.message_user(request, words % {"reason": each}, messages.WARNING)
        more = len(reasons) - MOST_REASONS
        if more > 0:
            words = ngettext(
                "%(n)s more clip was not resubmitted.", "%(n)s more clips were not resubmitted.", more
            )
            self.message_user(request, words % {"n": more}, messages.WARNING)

    @admin.action(description=gettext_lazy("Return credits"), permissions=["release"])
    def release_hold(self, request: HttpRequest, queryset: QuerySet[Generation]) -> HttpResponse:
        return RELEASE_PAGE.first_page(request, ",".join(map(str, queryset.values_list("pk", flat=True))))


@dataclass(frozen=True)
class Release:
    """The effect on a clip and its owner's balance; none if there is a ``refusal``."""

    clip: Generation
    refusal: str
    before: int
    after: int

    @property
    def end(self) -> str:
        return str(end_of(self.clip).label)


class ReleaseForm(ConfirmForm):
    """Which clips, and why."""

    clips = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        widget=AdminTextInputWidget,
        help_text=gettext_lazy("The reason. It appears in the clip’s timeline and in the user’s ledger."),
    )

    def clean_clips(self) -> list[Generation]:
        clips = clips_in(self.cleaned_data["clips"])
        if not clips:
            raise forms.ValidationError(_("Choose at least one clip."))
        if len(clips) > MOST_CLIPS:
            raise forms.ValidationError(_("Choose at most %(most)s clips at once.") % {"most": MOST_CLIPS})
        return clips


class ReleasePage(ConfirmPage[ReleaseForm]):
    model = Generation
    template = "admin/generations/generation/release.html"
    form_class = ReleaseForm
    chosen = "clips"

    def is_allowed(self, user: User) -> bool:
        return user.has_perms(RELEASE_PERMISSIONS)

    def context(self, form: ReleaseForm, ids: str, *, is_preview: bool) -> dict[str, object]:
        releases = releases_of(clips_in(ids))
        count = sum(not each.refusal for each in releases)
        words = ngettext("Return credits for %(n)s clip?", "Return credits for %(n)s clips?", count)
        return {
            "title": words % {"n": count} if is_preview and count else _("Return credits"),
            "releases": releases,
            "count": count,
            "is_preview": bool(is_preview and count),
        }

    def carry_out(self, request: HttpRequest, form: ReleaseForm, actor: User) -> bool:
        clips, note = form.cleaned_data["clips"], form.cleaned_data["note"]
        released = [clip for clip in clips if release_hold(clip, actor=actor, note=note)]
        log_action(actor, released, CREDITS_RETURNED(note=note))
        for clip in released:
            record(Kind.CREDITS_RETURNED, request, target=clip.user, clip=clip.pk, note=note)
        if released:
            done = len(released)
            words = ngettext("Credits returned for %(n)s clip.", "Credits returned for %(n)s clips.", done)
            messages.success(request, words % {"n": done})
        left = len(clips) - len(released)
        if left:
            words = ngettext("%(n)s clip was not changed.", "%(n)s clips were not changed.", left)
            messages.warning(request, words % {"n": left})
        return True


def releases_of(clips: Sequence[Generation]) -> list[Release]:
    """Return what happens to each clip; several of one user add up from line to line."""
    users = {clip.user_id for clip in clips}
    balances = dict(Account.objects.filter(user__in=users).values_list("pk", "balance"))
    found = []
    for clip in clips:
        refusal, before = why_not_released(clip), balances.get(clip.user_id, 0)
        balances[clip.user_id] = before if refusal else before + clip.credits
        found.append(Release(clip, refusal, before, balances[clip.user_id]))
    return found


def clips_in(ids: str) -> list[Generation]:
    """Return the clips of these ids, separated by commas, oldest first; ignore anything else."""
    known = [pk for pk in map(uuid_in, ids.split(",")) if pk]
    clips = Generation.objects.filter(pk__in=known).order_by("created_at", "id")
    return list(clips.select_related("user").defer(*NOT_LISTED))


RELEASE_PAGE = ReleasePage()
