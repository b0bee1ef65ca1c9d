"""Invitations: the form, the link if no email is sent, and the status of each."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION
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

from generations.accounts import mail
from generations.accounts.access import may_grant, may_limit
from generations.accounts.audit import Kind, record
from generations.accounts.invitations import (
    InvitationGone,
    create_invitation,
    mail_link,
    renew_invitation,
    withdraw_invitation,
)
from generations.admin.readonly import ReadOnlyAdmin, log_action
from generations.models import Invitation, User
from generations.models.caps import CAP_NAMES
from generations.texts.messages import INVITATION_RESENT, INVITATION_WITHDRAWN, INVITED


class InviteForm(forms.ModelForm):
    """An email address, and the credits and limits its owner starts with."""

    class Meta:
        model = Invitation
        fields = ("email", "credits", *CAP_NAMES)
        widgets = {
            "email": AdminEmailInputWidget,
            **dict.fromkeys(("credits", *CAP_NAMES), AdminIntegerFieldWidget),
        }

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_grant(actor):
            self.fields["credits"].disabled = True
        if not may_limit(actor):
            for name in CAP_NAMES:
                self.fields[name].disabled = True

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Someone with this email already has an account."))
        waiting = Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None)
        if waiting.filter(expires_at__gt=timezone.now()).exists():
            raise forms.ValidationError(
                _("This email has already been invited. Resend that invitation instead.")
            )
        return email

    def validate_constraints(self) -> None:
        """Left to the database: a new invitation replaces an expired one."""

    def caps(self) -> dict[str, int | None]:
        return {name: self.cleaned_data[name] for name in CAP_NAMES}


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("status")
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
    """Invitations are created, resent and withdrawn; their credits and limits never change."""

    list_display = ("email", "state", "credits", "invited_by", "created_at", "expires_at", "accepted_by")
    list_filter = (StateFilter, ("invited_by", admin.RelatedOnlyFieldListFilter))
    search_fields = ("email__mentions", "accepted_by__username__mentions")
    list_select_related = ("invited_by", "accepted_by")
    date_hierarchy = "created_at"
    actions = ("withdraw", "send_again")
    exclude = ("token_hash",)

    def has_add_permission(self, request: HttpRequest) -> bool:  # type: ignore[override]
        return request.user.has_perm("generations.add_invitation")

    def has_invite_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    @admin.display(description=gettext_lazy("Status"))
    def state(self, invitation: Invitation) -> str:
        return str(invitation.state.label)

    # Replaces Django's view, which is one transaction: it should not wait for a mail server.
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = InviteForm(request.POST or None, actor=_actor(request))
        if request.method == "POST" and form.is_valid():
            response = _invite(request, form)
            if response:
                return response
        context = {"title": _("Invite someone"), "form": form}
        return _page(request, "invite.html", context, status=422 if form.is_bound else 200)

    @admin.action(description=gettext_lazy("Withdraw invitations"), permissions=["invite"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        withdrawn = [each for each in queryset if withdraw_invitation(each)]
        log_action(_actor(request), withdrawn, INVITATION_WITHDRAWN())
        for each in withdrawn:
            record(Kind.DELETED, request, model="invitation", name=each.email)
        messages.success(request, _("Invitations withdrawn: %(count)s") % {"count": len(withdrawn)})

    @admin.action(description=gettext_lazy("Resend with a new link"), permissions=["invite"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> HttpResponse | None:
        if len(queryset) != 1:
            messages.error(request, _("Choose one invitation. Each link is shown or emailed separately."))
            return None
        [invitation] = queryset.select_related("invited_by")
        try:
            token = renew_invitation(invitation, actor=_actor(request))
        except InvitationGone:
            messages.error(request, _("This invitation was already accepted or withdrawn."))
            return None
        log_action(_actor(request), [invitation], INVITATION_RESENT())
        return _deliver(request, invitation, token)


def _invite(request: HttpRequest, form: InviteForm) -> HttpResponse | None:
    email, credits = form.cleaned_data["email"], form.cleaned_data["credits"]
    try:
        invitation, token = create_invitation(email, credits=credits, caps=form.caps(), actor=_actor(request))
    except IntegrityError:
        form.add_error("email", _("This email was invited just now."))
        return None
    log_action(_actor(request), [invitation], INVITED(address=email, credits=credits), ADDITION)
    record(Kind.ADDED, request, model="invitation", name=email, credits=credits, limits=form.caps())
    return _deliver(request, invitation, token)


def _deliver(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Email the link, or show it once if no email is sent."""
    link = mail.link_to(request, reverse("invitation", args=[token]))
    if mail_link(invitation, link):
        words = _("Sending the invitation to %(address)s.")
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
