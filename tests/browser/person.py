"""A person who uses the product over plain HTTP, without a browser."""

import re
import time
from copy import copy

import requests

from tests.browser.product import PASSWORD, PATIENCE, Product

_STATUS = re.compile(r'id="card-([0-9a-f-]{36})"\s+class="card"\s+data-status="(\w+)"')


class Person:
    """A signed-in user, by default the administrator.

    The session survives a restart of the product.
    """

    def __init__(self, product: Product, *, name: str = "admin") -> None:
        self._url = product.url
        self._session = requests.Session()
        self._post("/accounts/login/", login=name, password=PASSWORD)

    def on(self, product: Product) -> "Person":
        """Return the same person, with the same session, at another web process."""
        other = copy(self)
        other._url = product.url
        return other

    def generate(self, prompt: str, **settings: str) -> str:
        """Create a clip and return its id."""
        known = self.clips()
        self._post("/generations/", prompt=prompt, duration="4", resolution="480p", **settings)
        [made] = set(self.clips()) - set(known)
        return made

    def upload(self, name: str, content: bytes) -> str:
        """Add a file to the library and return the page that shows it."""
        fields = {"csrfmiddlewaretoken": self._session.cookies["csrftoken"]}
        url = f"{self._url}/library/"
        answer = self._session.post(url, fields, files={"file": (name, content)}, timeout=30)
        answer.raise_for_status()
        return answer.text

    def clips(self) -> dict[str, str]:
        """Return the status of each clip on the first page, by id."""
        return dict(_STATUS.findall(self._session.get(f"{self._url}/gallery/", timeout=30).text))

    def wait_for(self, clip: str, status: str) -> None:
        give_up = time.monotonic() + PATIENCE
        while (found := self.clips().get(clip)) != status:
            assert time.monotonic() < give_up, f"{clip} is {found}, not {status}"
            time.sleep(0.2)

    def get(self, path: str, **options: object) -> requests.Response:
        return self._session.get(f"{self._url}{path}", timeout=30, **options)  # type: ignore[arg-type]

    def _post(self, path: str, **fields: str) -> None:
        if "csrftoken" not in self._session.cookies:
            self._session.get(f"{self._url}/accounts/login/", timeout=30)
        fields["csrfmiddlewaretoken"] = self._session.cookies["csrftoken"]
        self._session.post(f"{self._url}{path}", fields, timeout=30).raise_for_status()
