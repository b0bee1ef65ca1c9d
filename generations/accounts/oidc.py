"""The OpenID Connect client: allauth's, with every ID token verified."""

import json
from typing import Any

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from generations.accounts import mail

# Longest id of a person, in characters: what allauth's column holds.
MAX_ID = 191
_USED = ("sub", "email", "email_verified", "preferred_username", "name", "given_name", "family_name")
# In the address of the callback, which the identity provider has to know.
PROVIDER = "sso"


class OidcClient(OpenIDConnectOAuth2Adapter):
    """Accept nothing but a signed ID token, and user info about the same person.

    allauth trusts the connection that the token came through. OpenID Connect allows that; we verify anyway.
    """

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, PROVIDER)

    def get_provider(self) -> OpenIDConnectProvider:
        """Return allauth's provider, which makes redirects with this client."""
        provider: OpenIDConnectProvider = super().get_provider()
        provider.get_oauth2_adapter = lambda request: self
        return provider

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return mail.link_to(request, reverse("oidc_callback"))

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **options: Any
    ) -> SocialLogin:
        """Raise OAuth2Error unless token and user info are valid and agree."""
        try:
            config = self.openid_config
            claims: dict[str, Any] = jwtkit.verify_and_decode(
                credential=options["response"]["id_token"],
                keys_url=config["jwks_uri"],
                issuer=config["issuer"],
                audience=app.client_id,
                lookup_kid=jwtkit.lookup_kid_jwk,
            )
            about = self._fetch_user_info(token.token) if "userinfo_endpoint" in config else claims
            if about["sub"] != claims["sub"]:
                raise OAuth2Error("user info of another sub")
            known = {"userinfo": _kept({**claims, **about})}
            return self.get_provider().sociallogin_from_response(request, known)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise OAuth2Error("malformed answer") from error


def _kept(claims: dict[str, Any]) -> dict[str, Any]:
    """Return the claims that we use. Raise ValueError if the database could not store them."""
    names = (*_USED, settings.OIDC_GROUPS_CLAIM)
    kept = {name: claims[name] for name in names if name in claims}
    is_short = isinstance(kept["sub"], str) and 0 < len(kept["sub"]) <= MAX_ID
    if not is_short or "\\u0000" in json.dumps(kept):
        raise ValueError("unusable claims")
    return kept
