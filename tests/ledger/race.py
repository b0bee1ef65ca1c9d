"""Races of real processes: ``python -m tests.ledger.race NAME NUMBERS`` prints who won, as JSON.

Run by the tests with DATABASE_URL naming a scratch database; NUMBERS is a JSON object.
"""

import json
import multiprocessing
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import django

django.setup()

from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from generations import ledger, lifecycle  # noqa: E402
from generations.apiframe import Job  # noqa: E402
from generations.caps import OverCap  # noqa: E402
from generations.models import Account, Caps, Entry, Generation, User  # noqa: E402
from tests.factories import make_generation, make_recipe, make_user  # noqa: E402

# A fork takes the loaded code along, which makes starting twenty processes cheap; connections stay behind.
fork = multiprocessing.get_context("fork")

# A race gives up instead of hanging where a process dies at the start.
PATIENCE = 60
CLIP = make_recipe()
COST = 4


def main(name: str, numbers: dict[str, int]) -> None:
    outcome = RACES[name](**numbers)
    outcome["faults"] = list(ledger.faults())
    print(json.dumps(outcome))


def submits(processes: int, each: int, enough_for: int) -> dict[str, object]:
    """Everybody makes clips from one account at once."""
    user = _user(enough_for * COST)
    outcomes = _run([partial(_submit, user.pk, uuid4) for _ in range(processes)], each)
    return {**_state_of(user), "outcomes": outcomes}


def capped(processes: int, **limits: int) -> dict[str, object]:
    """Everybody makes a clip at once from one account that has credits for all, but is capped."""
    user = _user(processes * COST)
    Caps.objects.create(user=user, **limits)
    outcomes = _run([partial(_submit, user.pk, uuid4) for _ in range(processes)])
    return {**_state_of(user), "outcomes": outcomes}


def tabs(processes: int) -> dict[str, object]:
    """Everybody sends the same form at once, with credits for one."""
    user, form = _user(COST), uuid4()
    outcomes = _run([partial(_submit, user.pk, lambda: form) for _ in range(processes)])
    return {**_state_of(user), "outcomes": outcomes}


def batches(processes: int, takes: int, enough_for: int) -> dict[str, object]:
    """Everybody asks for several takes at once, with credits for some of the batches."""
    user = _user(enough_for * COST)
    outcomes = _run([partial(_submit, user.pk, uuid4, takes) for _ in range(processes)])
    return {**_state_of(user), "outcomes": outcomes}


def batch_tabs(processes: int, takes: int) -> dict[str, object]:
    """Everybody sends the same form for several takes at once, with credits for one batch."""
    user, form = _user(takes * COST), uuid4()
    outcomes = _run([partial(_submit, user.pk, lambda: form, takes) for _ in range(processes)])
    return {**_state_of(user), "outcomes": outcomes}


def resolutions(processes: int) -> dict[str, object]:
    """Half settle and half release one hold at once."""
    generation = make_generation(user=_user(100))
    steps = [ledger.settle, ledger.release] * (processes // 2)
    outcomes = _run([partial(_resolve, generation.pk, step) for step in steps])
    kinds = Entry.objects.filter(generation=generation).exclude(kind=Entry.Kind.HOLD)
    state = {"settle": "fetching", "release": "failed"}[kinds.get().kind]
    Generation.objects.filter(pk=generation.pk).update(status=state, job_id=str(generation.pk))
    return {**_state_of(generation.user), "outcomes": outcomes}


def endings(processes: int) -> dict[str, object]:
    """Half tell that a stuck job is completed and half give it up, at once."""
    staff, long_ago = _user(1), timezone.now() - timedelta(hours=3)
    stuck = make_generation(user=_user(100), status="running", submitted_at=long_ago, first_sent_at=long_ago)
    steps = [partial(_complete, stuck.pk), partial(_give_up, stuck.pk, staff.pk)] * (processes // 2)
    outcomes = _run(steps)
    stuck.refresh_from_db()
    return {**_state_of(stuck.user), "outcomes": outcomes, "status": stuck.status}


def grants(processes: int) -> dict[str, object]:
    """Everybody sends the same grant at once."""
    user = _user(1)
    outcomes = _run([partial(_grant, user.pk, str(user.pk)) for _ in range(processes)])
    return {**_state_of(user), "outcomes": outcomes}


RACES: dict[str, Callable[..., dict[str, object]]] = {
    "submits": submits,
    "capped": capped,
    "tabs": tabs,
    "batches": batches,
    "batch_tabs": batch_tabs,
    "resolutions": resolutions,
    "endings": endings,
    "grants": grants,
}


def _user(credits: int) -> User:
    return make_user(f"racer-{uuid4()}", credits=credits)


def _state_of(user: User) -> dict[str, object]:
    account = Account.objects.get(user=user)
    kinds = Counter(Entry.objects.filter(account=account).values_list("kind", flat=True))
    clips = Generation.objects.filter(user=user).count()
    return {"balance": account.balance, "held": account.held, "entries": kinds, "clips": clips}


def _submit(user: int, form: Callable[[], UUID], takes: int = 1) -> str:
    try:
        lifecycle.create_takes(User.objects.get(pk=user), CLIP, submission=form(), takes=takes)
    except ledger.InsufficientCredits as refused:
        return f"{refused.missing} missing"
    except OverCap:
        return "over a cap"
    return "accepted"


def _resolve(generation: UUID, step: Callable[[Generation], Entry]) -> str:
    return step(Generation.objects.get(pk=generation)).kind


def _complete(generation: UUID) -> str:
    job = Job(id="j", status="COMPLETED", video_url="https://a.test/1.mp4")
    running = Generation.objects.filter(pk=generation, status="running").first()
    return "made" if running and lifecycle.observe(running, job) else "late"


def _give_up(generation: UUID, staff: int) -> str:
    actor = User.objects.get(pk=staff)
    clip = Generation.objects.get(pk=generation)
    return "given up" if lifecycle.release_hold(clip, actor=actor, note="Race") else "late"


def _grant(user: int, key: str) -> str:
    person = User.objects.get(pk=user)
    return f"entry {ledger.grant(person, 10, actor=person, note='Race', key=key).pk}"


def _run(steps: Iterable[Callable[[], str]], times: int = 1) -> dict[str, int]:
    """Each step in a process of its own, all starting together; how often each outcome was met."""
    steps = list(steps)
    connections.close_all()
    start, told = fork.Barrier(len(steps)), fork.SimpleQueue()
    racers = [fork.Process(target=_racer, args=(step, times, start, told.put)) for step in steps]
    for racer in racers:
        racer.start()
    outcomes = Counter(outcome for _ in racers for outcome in told.get())
    for racer in racers:
        racer.join()
    return outcomes


def _racer(step: Callable[[], str], times: int, start: object, tell: Callable[[list[str]], None]) -> None:
    outcomes = []
    start.wait(PATIENCE)  # type: ignore[attr-defined]
    for _ in range(times):
        try:
            outcomes.append(step())
        except Exception as error:  # every error is an outcome that the test reads
            outcomes.append(repr(error))
    connections.close_all()
    tell(outcomes)


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
