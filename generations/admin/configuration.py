"""What staff configure: limits, groups, the studio’s presets, and invitations."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION
from django.contrib.admin.widgets import AdminEmailInputWidget, AdminIntegerFieldWidget
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Count, F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
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
from generations.admin.base import AuditedAdmin, ReadOnlyAdmin, actor_of, log_action, panel_page
from generations.models import Caps, Group, Invitation, Preset, User
from generations.models.caps import CAP_NAMES
from generations.models.named import fold
from generations.models.recipe_columns import SETTING_NAMES
from generations.texts.messages import INVITATION_RESENT, INVITATION_WITHDRAWN, INVITED


@admin.register(Caps)
class CapsAdmin(AuditedAdmin):
    """The studio's limits, and those of single people."""

    list_display = ("whose", *CAP_NAMES)
    search_fields = ("user__username__mentions", "user__email__mentions")
    autocomplete_fields = ("user",)
    list_select_related = ("user",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Caps]:
        """The studio's first."""
        return super().get_queryset(request).order_by(F("user__username").asc(nulls_first=True))

    def get_readonly_fields(self, request: HttpRequest, obj: Caps | None = None) -> tuple[str, ...]:
        return ("user",) if obj else ()

    @admin.display(description=gettext_lazy("User"), ordering="user__username")
    def whose(self, caps: Caps) -> str:
        return str(caps.user) if caps.user else _("Everyone (studio limits)")


@admin.register(Group)
class GroupAdmin(AuditedAdmin):
    """Groups, and the credits each member gets on the 1st of a month."""

    list_display = ("name", "people", "monthly_credits", "carries_over", "requires_factor", "is_active")
    search_fields = ("name__mentions", "members__username__mentions")
    # A list of everyone to choose from would be as long as the studio is large.
    autocomplete_fields = ("members",)

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> tuple[str, ...]:
        """Keep the second factor a matter of those who may change people."""
        return () if request.user.has_perm("generations.change_user") else ("requires_factor",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and may_grant(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Require the right to give credits: a group and its members decide who gets some each month."""
        allowed = super().has_change_permission(request, obj) and may_grant(request.user)
        return allowed and _may_lift(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_lift(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        groups: QuerySet[Group] = super().get_queryset(request)
        return groups.annotate(people_count=Count("members"))

    @admin.display(description=gettext_lazy("Members"), ordering="people_count")
    def people(self, group: Group) -> int:
        count: int = group.people_count  # type: ignore[attr-defined]
        return count

    def save_model(self, request: HttpRequest, obj: Group, form: forms.ModelForm, change: bool) -> None:
        """Record who saved it: the ledger names them for what the group gives from now on."""
        assert isinstance(request.user, User)  # noqa: S101 - for the types alone
        obj.set_by = request.user
        super().save_model(request, obj, form, change)


def _may_lift(request: HttpRequest, group: Group | None) -> bool:
    """Whether they may free the group's members of its second factor, as losing the group or its members does."""
    is_bound = group is not None and group.requires_factor
    return not is_bound or request.user.has_perm("generations.change_user")


class StudioPresetForm(forms.ModelForm):
    """A preset without an owner, for everyone."""

    class Meta:
        model = Preset
        fields = ("name", *SETTING_NAMES)

    def clean_name(self) -> str:
        name = Preset.tidied(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Enter a name for the preset."), code="required")
        if Preset.named(None, name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("You already have a preset with this name."), code="taken")
        return name


@admin.register(Preset)
class PresetAdmin(AuditedAdmin):
    """The studio's presets; people's own are private."""

    form = StudioPresetForm
    list_display = ("name", "aspect_ratio", "resolution", "duration")
    search_fields = ("name__mentions",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Preset]:
        found: QuerySet[Preset] = super().get_queryset(request)
        return found.filter(user=None)

    def save_model(self, request: HttpRequest, obj: Preset, form: forms.ModelForm, change: bool) -> None:
        obj.folded = fold(obj.name)
        super().save_model(request, obj, form, change)


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
        form = InviteForm(request.POST or None, actor=actor_of(request))
        if request.method == "POST" and form.is_valid():
            email, credits = form.cleaned_data["email"], form.cleaned_data["credits"]
            try:
                invitation, token = create_invitation(
                    email, credits=credits, caps=form.caps(), actor=actor_of(request)
                )
            except IntegrityError:
                form.add_error("email", _("This email was invited just now."))
            else:
                log_action(actor_of(request), [invitation], INVITED(address=email, credits=credits), ADDITION)
                record(
                    Kind.ADDED, request, model="invitation", name=email, credits=credits, limits=form.caps()
                )
                return _deliver(request, invitation, token)
        context = {"title": _("Invite someone"), "form": form}
        return _page(request, "invite.html", context, status=422 if form.is_bound else 200)

    @admin.action(description=gettext_lazy("Withdraw invitations"), permissions=["invite"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        withdrawn = [each for each in queryset if withdraw_invitation(each)]
        log_action(actor_of(request), withdrawn, INVITATION_WITHDRAWN())
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
            token = renew_invitation(invitation, actor=actor_of(request))
        except InvitationGone:
            messages.error(request, _("This invitation was already accepted or withdrawn."))
            return None
        log_action(actor_of(request), [invitation], INVITATION_RESENT())
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
    template = f"admin/generations/invitation/{name}"
    return panel_page(request, template, {"opts": Invitation._meta, **context}, status=status)
