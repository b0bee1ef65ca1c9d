"""Texts full of markup, quotes and control characters are text wherever they are shown."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from generations.credits import ledger
from generations.models import Generation, User
from tests.factories import make_generation
from tests.library.assets import make_asset

MARK = "hostile-element"
HOSTILE = [
    f"<{MARK}>",
    f'"><{MARK} onload="alert(1)">',
    f"'><{MARK} src=x>",
    f"</title><{MARK}>",
    f"</textarea><{MARK}>",
    f"</script><{MARK}>",
    f"--><{MARK}>",
    f"<![CDATA[<{MARK}>]]>",
    f"{{{{ 7|add:7 }}}}<{MARK}>",
    f"{{% debug %}}<{MARK}>",
    f"\u202e<{MARK}>\u202c",
    f"\ufeff<{MARK}>",
    f"%3C{MARK}%3E<{MARK}>",
    f"&lt;{MARK}&gt;<{MARK}>",
    f"\r\nSet-Cookie: a=b\r\n\r\n<{MARK}>",
    f"\x1b[31m<{MARK}>",
    "🦊" * 400 + f"<{MARK}>",
]


@pytest.fixture(params=HOSTILE, ids=range(len(HOSTILE)))
def hostile(request: pytest.FixtureRequest) -> str:
    return request.param


def test_people_and_the_provider_write_no_markup(
    alice: User, as_alice: Client, as_staff: Client, hostile: str
) -> None:
    # bar 32
    clip = make_generation(user=alice, status="failed")
    Generation.objects.filter(pk=clip.pk).update(prompt=hostile, error=hostile, error_code="other")
    asset = make_asset(user=alice, name=hostile[-200:])
    User.objects.filter(pk=alice.pk).update(username=hostile[-150:])
    panel = [reverse(f"admin:generations_{name}_changelist") for name in ("generation", "user", "asset")]
    pages = [
        (as_alice, "/"),
        (as_alice, "/gallery/"),
        (as_alice, clip.get_absolute_url()),
        (as_alice, "/library/"),
        (as_alice, f"/library/{asset.pk}/"),
        (as_alice, "/credits/"),
        (as_alice, "/preferences/"),
        (as_staff, reverse("admin:generations_generation_change", args=[clip.pk])),
        *((as_staff, url) for url in panel),
    ]
    seen = 0
    for client, url in pages:
        answer = client.get(url)
        assert answer.status_code == 200, url
        page = answer.content.decode()
        assert f"<{MARK}" not in page, url
        assert "Set-Cookie: a=b" not in str(answer.headers), url
        seen += MARK in page
    assert seen >= 6


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t=", "\r=", "\u200b=", "\ufeff=", " =", "＝", "\u00ad=", "\u2060="]
)
def test_a_cell_of_a_table_is_no_formula(alice: User, as_alice: Client, start: str) -> None:
    ledger.grant(alice, 5, actor=alice, note=f"{start}cmd|' /C calc'!A0", key="hostile")
    rows = list(csv.reader(io.StringIO(b"".join(as_alice.get("/credits/entries.csv")).decode("utf-8-sig"))))
    cells = [cell for row in rows for cell in row if "calc" in cell]
    assert cells
    assert all(cell.startswith("'") for cell in cells)


@pytest.mark.parametrize("token", ["", "wrong", "a" * 64])
def test_htmx_without_its_token_is_refused_in_words(alice: User, token: str) -> None:
    # bar 33
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    client.get("/")
    answer = client.post(
        "/generations/", {"prompt": "x"}, headers={"HX-Request": "true", "X-CSRFToken": token}
    )
    assert answer.status_code == 403
    assert "This form has expired" in answer.content.decode()
    assert not Generation.objects.exists()
    good = client.cookies["csrftoken"].value
    again = client.post("/generations/", {"prompt": ""}, headers={"HX-Request": "true", "X-CSRFToken": good})
    assert again.status_code == 422
