"""One verdict over three books: rows with their files, the ledger, and the provider's own record."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tests.faults.books import Books, ClipRow, EntryRow, JobRow

ENDED = {"finished", "failed", "cancelled"}
# Their hold is open. Later it is settled or released, even if the file is still to come.
UNPAID = {"queued", "submitting", "running"}
WITH_CLIP = {"fetching", "finished"}
JOB_ENDED = {"COMPLETED", "FAILED", "CANCELLED"}
FILE_LOST, NO_RESULT = "file-lost", "no-result"

# Seconds in which a due step is taken, and the farthest that one may be postponed.
PATIENCE = 60
FARTHEST = 30 * 60


@dataclass(frozen=True)
class Violation:
    """`kind` is stable; `about` names the clip, account, key or job."""

    kind: str
    about: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.about} {self.detail}".rstrip()


@dataclass(frozen=True)
class Verdict:
    violations: list[Violation]
    # Clips that have not ended, but whose next step is known.
    waiting: list[str]

    def __str__(self) -> str:
        if not self.violations:
            return "good" if not self.waiting else f"good, {len(self.waiting)} still waiting"
        return "\n".join([f"{len(self.violations)} violations", *map(str, self.violations)])


class Judge:
    """Every clip has ended or waits for a reason, every credit is in one place, each key made one job, every
    finished clip is whole on disk, and nothing is charged for what failed.

    A refund is legitimate where the provider made a clip whose file never came, and only there.
    """

    def __init__(self, books: Books) -> None:
        self._books = books
        self._clips = {each.id: each for each in books.clips}
        self._jobs = {each.id: each for each in books.jobs}

    def verdict(self) -> Verdict:
        checks = (
            self._audit,
            self._ends,
            self._files,
            self._accounts,
            self._entries,
            self._keys,
            self._results,
        )
        unended = [each.id for each in self._books.clips if each.status not in ENDED]
        return Verdict([each for check in checks for each in check()], unended)

    def _audit(self) -> Iterator[Violation]:
        """The product's own check, which shares no arithmetic with the ones below."""
        for each in self._books.audit:
            yield Violation("audit", each)

    def _ends(self) -> Iterator[Violation]:
        for clip in self._books.clips:
            if clip.status not in ENDED and not self._waits_for_a_reason(clip):
                yield Violation("stands-still", clip.id, f"{clip.status} for {clip.still_for:.0f} s")

    def _waits_for_a_reason(self, clip: ClipRow) -> bool:
        if clip.waits_for or clip.still_for < PATIENCE:
            return True
        if clip.due_in is not None:
            return -PATIENCE < clip.due_in < FARTHEST
        job = self._jobs.get(clip.job)
        return clip.status == "running" and job is not None and job.status not in JOB_ENDED

    def _files(self) -> Iterator[Violation]:
        for clip in self._books.clips:
            for each in clip.broken_files:
                yield Violation("broken-file", clip.id, each)

    def _accounts(self) -> Iterator[Violation]:
        """All credits given are in the balance, held by an unpaid clip, or spent on one that exists."""
        for account in self._books.accounts:
            entries = [each for each in self._books.entries if each.account == account.id]
            clips = [each for each in self._books.clips if each.owner == account.id]
            given = sum(each.amount for each in entries if each.kind in ("grant", "adjust"))
            held = sum(each.credits for each in clips if each.status in UNPAID)
            spent = sum(each.amount for each in entries if each.kind == "settle")
            refunded = sum(each.amount for each in entries if each.kind == "refund")
            if account.held != held:
                detail = f"{account.held} held, unpaid clips hold {held}"
                yield Violation("wrong-held", f"account {account.id}", detail)
            if account.balance + account.held + spent - refunded != given:
                detail = (
                    f"{given} given, {account.balance} left, {account.held} held, {spent - refunded} spent"
                )
                yield Violation("credits-astray", f"account {account.id}", detail)
            if account.balance < 0 or account.held < 0:
                yield Violation("negative", f"account {account.id}", f"{account.balance}, {account.held}")

    def _entries(self) -> Iterator[Violation]:
        of_clips: dict[str, list[EntryRow]] = defaultdict(list)
        for each in self._books.entries:
            if each.clip:
                of_clips[each.clip].append(each)
        for unknown in of_clips.keys() - self._clips.keys():
            yield Violation("entry-of-no-clip", unknown)
        for clip in self._books.clips:
            found = sorted((each.kind, each.amount) for each in of_clips[clip.id])
            if found not in self._legitimate_entries(clip):
                yield Violation("wrong-entries", clip.id, f"{clip.status} {clip.code}: {found}")

    def _legitimate_entries(self, clip: ClipRow) -> list[list[tuple[str, int]]]:
        hold = ("hold", clip.credits)
        if clip.status in UNPAID:
            return [[hold]]
        if clip.status in WITH_CLIP:
            return [[hold, ("settle", clip.credits)]]
        if clip.code == FILE_LOST:
            return [[hold, ("refund", clip.credits), ("settle", clip.credits)]]
        return [[hold, ("release", clip.credits)]]

    @cached_property
    def _jobs_of_clips(self) -> dict[str, list[str]]:
        """The jobs of each clip, in the order of its keys: its id, then its id with a number."""
        found: dict[str, list[str]] = defaultdict(list)
        for key in sorted(self._books.keys, key=lambda key: int(key.partition(".")[2] or 0)):
            found[key.partition(".")[0]].append(self._books.keys[key])
        return found

    def _keys(self) -> Iterator[Violation]:
        """Each key made one job, with the same bytes at each try, and a clip got at most one job that is paid."""
        made = list(self._books.keys.values())
        for job in self._books.jobs:
            if made.count(job.id) != 1:
                yield Violation("job-without-its-key", job.id, f"{made.count(job.id)} keys")
        for key, bodies in self._books.bodies.items():
            if bodies != 1:
                yield Violation("changed-body", key, f"{bodies} bodies")
        for clip, jobs in self._jobs_of_clips.items():
            if clip not in self._clips:
                yield Violation("job-of-no-clip", clip, str(jobs))
            for each in jobs[:-1]:
                if self._jobs[each].status not in ("FAILED", "CANCELLED"):
                    yield Violation("made-twice", clip, f"{each} is {self._jobs[each].status}")

    def _results(self) -> Iterator[Violation]:
        """What the provider made and charged is what people have and paid for."""
        for clip in self._books.clips:
            jobs = self._jobs_of_clips.get(clip.id, [])
            if clip.job and clip.job not in jobs:
                yield Violation("foreign-job", clip.id, clip.job)
            job = self._jobs.get(jobs[-1]) if jobs else None
            is_made = job is not None and job.status == "COMPLETED"
            if clip.status in WITH_CLIP and not is_made:
                yield Violation("paid-for-nothing", clip.id, f"{clip.status}, its job {job}")
            if job and is_made and clip.status in ENDED:
                yield from self._end_of_a_made_clip(clip, job)

    def _end_of_a_made_clip(self, clip: ClipRow, job: JobRow) -> Iterator[Violation]:
        is_told = clip.keeps_answer and clip.code in (FILE_LOST, NO_RESULT)
        if clip.status != "finished" and not is_told:
            yield Violation("lost-clip", clip.id, f"{clip.status} {clip.code}, made as {job.id}")
        if clip.status == "finished" and clip.credits != job.cost:
            yield Violation("wrong-price", clip.id, f"{clip.credits} spent, {job.cost} charged")
