"""Signing in with a passkey, and through a certified OpenID Connect provider."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.product import PASSWORD, StillProduct, free_port

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HERE = Path(__file__).parent


class SsoProduct(StillProduct):
    """Knows an identity provider, whose group "it" administers."""

    provider_port = 0

    @property
    def environment(self) -> dict[str, str]:
        return {
            **super().environment,
            "OIDC_URL": f"http://127.0.0.1:{self.provider_port}",
            "OIDC_CLIENT_ID": "studio",
            "OIDC_CLIENT_SECRET": "a secret of tests",
            "OIDC_NAME": "Example Inc.",
            "OIDC_SIGNUP": "1",
            "OIDC_GROUPS": "it=administrator",
        }


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SsoProduct]:
    if not ((HERE / "node_modules" / "oidc-provider").exists() and shutil.which("node")):
        pytest.skip("oidc-provider is not installed: `make test` takes it from npm where npm is")
    running = SsoProduct(tmp_path_factory.mktemp("sso"))
    running.provider_port = free_port()
    back = f"{running.url}/accounts/sso/callback/"
    command = ["node", "identity.mjs", str(running.provider_port), back]
    provider = subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert provider.stdout
    assert provider.stdout.readline() == b"ready\n"
    running.start()
    yield running
    running.stop()
    provider.kill()
    provider.wait()


@pytest.fixture
def context(browser: Browser, product: SsoProduct) -> Iterator[BrowserContext]:
    # Browsers know passkeys for names only, not for IP addresses.
    opened = browser.new_context(base_url=product.url.replace("127.0.0.1", "localhost"))
    yield opened
    opened.close()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")


def test_a_passkey_is_added_and_signs_in_alone(page: Page) -> None:
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    phone = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    added = devices.send("WebAuthn.addVirtualAuthenticator", {"options": phone})
    page.goto("/accounts/login/?next=/accounts/security/webauthn/add/")
    page.locator("[name=login]").fill("admin")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Add passkey").click()
    page.wait_for_url("**/accounts/security/recovery-codes/")
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    sign_out(page)
    page.locator("[name=login]").fill("admin")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/accounts/security/authenticate/")
    devices.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": added["authenticatorId"]})
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": phone})
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("[data-passkey-failed]")).to_be_visible()


def test_single_sign_on_leads_to_the_panel_and_its_answer_works_once(
    browser: Browser, product: SsoProduct
) -> None:
    context = browser.new_context(base_url=product.url)
    page = context.new_page()
    answers: list[str] = []
    page.on("request", lambda request: answers.append(request.url) if "/callback/" in request.url else None)
    page.goto("/admin/")
    page.get_by_role("link", name="Sign in with Example Inc.").click()
    page.locator("[name=login]").fill("ines")
    page.locator("[name=password]").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{product.url}/admin/operations/")
    assert context.request.get("/admin/operations/", max_redirects=0).status == 200
    assert context.request.get(answers[0]).status == 403
    sign_out(page)
    assert context.request.get(answers[0]).status == 403
    page.goto("/")
    page.wait_for_url("**/accounts/login/**")
    context.close()
