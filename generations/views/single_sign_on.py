"""Going to the identity provider, and coming back."""

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe
from requests import RequestException

from generations.accounts.attempts import Limit, address_of, count, too_many_requests
from generations.accounts.oidc import OidcClient

# Each visit asks the identity provider once or more.
VISITS = Limit(30)


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponseBase:
    """Redirect to the identity provider.

    A link may lead here, because it only ever signs in. It never links an account to the person signed in now.
    """
    if seconds := _wait(request):
        return too_many_requests(request, seconds=seconds)
    if request.user.is_authenticated:
        return redirect("studio")
    provider = OidcClient(request).get_provider()
    try:
        going: HttpResponseBase = provider.redirect(
            request, AuthProcess.LOGIN, next_url=get_next_redirect_url(request), auth_params={}
        )
    except (LookupError, OAuth2Error, RequestException, TypeError, ValueError) as error:
        going = render_authentication_error(request, provider, exception=error)
    return going


@login_not_required
@require_safe
def callback(request: HttpRequest) -> HttpResponseBase:
    """Sign in whom the identity provider vouches for."""
    if seconds := _wait(request):
        return too_many_requests(request, seconds=seconds)
    answer: HttpResponseBase = OAuth2CallbackView.adapter_view(OidcClient(request))(request)
    return answer


def _wait(request: HttpRequest) -> int:
    if not settings.OIDC_URL:
        raise Http404
    return count(VISITS, "single sign-on", address_of(request))
