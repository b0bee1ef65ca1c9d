"""A small OpenID Connect provider on loopback, whose tokens tests can forge."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from werkzeug import Request, Response
from werkzeug.serving import make_server

CLIENT_ID = "studio"
KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
# What everybody can read, as bytes for an HMAC.
PUBLIC_KEY = KEY.public_key().public_bytes(
    serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
)
ALICE = {
    "sub": "a1",
    "email": "alice@example.org",
    "email_verified": True,
    "preferred_username": "alice.example",
}


class Provider:
    """Vouches for ``claims``. ``token_claims`` go into the token alone; ``token`` replaces it."""

    def __init__(self) -> None:
        self.reset()
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.port}"

    def reset(self) -> None:
        self.claims: dict[str, Any] = dict(ALICE)
        self.token_claims: dict[str, Any] = {}
        self.key: Any = KEY
        self.algorithm = "RS256"
        self.token: str | None = None
        self.challenge = ""

    @contextmanager
    def serving(self) -> Iterator["Provider"]:
        thread = Thread(target=self._server.serve_forever)
        thread.start()
        yield self
        self._server.shutdown()
        thread.join()
        self._server.server_close()

    def _answer(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        found = {
            "/.well-known/openid-configuration": self._configuration,
            "/jwks": self._keys,
            "/token": lambda: self._tokens(request),
            "/userinfo": lambda: self.claims,
        }[request.path]()
        status = 400 if "error" in found else 200
        return Response(json.dumps(found), status, content_type="application/json")(environ, start_response)

    def _configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
        }

    def _keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [{**public, "kid": "1", "alg": "RS256", "use": "sig"}]}

    def _tokens(self, request: Request) -> dict[str, Any]:
        verifier = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(verifier).decode().rstrip("=") != self.challenge:
            return {"error": "invalid_grant"}
        return {"access_token": "x", "token_type": "Bearer", "id_token": self.token or self._signed()}

    def _signed(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 60,
            **self.claims,
            **self.token_claims,
        }
        return jwt.encode(claims, self.key, algorithm=self.algorithm, headers={"kid": "1"})

    def approve(self, client: Client, address: str = "/accounts/sso/") -> str:
        """Follow the studio to the provider; return the address that the provider sends the browser back to."""
        asked = parse_qs(urlsplit(client.get(address)["Location"]).query)
        self.challenge = asked["code_challenge"][0]
        return f"{urlsplit(asked['redirect_uri'][0]).path}?code=c&state={asked['state'][0]}"
