"""What every page shows besides its own: the balance, the sandbox's banner, and why submitting is paused."""

from django.conf import settings
from django.http import HttpRequest

from generations import ledger
from generations.models import Studio


def studio(request: HttpRequest) -> dict[str, object]:
    """Template context for someone who is signed in; nothing for anybody else."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"is_sandbox": settings.IS_SANDBOX, "is_signup_open": settings.SIGNUP_OPEN}
    return {
        "account": ledger.account_for(user),
        "is_sandbox": settings.IS_SANDBOX,
        "paused": _pause_reason() if user.is_staff else "",
    }


def _pause_reason() -> str:
    row = Studio.objects.filter(paused_at__isnull=False).first()
    return row.pause_reason if row else ""
