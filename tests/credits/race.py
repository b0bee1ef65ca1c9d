"""Races of real processes: ``python -m tests.credits.race NAME NUMBERS`` prints who won, as JSON.

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

from generations.accounts.credit_requests import ask_for_credits, grant_request  # noqa: E402
from generations.apiframe import Job  # noqa: E402
from generations.credits import audit, ledger  # noqa: E402
from generations.credits.limits import OverLimit  # noqa: E402
from generations.lifecycle.create import create_takes  # noqa: E402
from generations.lifecycle.poll import record_job  # noqa: E402
from generations.lifecycle.refund import release_hold  # noqa: E402
from generations.models import Account, Caps, CreditRequest, Entry, Generation, User  # noqa: E402
from tests.factories import make_generation, make_recipe, make_user  # noqa: E402

# Forking shares the loaded code, so starting 20 processes is cheap; connections are not shared.
fork = multiprocessing.get_context("fork")

# Seconds before a race fails instead of hanging because a process died at the start.
PATIENCE = 60
CLIP = make_recipe()
COST = 4


def main(name: str, numbers: dict[str, int]) -> None:
    outcome = RACES[name](**numbers)
    outcome["faults"] = list(audit.faults())
    print(json.dumps(outcome))


def submits(processes: int, each: int, enough_for: int) -> dict[str, object]:
    """Every process creates clips from one account."""
    user = _user(enough_for * COST)
    outcomes = _run([partial(_submit, user.pk, uuid4) for _ in range(processes)], each)
    return {**_state_of(user), "outcomes": outcomes}


def capped(processes: int, **limits: int) -> dict[str, object]:
    """Every process creates a clip from one account with enough credits but a limit."""
    user = _user(processes * COST)
    Caps.objects.create(user=user, **limits)
    outcomes = _run([partial(_submit, user.pk, uuid4) for _ in range(processes)])
    return {**_state_of(user), "outcomes": outcomes}


def tabs(processes: int) -> dict[str, object]:
    """Every process sends the same form, with credits for one clip."""
    user, form = _user(COST), uuid4()
    outcomes = _run([partial(_submit, user.pk, lambda: form) for _ in range(processes)])
    return {**_state_of(user), "outcomes": outcomes}


def batches(processes: int, takes: int, enough_for: int) -> dict[str, object]:
    """Every process requests several takes, with credits for some of the batches."""
    user = _user(enough_for * COST)
    outcomes = _run([partial(_submit, user.pk, uuid4, takes) for _ in range(processes)])
    return {**_state_of(user), "outcomes": outcomes}


def batch_tabs(processes: int, takes: int) -> dict[str, object]:
    """Every process sends the same form for several takes; credits cover one batch."""
    user, form = _user(takes * COST), uuid4()
    outcomes = _run([partial(_submit, user.pk, lambda: form, takes) for _ in range(processes)])
    return {**_state_of(user), "outcomes": outcomes}


def resolutions(processes: int) -> dict[str, object]:
    """Half settle and half release the same hold."""
    generation = make_generation(user=_user(100))
    steps = [ledger.settle, ledger.release] * (processes // 2)
    outcomes = _run([partial(_resolve, generation.pk, step) for step in steps])
    kinds = Entry.objects.filter(generation=generation).exclude(kind=Entry.Kind.HOLD)
    state = {"settle": "fetching", "release": "failed"}[kinds.get().kind]
    Generation.objects.filter(pk=generation.pk).update(status=state, job_id=str(generation.pk))
    return {**_state_of(generation.user), "outcomes": outcomes}


def endings(processes: int) -> dict[str, object]:
    """Half complete a stuck job and half give it up."""
    staff, long_ago = _user(1), timezone.now() - timedelta(hours=3)
    stuck = make_generation(user=_user(100), status="running", submitted_at=long_ago, first_sent_at=long_ago)
    steps = [partial(_complete, stuck.pk), partial(_give_up, stuck.pk, staff.pk)] * (processes // 2)
    outcomes = _run(steps)
    stuck.refresh_from_db()
    return {**_state_of(stuck.user), "outcomes": outcomes, "status": stuck.status}


def grants(processes: int) -> dict[str, object]:
    """Every process sends the same grant."""
    user = _user(1)
    outcomes = _run([partial(_grant, user.pk, str(user.pk)) for _ in range(processes)])
    return {**_state_of(user), "outcomes": outcomes}


def requests(processes: int) -> dict[str, object]:
    """Every process grants the same credit request."""
    user, staff = _user(1), _user(1)
    User.objects.filter(pk=staff.pk).update(is_staff=True, is_superuser=True)
    ask_for_credits(user, 10, "Race")
    outcomes = _run([partial(_grant_request, user.credit_requests.get().pk, staff.pk)] * processes)
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
    "requests": requests,
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
        create_takes(User.objects.get(pk=user), CLIP, submission=form(), takes=takes)
    except ledger.InsufficientCredits as refused:
        return f"{refused.missing} missing"
    except OverLimit:
        return "over a cap"
    return "accepted"


def _resolve(generation: UUID, step: Callable[[Generation], Entry]) -> str:
    return step(Generation.objects.get(pk=generation)).kind


def _complete(generation: UUID) -> str:
    job = Job(id="j", status="COMPLETED", video_url="https://a.test/1.mp4")
    running = Generation.objects.filter(pk=generation, status="running").first()
    return "made" if running and record_job(running, job) else "late"


def _give_up(generation: UUID, staff: int) -> str:
    actor = User.objects.get(pk=staff)
    clip = Generation.objects.get(pk=generation)
    return "given up" if release_hold(clip, actor=actor, note="Race") else "late"


def _grant(user: int, key: str) -> str:
    person = User.objects.get(pk=user)
    return f"entry {ledger.grant(person, 10, actor=person, note='Race', key=key).pk}"


def _grant_request(pk: int, staff: int) -> str:
    asked, actor = CreditRequest.objects.get(pk=pk), User.objects.get(pk=staff)
    return "granted" if grant_request(asked, 10, actor=actor) else "late"


def _run(steps: Iterable[Callable[[], str]], times: int = 1) -> dict[str, int]:
    """Run each step in its own process, started together; count the outcomes."""
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
        except Exception as error:  # the test reads every error as an outcome
            outcomes.append(repr(error))
    connections.close_all()
    tell(outcomes)


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
