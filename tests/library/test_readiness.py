"""An asset's name in requests, computed the same in Python and in SQL."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from generations.models import Asset
from generations.models.asset import asset_id_in
from tests.library.assets import make_asset

pytestmark = pytest.mark.django_db


def at(state: dict) -> dict:
    """Times of a state, told as how long ago they are when the test runs."""
    now = timezone.now()
    return {name: now - value if isinstance(value, timedelta) else value for name, value in state.items()}


LINK = "https://cdn.example.org/fox.png"
ACTIVE = {"upstream_state": "active", "upstream_asset_id": "asset-1"}

AS_ASSETS = [
    ({}, None),
    ({"upstream_state": "preparing", "upstream_asset_id": "asset-1"}, None),
    ({**ACTIVE, "upstream_checked_at": timedelta(minutes=5)}, "asset://asset-1"),
    ({**ACTIVE, "upstream_checked_at": timedelta(minutes=61)}, None),
    (ACTIVE, None),
    ({"upstream_state": "active", "upload_url": LINK, "upstream_checked_at": timedelta(minutes=5)}, None),
    ({"upstream_state": "failed", "upstream_error": "Too dark."}, None),
]
AS_UPLOADS = [
    ({}, None),
    ({"upload_url": LINK, "uploaded_at": timedelta(minutes=5)}, LINK),
    ({"upload_url": LINK, "uploaded_at": timedelta(minutes=51)}, None),
    (
        {
            "upload_url": LINK,
            "uploaded_at": timedelta(minutes=5),
            "upload_expires_at": timedelta(minutes=-30),
        },
        LINK,
    ),
    (
        {"upload_url": LINK, "uploaded_at": timedelta(minutes=5), "upload_expires_at": timedelta(minutes=-9)},
        None,
    ),
    ({**ACTIVE, "upstream_checked_at": timedelta(minutes=5)}, None),
]


@pytest.mark.parametrize(
    ("as_uploads", "state", "uri"),
    [(False, *case) for case in AS_ASSETS] + [(True, *case) for case in AS_UPLOADS],
)
def test_python_and_sql_agree(settings, as_uploads: bool, state: dict, uri: str | None):
    settings.ASSETS_AS_UPLOADS = as_uploads
    asset = make_asset(**at(state))
    assert asset.uri == uri
    assert Asset.objects.ready().exists() == (uri is not None)
    assert Asset.objects.unready().exists() == (uri is None)


def test_a_forgotten_asset_is_due_for_registration():
    asset = make_asset(
        **at({**ACTIVE, "upstream_checked_at": timedelta(minutes=5)}),
        due_at=None,
        attempts=3,
        upload_url=LINK,
    )
    Asset.objects.all().forget()
    asset.refresh_from_db()
    assert (asset.upstream_state, asset.upstream_asset_id, asset.upload_url) == ("new", "", "")
    assert (asset.attempts, asset.uri) == (0, None)
    assert asset.due_at <= timezone.now()


def test_its_address_resolves_to_it():
    asset = make_asset()
    assert asset.address == f"library:{asset.pk}"
    assert asset_id_in(asset.address) == asset.pk


@pytest.mark.parametrize(
    "address",
    ["", "library:", "library:fox", f"asset://{UUID(int=1)}", f"{UUID(int=1)}", "https://library:80/"],
)
def test_other_addresses_resolve_to_no_asset(address: str):
    assert asset_id_in(address) is None
