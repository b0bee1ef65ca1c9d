"""What is measured: pages of people with few and many clips, and rounds of the worker."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time
from urllib.parse import urlencode
from uuid import uuid4

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from generations.credits.statement import newest_entry
from generations.gallery.pages import cursor_at
from generations.gallery.pulse import pulse_of
from generations.lifecycle import lease
from generations.models import User
from generations.models.generation_schema import IS_ACTIVE
from generations.operations import alerts, figures
from generations.views.credits import NEWEST_ENTRY
from tests.bench.data import RARE

RUNS = 5
# An empty view is over in a moment: one measurement is of so many.
EMPTY_VIEWS = 20
PAGES = {
    "gallery": "gallery",
    "gallery, favourites": "gallery?favourite=1",
    "gallery, failed": "gallery?status=failed",
    "gallery, most expensive": "gallery?sort=costliest",
    "search, a common word": "gallery?q=fox",
    "search, a rare word": f"gallery?q={RARE}",
    "search, Chinese": "gallery?q=狐狸",
    "search, oldest": "gallery?q=fox&sort=oldest",
    "search, longest": "gallery?q=fox&sort=longest",
    "search, nothing matches": "gallery?q=fox&status=failed",
    "gallery, nothing matches": "gallery?ratio=21:9",
    "studio": "studio",
    "credits": "credits",
    "credits, nothing matches": "credits?kind=refund",
    "library": "library",
    "trash": "trash",
    "collections": "collections",
}
PANEL = {
    "panel, clips": "admin:generations_generation_changelist",
    "panel, a search": "admin:generations_generation_changelist?q=fox",
    "panel, failed clips": "admin:generations_generation_changelist?status__exact=failed",
    "panel, entries": "admin:generations_entry_changelist",
    "panel, operations": "operations",
}
ROUNDS: dict[str, Callable[[], object]] = {
    "open work": lease.has_open_work,
    "alerts": alerts.update_alerts,
    "states": figures.states,
}


@dataclass(frozen=True)
class Step:
    """What is measured, and what makes ready for it each time."""

    run: Callable[[], object]
    prepare: Callable[[], object] = bool


@dataclass(frozen=True)
class Cost:
    """Medians of one step: seconds of CPU, seconds on the clock, and its number of queries."""

    cpu: float
    wall: float
    queries: int


Steps = dict[str, Step]


def steps_of(user: User, staff: User) -> Steps:
    """Return every step for a person with some number of clips; the empty view is called "empty"."""
    client, panel = Client(), Client()
    client.force_login(user)
    panel.force_login(staff)
    runs = {
        **{name: _get(client, address) for name, address in PAGES.items()},
        "credits, last page": _get(client, f"credits?after={_near_the_end(user)}"),
        "credits, no news": _calm_credits(client, user),
        "clip, in a list": _clip(client, user, "status=failed"),
        "clip, in an empty list": _clip(client, user, "ratio=21:9"),
        "clip, in a search": _clip(client, user, "q=fox&status=failed"),
        **{name: _get(panel, address) for name, address in PANEL.items()},
        "quote": _quote(client),
        "generate": _generate(client),
        **ROUNDS,
    }
    steps = {"empty": Step(_empty(client)), "feed, no news": _calm_feed(client, user)}
    return steps | {name: Step(run) for name, run in runs.items()}


def measure(steps: Steps) -> dict[str, Cost]:
    """Run each step once to warm up, then all of them by turns, so that a busy machine slows them alike."""
    queries = {name: _queries(step) for name, step in steps.items()}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in steps}
    for _ in range(RUNS):
        for name, step in steps.items():
            step.prepare()
            began, cpu = perf_counter(), process_time()
            step.run()
            times[name].append((process_time() - cpu, perf_counter() - began))
    return {
        name: Cost(median(cpu for cpu, _ in found), median(wall for _, wall in found), queries[name])
        for name, found in times.items()
    }


def _queries(step: Step) -> int:
    step.prepare()
    step.run()
    step.prepare()
    with CaptureQueriesContext(connection) as captured:
        step.run()
    return len(captured)


def _empty(client: Client) -> Callable[[], object]:
    get = _get(client, "empty")

    def step() -> None:
        for _ in range(EMPTY_VIEWS):
            get()

    return step


def _get(client: Client, address: str, **headers: str) -> Callable[[], object]:
    name, _, query = address.partition("?")
    url = f"{reverse(name)}?{query}"

    def step() -> None:
        assert client.get(url, headers=headers).status_code in (200, 204), url

    return step


def _calm_feed(client: Client, user: User) -> Step:
    """Poll as a page does that shows all there is: Generate, a step of its own, adds clips between."""
    clip = user.generations.active().get()
    url = reverse("updates")
    values = {"showing": f"{clip.pk}.{clip.stamp}", "waiting": "0"}

    def prepare() -> None:
        values.update(seen=pulse_of(user.pk).stamp, insert=timezone.now().isoformat())

    def run() -> None:
        assert client.get(url, values).status_code == 204

    return Step(run, prepare)


def _calm_credits(client: Client, user: User) -> Callable[[], object]:
    def step() -> None:
        newest = str(newest_entry(user.pk))
        answer = client.get(reverse("credits"), headers={"HX-Request": "true", "Newest-Entry": newest})
        assert answer.status_code == 204

    return step


def _near_the_end(user: User) -> str:
    """Return a place with the last few of the person's entries behind it."""
    oldest = user.account.entries.order_by("id")[:20]
    return cursor_at(oldest[len(oldest) - 1], NEWEST_ENTRY)


def _clip(client: Client, user: User, query: str) -> Callable[[], object]:
    """Open the newest ended clip as one of a list: its page has links to what is before and after."""
    clip = user.generations.exclude(IS_ACTIVE).order_by("-created_at", "-id")[0]
    url = f"{reverse('generation', args=[clip.pk])}?{urlencode({'within': query})}"

    def step() -> None:
        assert client.get(url).status_code == 200

    return step


def _quote(client: Client) -> Callable[[], object]:
    return _post(client, "quote", status=200)


def _generate(client: Client) -> Callable[[], object]:
    return _post(client, "generation_create", status=200)


def _post(client: Client, name: str, *, status: int) -> Callable[[], object]:
    values = {"prompt": "A fox", "duration": "4", "resolution": "480p", "aspect_ratio": "16:9", "takes": "1"}

    def step() -> None:
        posted = {**values, "submission": str(uuid4())}
        response = client.post(reverse(name), posted, headers={"HX-Request": "true"})
        assert response.status_code == status, response.content.decode()[:500]

    return step
