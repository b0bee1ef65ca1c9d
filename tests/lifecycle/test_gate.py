"""One gate for all workers: what closes it, what waits meanwhile, and how it opens again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from generations import tasks
from generations.apiframe import Apiframe, ApiframeError, GateClosed
from generations.apiframe.sandbox import Sandbox
from generations.lifecycle import gate
from generations.lifecycle.outages import StudioGate, pause_submitting, probe_provider, resume_submitting
from generations.lifecycle.submit import admit_queued, submit_generation
from generations.models import Asset, Generation, Studio, User
from tests.factories import make_generation
from tests.library.assets import make_asset


@pytest.fixture
def workers(sandbox: Sandbox) -> Iterator[list[Apiframe]]:
    """Eight clients that never sleep, each as one worker has it."""
    clients = [_client(sandbox) for _ in range(8)]
    yield clients
    for client in clients:
        client.close()


def _client(sandbox: Sandbox) -> Apiframe:
    return Apiframe(
        sandbox.key, base_url=sandbox.url, patience=0, gate=StudioGate(), sleep=lambda seconds: None
    )


@pytest.fixture
def worker(workers: list[Apiframe]) -> Apiframe:
    return workers[0]


def _call(client: Apiframe) -> str:
    """What one call of the list ended with."""
    try:
        client.jobs()
    except ApiframeError as error:
        return type(error).__name__
    return "answer"


def _let_time_pass(seconds: float) -> None:
    """As the gate sees it: everything it remembers is that much older."""
    studio = Studio.objects.get()
    for name in ("gate_closed_at", "gate_opens_at", "gate_opened_at", "ramp_at", "paused_at", "probe_at"):
        moment = getattr(studio, name)
        setattr(studio, name, moment and moment - timedelta(seconds=seconds))
    for counts in studio.gate_trouble.values():
        counts["since"] -= seconds
    studio.save()
    for row in Generation.objects.exclude(due_at=None):
        Generation.objects.filter(pk=row.pk).update(due_at=row.due_at - timedelta(seconds=seconds))


def _seconds_closed() -> float:
    opens_at = Studio.objects.get().gate_opens_at
    return (opens_at - timezone.now()).total_seconds() if opens_at else 0.0


def test_nobody_calls_within_a_retry_after(workers: list[Apiframe], sandbox: Sandbox, db: None) -> None:
    """Bar 15."""
    sandbox.fault("jobs", status=429, headers={"Retry-After": "5"}, body={"error": "slow down"})
    assert _call(workers[0]) == "RateLimited"
    assert {_call(each) for each in workers} == {"GateClosed"}
    assert len(sandbox.requests) == 1
    assert 4.5 < _seconds_closed() <= 7


@pytest.mark.parametrize("asked", ["99999999", "900", "Wed, 21 Oct 2099 07:28:00 GMT"])
def test_a_retry_after_is_obeyed_for_15_minutes_at_most(
    worker: Apiframe, sandbox: Sandbox, db: None, asked: str
) -> None:
    """Bar F33, F34."""
    sandbox.fault("jobs", status=429, headers={"Retry-After": asked}, body={"error": "slow down"})
    _call(worker)
    assert 890 < _seconds_closed() <= 900


def test_five_unknown_ends_within_a_minute_close_it(worker: Apiframe, sandbox: Sandbox, db: None) -> None:
    """Bar 16."""
    sandbox.fault("jobs", status=503, times=None)
    assert [_call(worker) for _ in range(3)] == ["Unknown", "GateClosed", "GateClosed"]
    assert len(sandbox.requests) == 5
    assert Studio.objects.get().gate_cause == "down"


def test_failures_that_are_few_among_answers_close_nothing(
    worker: Apiframe, sandbox: Sandbox, db: None
) -> None:
    for _ in range(8):
        sandbox.fault("jobs", status=503)
        sandbox.fault("jobs", status=200, body={"jobs": [], "nextCursor": None, "hasMore": False}, times=2)
        _call(worker)
        _call(worker)
    assert Studio.objects.get().is_gate_open


def test_failures_over_more_than_a_minute_close_nothing(worker: Apiframe, sandbox: Sandbox, db: None) -> None:
    sandbox.fault("jobs", status=501, times=None)
    for _ in range(8):
        _call(worker)
        _let_time_pass(20)
    assert Studio.objects.get().is_gate_open


@pytest.mark.parametrize("status", [401, 403])
def test_a_block_closes_it_for_every_call(
    workers: list[Apiframe], sandbox: Sandbox, db: None, status: int
) -> None:
    """Bar 19, F27, F30."""
    sandbox.fault("jobs", status=status, body="error code: 1010")
    _call(workers[0])
    assert {_call(each) for each in workers} == {"GateClosed"}
    assert len(sandbox.requests) == 1
    assert (Studio.objects.get().gate_cause, Studio.objects.get().pause_cause) == ("blocked", "key-refused")


def test_one_402_is_one_call(alice: User, workers: list[Apiframe], sandbox: Sandbox) -> None:
    """Bar F28: the others look at the pause before they send."""
    for _ in range(5):
        make_generation(user=alice)
    sandbox.fault("generate", status=402, body={"error": "Insufficient credits"}, times=None)
    for generation, worker in zip(admit_queued(), workers, strict=False):
        submit_generation(generation, worker)
    assert len(sandbox.requests_for("generate")) == 1
    assert set(Generation.objects.values_list("status", flat=True)) == {"queued"}


def test_what_runs_is_watched_while_the_team_is_out_of_credits(
    worker: Apiframe, sandbox: Sandbox, db: None
) -> None:
    pause_submitting("No credits", cause=Studio.Pause.OUT_OF_CREDITS, needs=4)
    assert _call(worker) == "answer"


def test_a_clip_that_was_never_sent_waits_in_the_queue(
    generation: Generation, worker: Apiframe, sandbox: Sandbox
) -> None:
    [admitted] = admit_queued()
    gate.close_gate(Studio.Closed.DOWN, "down")
    submit_generation(admitted, worker)
    admitted.refresh_from_db()
    assert (admitted.status, admitted.first_sent_at, sandbox.requests) == ("queued", None, [])


def test_a_clip_that_may_have_been_sent_waits_without_an_attempt(
    generation: Generation, worker: Apiframe, sandbox: Sandbox
) -> None:
    sandbox.fault("generate", drop="after")
    [admitted] = admit_queued()
    submit_generation(admitted, worker)
    Generation.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    gate.close_gate(Studio.Closed.DOWN, "down")
    submit_generation(admitted, worker)
    admitted.refresh_from_db()
    assert (admitted.status, admitted.attempts) == ("submitting", 1)
    assert len(sandbox.requests_for("generate")) == 1


def test_nothing_is_admitted_while_it_is_closed(generation: Generation) -> None:
    gate.close_gate(Studio.Closed.DOWN, "down")
    assert admit_queued() == []


def test_a_file_of_the_library_waits_without_an_attempt(
    alice: User, sandbox: Sandbox, django_capture_on_commit_callbacks
) -> None:
    asset = make_asset(user=alice, upstream_state="preparing", upstream_asset_id="a")
    gate.close_gate(Studio.Closed.DOWN, "down")
    tasks.prepare(str(asset.pk))
    asset.refresh_from_db()
    assert (asset.attempts, asset.enqueued_at, sandbox.requests) == (0, None, [])
    assert asset.due_at > timezone.now()


def test_one_worker_probes(workers: list[Apiframe], sandbox: Sandbox, db: None) -> None:
    gate.close_gate(Studio.Closed.DOWN, "down")
    sandbox.fault("me", status=503, times=None)
    probe_provider(workers[0])
    assert sandbox.requests == []
    _let_time_pass(31)
    for each in workers:
        probe_provider(each)
    assert len(sandbox.requests) == 1


def _waits(worker: Apiframe, sandbox: Sandbox, *, probes: int) -> list[int]:
    """The wait before each of so many failed probes."""
    sandbox.fault("me", status=503, times=None)
    waits = []
    for _ in range(probes):
        waits.append(round(_seconds_closed()))
        _let_time_pass(max(0, _seconds_closed()) + 0.1)
        probe_provider(worker)
    assert len(sandbox.requests_for("me")) == probes
    return waits


def test_a_young_outage_is_probed_soon_and_then_twice_a_minute(
    worker: Apiframe, sandbox: Sandbox, db: None
) -> None:
    """Bar 16: what can go on goes on within a minute of its end."""
    gate.close_gate(Studio.Closed.DOWN, "down")
    assert _waits(worker, sandbox, probes=10) == [5, 10, 20, 30, 30, 30, 30, 30, 30, 30]


def test_the_probes_of_a_long_outage_grow_rare(worker: Apiframe, sandbox: Sandbox, db: None) -> None:
    gate.close_gate(Studio.Closed.DOWN, "down")
    _let_time_pass(900)
    assert _waits(worker, sandbox, probes=9)[1:] == [10, 20, 40, 80, 160, 320, 600, 600]


def test_the_probes_of_a_block_grow_rare_at_once(worker: Apiframe, sandbox: Sandbox, db: None) -> None:
    gate.close_gate(Studio.Closed.BLOCKED, "refused")
    assert _waits(worker, sandbox, probes=6) == [30, 60, 120, 240, 480, 600]


def test_an_outage_found_after_a_429_is_probed_soon(worker: Apiframe, sandbox: Sandbox, db: None) -> None:
    sandbox.fault("jobs", status=429, headers={"Retry-After": "300"}, body={"error": "slow down"})
    _call(worker)
    assert _waits(worker, sandbox, probes=3)[1:] == [5, 10]


def test_an_answered_probe_opens_it(worker: Apiframe, sandbox: Sandbox, db: None) -> None:
    gate.close_gate(Studio.Closed.DOWN, "down")
    _let_time_pass(31)
    assert probe_provider(worker)
    assert _call(worker) == "answer"


def test_no_probe_comes_within_a_retry_after(worker: Apiframe, sandbox: Sandbox, db: None) -> None:
    """Bar 15: not even for a pause that would like to end."""
    pause_submitting("No credits", cause=Studio.Pause.OUT_OF_CREDITS, needs=1)
    sandbox.fault("jobs", status=429, headers={"Retry-After": "60"}, body={"error": "slow down"})
    _call(worker)
    _let_time_pass(40)
    probe_provider(worker)
    assert len(sandbox.requests) == 1


def test_an_answered_probe_ends_a_block(worker: Apiframe, sandbox: Sandbox, db: None) -> None:
    sandbox.fault("jobs", status=401, body={"error": "Invalid API key"})
    _call(worker)
    _let_time_pass(31)
    assert probe_provider(worker)
    assert Studio.objects.get().may_submit


def test_resuming_by_hand_probes_at_once(worker: Apiframe, sandbox: Sandbox, db: None) -> None:
    pause_submitting("Invalid API key")
    resume_submitting()
    assert probe_provider(worker)
    assert _call(worker) == "answer"


def test_a_gate_that_closes_again_at_once_is_the_same_outage(db: None) -> None:
    gate.close_gate(Studio.Closed.DOWN, "down")
    since = Studio.objects.get().gate_closed_at
    gate.open_gate()
    gate.close_gate(Studio.Closed.DOWN, "down")
    assert (Studio.objects.get().gate_closed_at, round(_seconds_closed())) == (since, 30)


def test_a_probe_planned_by_a_wrong_clock_is_due(worker: Apiframe, sandbox: Sandbox, db: None) -> None:
    """Bar 23, F49."""
    gate.close_gate(Studio.Closed.DOWN, "down")
    Studio.objects.update(gate_opens_at=timezone.now() + timedelta(hours=1))
    assert probe_provider(worker)


def test_what_was_put_off_is_due_again_at_a_gentle_pace(alice: User) -> None:
    later = timezone.now() + timedelta(minutes=4)
    for _ in range(5):
        make_generation(user=alice, status="submitting", first_sent_at=timezone.now(), due_at=later)
    gate.close_gate(Studio.Closed.DOWN, "down")
    gate.open_gate()
    due = sorted(Generation.objects.values_list("due_at", flat=True))
    waits = [round((each - due[0]).total_seconds()) for each in due]
    assert waits == [0, 2, 3, 4, 5]


def test_downloads_and_files_go_on_after_an_outage(alice: User) -> None:
    later = timezone.now() + timedelta(minutes=4)
    make_generation(user=alice, status="fetching", due_at=later)
    make_asset(user=alice, due_at=later)
    gate.close_gate(Studio.Closed.DOWN, "down")
    gate.open_gate()
    assert Generation.objects.get().due_at <= timezone.now()
    assert Asset.objects.get().due_at <= timezone.now()


def test_a_step_that_a_worker_has_claimed_keeps_its_claim(alice: User) -> None:
    later = timezone.now() + timedelta(minutes=15)
    make_generation(user=alice, status="submitting", enqueued_at=timezone.now(), due_at=later)
    gate.close_gate(Studio.Closed.DOWN, "down")
    gate.open_gate()
    assert Generation.objects.get().due_at == later


def test_few_are_admitted_at_first_and_more_later(alice: User, settings) -> None:
    settings.USER_IN_FLIGHT = 50
    for _ in range(10):
        make_generation(user=alice)
    gate.close_gate(Studio.Closed.DOWN, "down")
    gate.open_gate()
    first = len(admit_queued())
    _let_time_pass(2.2)
    second = len(admit_queued())
    _let_time_pass(300)
    # How many of the rest come second depends on how long the steps above took.
    assert first == 1
    assert 0 < second < 9
    assert first + second + len(admit_queued()) == 10


def test_a_round_sends_nothing_while_it_is_closed(
    alice: User, sandbox: Sandbox, django_capture_on_commit_callbacks
) -> None:
    make_generation(user=alice, status="running")
    gate.close_gate(Studio.Closed.DOWN, "down")
    with tasks.connect() as client:
        tasks.sweep_once(client)
        tasks.look()
    assert sandbox.requests == []


def test_a_closed_gate_says_how_long(worker: Apiframe, db: None) -> None:
    gate.close_gate(Studio.Closed.DOWN, "down")
    with pytest.raises(GateClosed) as closed:
        worker.me()
    assert 5 < closed.value.seconds < 8
