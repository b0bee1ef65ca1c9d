"""Tray commands: a form goes in, the updated tray and its effects come out."""

import json
import re
from collections.abc import Callable

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import timezone

from generations.library.add import trash_asset
from generations.models import Asset, User
from tests.library.assets import make_asset
from tests.library.conftest import Add, add  # noqa: F401
from tests.media import samples

HTMX = {"HX-Request": "true"}
URL = "/generations/tray/"
Press = Callable[..., HttpResponseBase]


@pytest.fixture
def press(as_alice: Client) -> Press:
    """Press a tray button with the given form."""

    def run(command: str, **form: object) -> HttpResponseBase:
        return as_alice.post(URL, {"tray": command, "prompt": "", **form}, headers=HTMX)

    return run


def words(response: HttpResponseBase) -> str:
    assert response.status_code == 200
    return response.content.decode()  # type: ignore[attr-defined]


def lying(response: HttpResponseBase) -> list[tuple[str, str]]:
    """Return role and URL of every tile in the form after the swap."""
    return re.findall(
        r'<input type="hidden" name="(\w+)" value="((?:library|https|asset):[^"]+)"', words(response)
    )


def moves(response: HttpResponseBase) -> dict[str, str]:
    [found] = re.findall(r'data-moves="([^"]*)"', words(response))
    return json.loads(found.replace("&quot;", '"'))


@pytest.fixture
def two(alice: User) -> list[str]:
    return [make_asset(user=alice).address for _ in range(2)]


@pytest.mark.parametrize(
    ("kind", "role"),
    [("image", "reference_image_urls"), ("video", "reference_video_urls"), ("audio", "reference_audio_urls")],
)
def test_a_file_goes_to_the_list_of_its_kind(press: Press, alice: User, kind: str, role: str) -> None:
    asset = make_asset(user=alice, kind=kind)
    assert lying(press(f"add auto {asset.address}")) == [(role, asset.address)]


def test_a_picture_dropped_on_a_frame_becomes_that_frame(press: Press, alice: User) -> None:
    asset = make_asset(user=alice)
    assert lying(press(f"add start_image {asset.address}")) == [("start_image", asset.address)]


def test_a_video_never_becomes_a_frame(press: Press, alice: User) -> None:
    asset = make_asset(user=alice, kind="video")
    assert lying(press(f"add start_image {asset.address}")) == [("reference_video_urls", asset.address)]


@pytest.mark.parametrize(
    ("address", "to", "role"),
    [
        ("https://a.test/1.mp4?x=1", "", "reference_video_urls"),
        ("https://a.test/1.MP3", "", "reference_audio_urls"),
        ("https://a.test/1", "", "reference_image_urls"),
        ("https://a.test/1", "reference_video_urls", "reference_video_urls"),
        ("asset://abc", "end_image", "end_image"),
    ],
)
def test_a_url_is_added_by_its_extension_or_the_chosen_kind(
    press: Press, address: str, to: str, role: str
) -> None:
    assert lying(press("add", address=address, to=to)) == [(role, address)]


@pytest.mark.parametrize("address", ["", "ftp://a.test/1.png", "javascript:alert(1)", "fox"])
def test_a_bad_url_shows_an_error_and_adds_nothing(press: Press, address: str) -> None:
    response = press("add", address=address)
    assert lying(response) == []
    assert 'role="alert"' in words(response)


def test_a_full_list_accepts_no_more(press: Press, alice: User) -> None:
    nine = [f"https://a.test/{number}.png" for number in range(9)]
    response = press("add", address="https://a.test/10.png", reference_image_urls=nine)
    assert len(lying(response)) == 9
    assert 'role="alert"' in words(response)


def test_moving_tiles_reports_the_new_tokens(press: Press, two: list[str]) -> None:
    response = press("move reference_image_urls 2 reference_image_urls 1", reference_image_urls=two)
    assert [address for _, address in lying(response)] == [two[1], two[0]]
    assert moves(response) == {"[Image1]": "[Image2]", "[Image2]": "[Image1]"}


def test_a_tile_is_removed(press: Press, two: list[str]) -> None:
    response = press("remove reference_image_urls 1", reference_image_urls=two)
    assert lying(response) == [("reference_image_urls", two[1])]


def test_frames_are_swapped(press: Press, two: list[str]) -> None:
    response = press("swap", start_image=two[0], end_image=two[1])
    assert lying(response) == [("start_image", two[1]), ("end_image", two[0])]


@pytest.mark.parametrize(
    ("fix", "form", "left"),
    [
        ("frames-to-references x", {"start_image": "a", "end_image": "b"}, ["reference_image_urls"] * 2),
        ("drop-last-frame x", {"end_image": "a"}, []),
        ("drop-sounds", {"reference_audio_urls": "a", "reference_image_urls": "b"}, ["reference_image_urls"]),
        ("drop-reference https://a.test/a", {"reference_video_urls": "a"}, []),
    ],
)
def test_advice_is_applied_with_one_click(press: Press, fix: str, form: dict, left: list[str]) -> None:
    given = {role: f"https://a.test/{name}" for role, name in form.items()}
    assert [role for role, _ in lying(press(f"fix {fix}", **given))] == left


def test_the_ratio_follows_the_picture(press: Press) -> None:
    found = words(press("fix adapt-ratio", start_image="https://a.test/a.png", aspect_ratio="16:9"))
    assert re.search(r'value="adaptive"\s+checked', found)


@pytest.mark.parametrize(
    ("fix", "prompt", "filled"),
    [
        ("drop-flags", "A fox --ar 16:9", {"settings": {}, "words": "A fox"}),
        ("set-duration 10.000", "A 10-second clip", {"settings": {"duration": "10"}}),
        ("set-resolution 480p", "A fox in 480p", {"settings": {"resolution": "480p"}}),
    ],
)
def test_advice_on_words_is_applied_to_prompt_or_settings(
    press: Press, fix: str, prompt: str, filled: dict
) -> None:
    [found] = re.findall(r'data-fill="([^"]*)"', words(press(f"fix {fix}", prompt=prompt)))
    assert json.loads(found.replace("&quot;", '"')) == filled


def test_without_script_the_page_shows_the_fixed_prompt(as_alice: Client) -> None:
    found = words(as_alice.post(URL, {"tray": "fix drop-flags", "prompt": "A fox --ar 16:9 runs"}))
    assert "A fox runs</textarea>" in found


def test_a_too_small_picture_is_scaled_and_the_original_kept(press: Press, add: Add) -> None:  # noqa: F811
    small = add(samples.picture(size=(64, 48)))
    [(role, address)] = lying(press(f"fix scale {small.address}", start_image=small.address))
    made = Asset.objects.exclude(pk=small.pk).get()
    assert (role, address) == ("start_image", made.address)
    assert (made.width, made.height) == (400, 300)


def test_a_too_long_video_is_trimmed_in_place(press: Press, add: Add) -> None:  # noqa: F811
    long = add(samples.video(seconds=2))
    response = press(
        f"fix trim {long.address} 1.000", reference_video_urls=["https://a.test/b.mp4", long.address]
    )
    made = Asset.objects.exclude(pk=long.pk).get()
    assert lying(response)[1] == ("reference_video_urls", made.address)
    assert made.seconds <= 1
    assert moves(response) == {}


def test_a_refused_file_says_why_and_can_be_retried(press: Press, alice: User) -> None:
    asset = make_asset(user=alice, upstream_state="failed", upstream_error="Too dark.")
    assert "Too dark." in words(press("show", start_image=asset.address))
    press(f"retry {asset.address}", start_image=asset.address)
    asset.refresh_from_db()
    assert asset.upstream_state == "new"


def test_it_polls_only_while_a_file_is_in_progress(press: Press, alice: User) -> None:
    asset = make_asset(user=alice)
    assert "every 2s" in words(press("show", start_image=asset.address))
    Asset.objects.update(upstream_state="active", upstream_asset_id="a")
    assert "every 2s" not in words(press("show", start_image=asset.address))


def test_other_users_files_are_not_shown_and_cannot_be_added(press: Press, bob: User) -> None:
    # bar 28
    theirs = make_asset(user=bob, name="Bob's secret")
    response = press("show", reference_image_urls=theirs.address)
    assert lying(response) == []
    assert "secret" not in words(response)
    assert press(f"add auto {theirs.address}").status_code == 404
    assert press(f"fix scale {theirs.address}", start_image=theirs.address).status_code == 404


def test_invalid_input_changes_nothing(press: Press, two: list[str]) -> None:
    for command in ("", "dance", "remove", "fix", "fix dance", "move 1 2"):
        assert len(lying(press(command, reference_image_urls=two))) == 2
    for command in ("remove prompt 1", "remove reference_image_urls -1", "fix trim library:x 1"):
        assert press(command, reference_image_urls=two).status_code == 404


def test_without_script_the_page_keeps_the_form(as_alice: Client, two: list[str]) -> None:
    form = {"tray": "move reference_image_urls 1 reference_image_urls 2", "prompt": "The hat of [Image1]"}
    found = words(as_alice.post(URL, {**form, "reference_image_urls": two, "duration": "5"}))
    assert "<!DOCTYPE html>" in found
    assert "The hat of [Image2]" in found
    assert 'value="5"' in found


def test_without_script_the_library_is_a_page_that_keeps_the_form(as_alice: Client, two: list[str]) -> None:
    found = words(as_alice.post(URL, {"tray": "pick start_image", "prompt": "A fox", "kind": "image"}))
    assert '<input type="hidden" name="prompt" value="A fox">' in found
    assert f"add start_image {two[0]}" in found


def _suggested(as_alice: Client, typed: str, **form: object) -> list[str]:
    """Return the tokens and commands that are offered for the letters after an `@`."""
    answer = as_alice.post(f"{URL}mentions/", {"mentioned": typed, **form}, headers=HTMX)
    return re.findall(r'data-(?:token|command)="([^"]+)"', words(answer))


def test_an_at_sign_offers_the_tray_and_then_the_library(as_alice: Client, alice: User) -> None:
    dusk, dawn = (make_asset(user=alice, name=name).address for name in ("Dusk", "Dawn"))
    form = {"reference_image_urls": dusk}
    assert _suggested(as_alice, "", **form) == ["[Image1]", f"mention {dawn}"]
    assert _suggested(as_alice, "ima", **form) == ["[Image1]"]
    assert _suggested(as_alice, "DUS", **form) == ["[Image1]"]
    assert _suggested(as_alice, "daw", **form) == [f"mention {dawn}"]
    assert _suggested(as_alice, "x", **form) == []


def test_an_at_sign_offers_nobody_elses_files_and_none_that_do_not_fit(
    as_alice: Client, alice: User, bob: User
) -> None:
    theirs = make_asset(user=bob)
    make_asset(user=alice, trashed_at=timezone.now())
    mine = [make_asset(user=alice).address for _ in range(10)]
    assert _suggested(as_alice, "", reference_image_urls=theirs.address)[0].startswith("mention")
    assert len(_suggested(as_alice, "", reference_image_urls=mine[:9])) == 9


def test_a_mentioned_file_is_added_and_its_token_told(press: Press, as_alice: Client, two: list[str]) -> None:
    response = press(f"mention {two[1]}", reference_image_urls=two[0])
    assert [address for _, address in lying(response)] == two
    assert 'data-words="[Image2]"' in words(response)
    plain = as_alice.post(URL, {"tray": f"mention {two[0]}", "prompt": "A hat on"})
    assert "A hat on [Image1]" in words(plain)


def test_only_a_post_rearranges(as_alice: Client) -> None:
    assert as_alice.get(URL).status_code == 405


def test_the_anonymous_are_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.post(URL, {"tray": "show"})["Location"].startswith("/accounts/login/")


def test_any_number_of_tiles_takes_one_query(
    press: Press, alice: User, django_assert_max_num_queries: Callable
) -> None:
    nine = [make_asset(user=alice).address for _ in range(9)]
    with django_assert_max_num_queries(8):
        press("show", reference_image_urls=nine)


def test_a_studio_url_adds_a_file_to_the_tray(as_alice: Client, alice: User) -> None:
    asset = make_asset(user=alice, kind="video")
    found = words(as_alice.get("/", {"reference_video_urls": asset.address}))
    assert f'name="reference_video_urls" value="{asset.address}"' in found
    assert "32 credits" in found


def test_the_quote_lists_tokens_without_a_reference(as_alice: Client, two: list[str]) -> None:
    form = {"prompt": "[Image1] and [Image3] and [Audio1]", "reference_image_urls": two}
    notes = as_alice.post("/generations/quote/", form, headers=HTMX).context["token_notes"]
    assert [word for note in notes.missing for word in ("[Image3]", "[Audio1]") if word in note] == [
        "[Image3]",
        "[Audio1]",
    ]
    assert notes.unused == ("[Image2]",)


def test_the_quote_says_why_a_reference_video_costs_more(as_alice: Client) -> None:
    form = {"prompt": "A fox", "duration": "8", "reference_video_urls": "https://a.test/1.mp4"}
    assert "4 credits/s instead of 2" in words(as_alice.post("/generations/quote/", form, headers=HTMX))


def test_advice_comes_with_its_fix(as_alice: Client, alice: User) -> None:
    small = make_asset(user=alice, width=200, height=150)
    form = {"prompt": "A fox", "start_image": small.address}
    found = words(as_alice.post("/generations/quote/", form, headers=HTMX))
    assert f'value="fix scale {small.address}"' in found


def test_a_trashed_file_stays_in_the_tray(press: Press, alice: User) -> None:
    asset = make_asset(user=alice)
    trash_asset(asset)
    assert lying(press("show", start_image=asset.address)) == [("start_image", asset.address)]
