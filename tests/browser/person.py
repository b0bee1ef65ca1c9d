"""Somebody who uses the product through plain HTTP, without a browser."""

import re
import time

import requests

from tests.browser.product import PASSWORD, PATIENCE, Product

_STATUS = re.compile(r'id="card-([0-9a-f-]{36})"\s+class="card"\s+data-status="(\w+)"')


class Person:
    """Signed in, as the administrator where nobody is named; the session outlives a restart of the product."""

    def __init__(self, product: Product, *, name: str = "admin") -> None:
        self._url = product.url
        self._session = requests.Session()
        self._post("/accounts/login/", login=name, password=PASSWORD)

    def generate(self, prompt: str, **settings: str) -> str:
        """Ask for a clip and return its id."""
        known = self.clips()
        self._post("/generations/", prompt=prompt, duration="4", resolution="480p", **settings)
        [made] = set(self.clips()) - set(known)
        return made

    def clips(self) -> dict[str, str]:
        """The state of every clip on the first page, by id."""
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
