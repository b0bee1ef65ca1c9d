"""Template tags for the pages about sign-in: factors and sessions."""

from django import template
from django.conf import settings
from django.template import Context

from generations.accounts import factors, mail, sessions
from generations.texts import durations

register = template.Library()
register.filter("ago", durations.ago)
register.filter("browser", sessions.browser_name)


@register.simple_tag(takes_context=True)
def must_set_up_factor(context: Context) -> bool:
    """Return whether the reader has to set up a second factor before anything else."""
    return factors.lacks_required(context["request"])


@register.simple_tag
def can_mail() -> bool:
    """Return whether a link can be mailed."""
    return mail.is_configured()


@register.simple_tag
def has_passwords() -> bool:
    """Return whether people may sign in with a password."""
    is_on: bool = settings.PASSWORD_SIGN_IN
    return is_on
