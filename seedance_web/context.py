"""Context of every page: the balance, the sandbox's banner, and why submitting is paused."""

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from generations.accounts.access import VIEW_NOTICES, may_grant
from generations.accounts.credit_requests import open_requests, unseen_answer_for
from generations.credits import ledger
from generations.lifecycle import estimates
from generations.models import Studio
from generations.operations.notify import open_notices


def studio(request: HttpRequest) -> dict[str, object]:
    """Return context for signed-in people, and an empty one for others."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {
            "is_sandbox": settings.IS_SANDBOX,
            "is_signup_open": settings.SIGNUP_OPEN,
            "has_sso": bool(settings.OIDC_URL),
            "sso_name": settings.OIDC_NAME,
            "has_passwords": settings.PASSWORD_SIGN_IN,
        }
    context: dict[str, object] = {
        # Not every fragment shows a balance.
        "account": SimpleLazyObject(lambda: ledger.account_for(user)),
        "is_sandbox": settings.IS_SANDBOX,
        "answer": SimpleLazyObject(lambda: unseen_answer_for(user)),
        # One query per page, and only on pages with clips in progress.
        "usual_seconds": SimpleLazyObject(estimates.usual_seconds),
    }
    if may_grant(user):
        context["credit_requests"] = SimpleLazyObject(lambda: open_requests().count())
    if not user.has_perm(VIEW_NOTICES):
        return {**context, "is_waiting": _is_waiting}
    notices = open_notices()
    row = Studio.objects.filter(paused_at__isnull=False).first()
    # A pause that has a notice is listed once.
    has_notice = row is not None and any(notice.kind == row.pause_cause for notice in notices)
    return {**context, "notices": notices, "paused": "" if row is None or has_notice else row.pause_reason}


def _is_waiting() -> bool:
    """Return whether clips wait for Apiframe; only people who may see notices see the reason."""
    is_paused = Q(paused_at__isnull=False)
    is_closed = Q(gate_opens_at__isnull=False) & ~Q(gate_cause=Studio.Closed.THROTTLED)
    return Studio.objects.filter(is_paused | is_closed).exists()
