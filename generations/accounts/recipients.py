"""Who gets emails for staff. Apart from mail.py, which system checks import before models are loaded."""

from django.conf import settings

from generations.models import User


def addresses_of(permission: str) -> dict[str, list[str]]:
    """Return the emails of active staff with this permission, by language."""
    backend = "django.contrib.auth.backends.ModelBackend"
    staff = User.objects.with_perm(permission, backend=backend).filter(is_staff=True).exclude(email="")
    found: dict[str, list[str]] = {}
    for language, address in staff.order_by("email").values_list("language", "email"):
        found.setdefault(language or settings.LANGUAGE_CODE, []).append(address)
    return found
