"""Messages become data: columns grow to hold JSON, and the sentences that rows keep are parsed once.

The patterns are frozen here, for the wording of every earlier version. What matches none stays as text.
"""

import json
import re
from datetime import datetime

from django.db import migrations, models
from django.utils import timezone

ID = r"[\w-]+"
NUMBER = r"-?\d+"
TEXT = r"[\s\S]*"
LINE = r".*"
CREDITS = rf"{NUMBER} (?:to spend and {NUMBER} held|available and {NUMBER} reserved)"

ENTRIES = "generations_entry"


def patterns(*rows):
    return [(kind, re.compile(pattern)) for kind, pattern in rows]


CREDITS_PATTERNS = patterns(
    ("credits", rf"(?P<balance>{NUMBER}) (?:to spend|available) and (?P<held>{NUMBER}) (?:held|reserved)"),
)
FAULT = patterns(
    ("wrong-result", rf"entry (?P<entry>\d+) says (?P<says>{CREDITS}) after it, but it follows to (?P<follows>{CREDITS})\."),
    ("wrong-result", rf"entry (?P<entry>\d+) records (?P<says>{CREDITS}), but the expected result is (?P<follows>{CREDITS})\."),
    ("negative-balance", rf"entry (?P<entry>\d+) leaves (?:less than nothing|a negative balance): (?P<left>{CREDITS})\."),
    ("wrong-sum", rf"(?:it|the account) has (?P<credits>{CREDITS}), but its entries add up to (?P<sums>{CREDITS})\."),
    ("no-entries", rf"(?:it|the account) has (?P<credits>{CREDITS}), but no (?:entry at all|entries)\."),
    ("not-one-hold", rf"(?:it has (?P<holds>\d+) holds|the clip has (?P<holds_>\d+) reservations) instead of one\."),
    ("wrong-hold", rf"(?:it|the clip) costs (?P<cost>\d+), but (?P<held>\d+) were (?:held|reserved)\."),
    ("foreign-entries", rf"(?P<count>\d+) of its entries are not in the account of (?P<person>{LINE}), who (?:made it|created the clip)\."),
    ("closed-twice", rf"its (?:hold was resolved|reservation was closed) (?P<times>\d+) times\."),
    ("hold-still-open", r"it is not under way any more, but its hold is still open\."),
    ("hold-still-open", r"the clip has ended, but its credits are still reserved\."),
    ("closed-early", r"it is still under way, but its hold is resolved already\."),
    ("closed-early", r"the clip is still in progress, but its reservation is already closed\."),
    ("wrong-close", r"(?P<held>\d+) were held for it, but (?P<resolved>\d+) resolved\."),
    ("wrong-close", r"(?P<held>\d+) were reserved, but (?P<resolved>\d+) were spent or returned\."),
    ("spent-without-clip", r"(?:it came to no clip|the clip was not generated), but (?P<spent>\d+) credits were spent on it\."),
)
FAULTS = patterns(
    ("account-fault", rf"Account of (?P<person>{LINE}?): (?P<fault>{LINE})"),
    ("clip-fault", rf"Generation (?P<clip>{ID}): (?P<fault>{LINE})"),
)
ERROR = patterns(
    ("no-job", r"Apiframe has no job for this clip\."),
    ("unknown-job", r"Apiframe (?:does not know|can’t find) this job\."),
    ("no-video", r"The job is completed, without a video\.|The job finished without a video\."),
    ("not-downloaded", rf"Not (?:fetched|downloaded) yet: (?P<error>{TEXT})"),
)
JOB = patterns(
    ("job-created", rf"Job (?P<job>{ID})"),
    ("job-recovered", rf"(?:Found again|Recovered) as job (?P<job>{ID})"),
)
QUEUED = patterns(
    ("upload-expired", r"A file grew too old at Apiframe and is prepared again|A file expired at Apiframe and is being uploaded again"),
    ("submitting-paused", r"Waiting for the studio|Waiting because submitting is paused"),
    ("uploading-again", rf"(?:A reference is sent anew|Uploading a reference again): (?P<error>{TEXT})"),
    ("resubmitted-by", rf"Sent again by (?P<actor>{LINE}), for (?P<clip>[0-9a-f]{{8}})"),
    ("resubmitted-by", rf"Resubmitted by (?P<actor>{LINE}) for clip (?P<clip>[0-9a-f]{{8}})"),
)
ENDED = patterns(("ended-by", rf"Ended by (?P<actor>{LINE}?): (?P<note>{TEXT})"))
REJECTED = patterns(
    ("file-missing", r"The file is not in our storage any more\.|The file is no longer in storage\."),
    ("provider-timeout", r"The provider did(?: not come to an end with it|n’t finish) within an hour\."),
    ("no-reason", r"The provider gave no reason\."),
    ("not-stored", r"Apiframe has no place for it\.|Apiframe can’t store this file\."),
)
PAUSE = patterns(("paused-by", rf"Paused by (?P<person>{LINE})\."))
NOTICE = patterns(
    ("nothing-submitted", rf"Nothing is sent until it goes on; clips wait with their credits held\. (?P<error>{TEXT})"),
    ("nothing-submitted", rf"Submitting is paused, and waiting clips keep their credits reserved\. (?P<error>{TEXT})"),
    ("clips-failed", r"(?P<failures>\d+) of the last (?P<clips>\d+) clips failed\. (?:The credits of each were given back|Their credits were returned)\."),
    (
        "downloads-late",
        r"Finished and paid for, but not copied to our storage yet: (?P<clips>\d+)\. "
        rf"The link of the first, (?P<clip>{ID}), ends about (?P<moment>[\d:-]+ [\d:]+)\. (?P<late_error>{TEXT})",
    ),
    (
        "downloads-late",
        r"Finished clips not downloaded yet: (?P<clips>\d+)\. "
        rf"The first link \((?P<clip>{ID})\) expires around (?P<moment>[\d:-]+ [\d:]+)\. (?P<late_error>{TEXT})",
    ),
    (
        "more-faults",
        r"(?:Faults found: (?P<count>\d+)\. The first are told here, all of them by manage\.py check_credits|"
        rf"Problems found: (?P<count_>\d+)\. Run manage\.py check_credits to list them all)\. (?P<faults>{TEXT})",
    ),
    ("faults", rf"(?:Faults|Problems) found: (?P<count>\d+)\. (?P<faults>{TEXT})"),
)
LOG = patterns(
    ("credits-given", rf"Gave (?P<credits_>\d+) credits: (?P<note>{TEXT})"),
    ("credits-removed", rf"(?:Took|Removed) (?P<credits_>\d+) credits: (?P<note>{TEXT})"),
    ("credits-returned", rf"(?:Released its hold|Returned its credits): (?P<note>{TEXT})"),
    ("invited", r"Invited (?P<address>\S+) with (?P<credits_>\d+) credits"),
    ("invitation-resent", r"Sent again|Resubmitted"),
    ("invitation-withdrawn", r"Withdrawn"),
    ("resubmitted-as", r"(?:Sent again|Resubmitted) as (?P<clip>[0-9a-f]{8})\."),
    ("status-refreshed", r"Asked for another look\.|Requested a status refresh\."),
    ("download-requested", r"Asked for its files again\.|Requested another download\."),
    ("submitting-stopped", r"Paused submitting"),
    ("submitting-resumed", r"Resumed submitting"),
)
# Parameters that are messages themselves, with what they may be; all others stay texts.
NESTED = {
    "fault": FAULT,
    "late_error": ERROR,
    **dict.fromkeys(["says", "follows", "left", "credits", "sums"], CREDITS_PATTERNS),
}
NUMBERS = {
    *("balance", "held", "entry", "holds", "cost", "count", "times", "resolved", "spent"),
    *("failures", "clips", "credits"),
}
# What each column may hold; a timeline's by the status of the line.
COLUMNS = [
    ("generations", "Notice", "words", {}, NOTICE),
    ("generations", "Studio", "pause_reason", {"pause_cause": "by-hand"}, PAUSE),
    ("generations", "Asset", "upstream_error", {}, REJECTED),
    ("generations", "Generation", "error", {}, ERROR),
    ("generations", "Event", "detail", {"status": "running"}, JOB),
    ("generations", "Event", "detail", {"status": "queued"}, QUEUED),
    ("generations", "Event", "detail", {"status": "failed"}, ENDED + ERROR[:3]),
    ("generations", "Event", "detail", {"status": "cancelled"}, ENDED),
    ("admin", "LogEntry", "change_message", {}, LOG),
]


def parse(text, known):
    """The message that a sentence was, or the text itself."""
    for kind, pattern in known:
        if found := pattern.fullmatch(text):
            params = {name: value for name, value in found.groupdict().items() if value is not None}
            return {"kind": kind, "params": dict(parameter(*each) for each in params.items())}
    return text


def parameter(name, value):
    if name == "faults":
        return name, [parse(line, FAULTS) for line in value.split("\n")]
    if name in NESTED:
        return name.removeprefix("late_"), parse(value, NESTED[name])
    if name == "moment":
        return name, moment(value)
    name = name.rstrip("_")
    return name, int(value) if name in NUMBERS else value


def moment(text):
    try:
        found = datetime.strptime(text, "%Y-%m-%d %H:%M")
    except ValueError:
        return text
    return {"moment": timezone.make_aware(found).isoformat()}


def parse_rows(apps, schema_editor):
    database = schema_editor.connection.alias
    for app, model, column, condition, known in COLUMNS:
        rows = apps.get_model(app, model)._base_manager.using(database)
        changed = []
        for row in rows.filter(**condition).exclude(**{column: ""}).only("pk", column).iterator(500):
            message = parse(getattr(row, column), known)
            if isinstance(message, str):
                continue
            setattr(row, column, json.dumps(message, ensure_ascii=False, separators=(",", ":")))
            changed.append(row)
            if len(changed) == 500:
                rows.bulk_update(changed, [column])
                changed = []
        rows.bulk_update(changed, [column])


def widen_notes(apps, schema_editor):
    """SQLite keeps no lengths, and would lose the triggers of entries in a table built anew."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE {ENTRIES} ALTER COLUMN note TYPE text")


class Migration(migrations.Migration):
    dependencies = [
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("generations", "0021_gate"),
    ]

    operations = [
        migrations.AlterField(
            "asset",
            "upstream_error",
            models.TextField(
                blank=True, help_text="Why Apiframe rejected the file.", verbose_name="Apiframe error"
            ),
        ),
        migrations.AlterField(
            "event", "detail", models.TextField(blank=True, verbose_name="details")
        ),
        migrations.AlterField(
            "studio", "pause_reason", models.TextField(blank=True, verbose_name="pause reason")
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(widen_notes, migrations.RunPython.noop)],
            state_operations=[
                migrations.AlterField(
                    "entry", "note", models.TextField(blank=True, verbose_name="note")
                ),
            ],
        ),
        migrations.RunPython(parse_rows, migrations.RunPython.noop),
    ]
