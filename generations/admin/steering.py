"""What can be done with chosen clips: looked at, fetched or sent again, and given up for their credits."""

from collections.abc import Sequence

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from generations import lifecycle, sentences, tasks
from generations.admin.releasing_page import PERMISSIONS, release_form
from generations.models import Generation, User

# Reasons are told clip by clip, up to so many: a message is kept in a cookie.
MOST_REASONS = 5


class Steering(admin.ModelAdmin):
    """Nothing here is edited; what is asked for again cannot pay twice, and credits move through the ledger."""

    actions = ("look_again", "fetch_again", "send_again", "release_hold")

    def has_steer_permission(self, request: HttpRequest) -> bool:
        """Who may ask for things again; editing stays impossible for everybody."""
        return request.user.has_perm("generations.change_generation")

    def has_release_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(PERMISSIONS)

    @admin.action(description=gettext_lazy("Look again now"), permissions=["steer"])
    def look_again(self, request: HttpRequest, queryset: QuerySet[Generation]) -> None:
        tasks.sweep_later()
        _log(request, list(queryset), sentences.LOOK_AGAIN)
        self.message_user(request, _("Everything in flight is looked at now."))

    @admin.action(description=gettext_lazy("Fetch again"), permissions=["steer"])
    def fetch_again(self, request: HttpRequest, queryset: QuerySet[Generation]) -> None:
        chosen = list(queryset)
        hurried = [generation for generation in chosen if lifecycle.hurry(generation)]
        for generation in hurried:
            tasks.fetch_later(generation)
        _log(request, hurried, sentences.FETCH_AGAIN)
        if hurried:
            told = _("%(done)s of %(chosen)s are fetched again now.")
            told %= {"done": len(hurried), "chosen": len(chosen)}
            self.message_user(request, told, messages.SUCCESS)
        else:
            self.message_user(
                request, _("None of these waits for its files to be fetched."), messages.WARNING
            )

    @admin.action(description=gettext_lazy("Send again"), permissions=["steer"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Generation]) -> None:
        done, reasons = 0, []
        for clip in queryset.select_related("user"):
            try:
                _send_again(request, clip)
            except lifecycle.NotAgain as reason:
                reasons.append(f"{str(clip.pk)[:8]}: {reason}")
            else:
                done += 1
        if done:
            told = ngettext("%(n)s clip is sent again.", "%(n)s clips are sent again.", done) % {"n": done}
            self.message_user(request, told, messages.SUCCESS)
        self._refuse(request, reasons)

    @admin.action(description=gettext_lazy("Release hold"), permissions=["release"])
    def release_hold(self, request: HttpRequest, queryset: QuerySet[Generation]) -> HttpResponse:
        return release_form(request, [str(pk) for pk in queryset.values_list("pk", flat=True)])

    def _refuse(self, request: HttpRequest, reasons: Sequence[str]) -> None:
        for reason in reasons[:MOST_REASONS]:
            self.message_user(request, _("Not sent again: %(reason)s") % {"reason": reason}, messages.WARNING)
        more = len(reasons) - MOST_REASONS
        if more > 0:
            told = ngettext("And %(n)s more is not sent again.", "And %(n)s more are not sent again.", more)
            self.message_user(request, told % {"n": more}, messages.WARNING)


def _send_again(request: HttpRequest, clip: Generation) -> None:
    assert isinstance(request.user, User)  # noqa: S101
    made = lifecycle.send_again(clip, actor=request.user)
    if made.pk == clip.pk:
        tasks.submit_later(made)
    else:
        tasks.admit_later()
    _log(request, [clip], sentences.SENT_AGAIN_AS % {"clip": str(made.pk)[:8]})


def _log(request: HttpRequest, generations: Sequence[Generation], message: str) -> None:
    assert request.user.pk  # noqa: S101
    LogEntry.objects.log_actions(request.user.pk, generations, CHANGE, change_message=message)
