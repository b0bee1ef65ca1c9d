"""What every page shows besides its own: the balance, the sandbox's banner, and why submitting is paused."""

from django.conf import settings
from django.http import HttpRequest

from generations import ledger, notices
from generations.models import Studio


def studio(request: HttpRequest) -> dict[str, object]:
    """Template context for someone who is signed in; nothing for anybody else."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"is_sandbox": settings.IS_SANDBOX, "is_signup_open": settings.SIGNUP_OPEN}
    return {
        "account": ledger.account_for(user),
        "is_sandbox": settings.IS_SANDBOX,
        **(_for_staff() if user.is_staff else {"is_waiting": _is_waiting}),
    }


def _is_waiting() -> bool:
    """Whether nothing is sent at the moment, asked only by pages that tell of it; why is told to staff."""
    return Studio.objects.filter(paused_at__isnull=False).exists()


def _for_staff() -> dict[str, object]:
    """What is wrong now; a pause that a notice tells of is not told twice."""
    told = notices.open_notices()
    row = Studio.objects.filter(paused_at__isnull=False).first()
    is_told = row is not None and any(notice.kind == row.pause_cause for notice in told)
    return {"notices": told, "paused": "" if row is None or is_told else row.why_paused}
