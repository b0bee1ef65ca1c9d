"""Asking people in: the form, the link where no mail goes out, and what became of each invitation."""

from collections.abc import Sequence

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.widgets import AdminEmailInputWidget, AdminIntegerFieldWidget
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from generations import people, sentences
from generations.admin.readonly import ReadOnlyAdmin
from generations.models import Invitation, User
from generations.models.caps import CAP_NAMES


class InviteForm(forms.ModelForm):
    """An address, and what its owner begins with."""

    class Meta:
        model = Invitation
        fields = ("email", "credits", *CAP_NAMES)
        widgets = {
            "email": AdminEmailInputWidget,
            **dict.fromkeys(("credits", *CAP_NAMES), AdminIntegerFieldWidget),
        }

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Somebody with this address is here already."))
        waiting = Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None)
        if waiting.filter(expires_at__gt=timezone.now()).exists():
            raise forms.ValidationError(
                _("This address is invited already. Send that invitation again instead.")
            )
        return email

    def validate_constraints(self) -> None:
        """Left to the database: an invitation whose week is over gives way to the new one."""

    def caps(self) -> dict[str, int | None]:
        return {name: self.cleaned_data[name] for name in CAP_NAMES}


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in Invitation.State.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> QuerySet[Invitation]:
        waiting = queryset.filter(accepted_at=None, withdrawn_at=None)
        match self.value():
            case "open":
                return waiting.filter(expires_at__gt=timezone.now())
            case "expired":
                return waiting.filter(expires_at__lte=timezone.now())
            case "accepted":
                return queryset.exclude(accepted_at=None)
            case "withdrawn":
                return queryset.exclude(withdrawn_at=None)
        return queryset


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Only asked in, sent again and withdrawn: what was promised is not changed afterwards."""

    list_display = ("email", "state", "credits", "invited_by", "created_at", "expires_at", "accepted_by")
    list_filter = (StateFilter, ("invited_by", admin.RelatedOnlyFieldListFilter))
    search_fields = ("email", "accepted_by__username")
    list_select_related = ("invited_by", "accepted_by")
    date_hierarchy = "created_at"
    actions = ("withdraw", "send_again")
    exclude = ("token_hash",)

    def has_add_permission(self, request: HttpRequest) -> bool:  # type: ignore[override]
        return request.user.has_perm("generations.add_invitation")

    def has_invite_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    @admin.display(description=gettext_lazy("State"))
    def state(self, invitation: Invitation) -> str:
        return str(invitation.state.label)

    # Not the panel's own view: that one is a transaction, inside which no mail server should be waited for.
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = InviteForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            response = _invite(request, form)
            if response:
                return response
        context = {"title": _("Invite somebody"), "form": form}
        return _page(request, "invite.html", context, status=422 if form.is_bound else 200)

    @admin.action(description=gettext_lazy("Withdraw"), permissions=["invite"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        withdrawn = [each for each in queryset if people.withdraw(each)]
        _log(request, withdrawn, CHANGE, sentences.WITHDRAWN)
        messages.success(request, _("Withdrawn: %(count)s.") % {"count": len(withdrawn)})

    @admin.action(description=gettext_lazy("Send one again, with a new link"), permissions=["invite"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> HttpResponse | None:
        if len(queryset) != 1:
            messages.error(request, _("Choose one: each link is shown or mailed by itself."))
            return None
        [invitation] = queryset.select_related("invited_by")
        try:
            token = people.renew(invitation)
        except people.InvitationGone:
            messages.error(request, _("This one was accepted or withdrawn."))
            return None
        _log(request, [invitation], CHANGE, sentences.SENT_AGAIN)
        return _deliver(request, invitation, token)


def _invite(request: HttpRequest, form: InviteForm) -> HttpResponse | None:
    email, credits = form.cleaned_data["email"], form.cleaned_data["credits"]
    try:
        invitation, token = people.invite(email, credits=credits, caps=form.caps(), actor=_actor(request))
    except IntegrityError:
        form.add_error("email", _("This address was invited a moment ago."))
        return None
    _log(request, [invitation], ADDITION, sentences.INVITED % {"address": email, "credits": credits})
    return _deliver(request, invitation, token)


def _deliver(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Mail the link, or show it, this once."""
    link = request.build_absolute_uri(reverse("invitation", args=[token]))
    if people.mail_link(invitation, link):
        words = _("The invitation is on its way to %(address)s.")
        messages.success(request, words % {"address": invitation.email})
        return redirect("admin:generations_invitation_changelist")
    context = {"title": str(invitation), "invitation": invitation, "link": link}
    return never_cache(lambda request: _page(request, "link.html", context))(request)


def _page(request: HttpRequest, name: str, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    everywhere = {**admin.site.each_context(request), "opts": Invitation._meta}
    template = f"admin/generations/invitation/{name}"
    return TemplateResponse(request, template, {**everywhere, **context}, status=status)


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def _log(request: HttpRequest, invitations: Sequence[Invitation], flag: int, message: str) -> None:
    for each in invitations:
        LogEntry.objects.log_actions(_actor(request).pk, [each], flag, change_message=message)
