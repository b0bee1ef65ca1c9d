"""What the machine writes into rows: kinds of messages, each with its sentence."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from generations.texts.message import kind

# What others wrote, where it looks like a stored message.
TEXT = kind("text", "%(text)s")

# The timeline of a clip.
JOB_CREATED = kind("job-created", _("Job %(job)s"))
JOB_RECOVERED = kind("job-recovered", _("Recovered as job %(job)s"))
UPLOAD_EXPIRED = kind("upload-expired", _("A file expired at Apiframe and is being uploaded again"))
SUBMITTING_PAUSED = kind("submitting-paused", _("Waiting because submitting is paused"))
ENDED_BY = kind("ended-by", _("Ended by %(actor)s: %(note)s"))
UPLOADING_AGAIN = kind("uploading-again", _("Uploading a reference again: %(error)s"))
RESUBMITTED_BY = kind("resubmitted-by", _("Resubmitted by %(actor)s for clip %(clip)s"))
NO_JOB = kind("no-job", _("Apiframe has no job for this clip."))
UNKNOWN_JOB = kind("unknown-job", _("Apiframe can’t find this job."))
NO_VIDEO = kind("no-video", _("The job finished without a video."))
LINK_FOUND = kind("link-found", _("Found a video link in the stored answer, at %(path)s"))
SHORT_CLIP = kind("short-clip", _("Delivered %(measured)s s of %(seconds)s s"))
NOT_DOWNLOADED = kind("not-downloaded", _("Not downloaded yet: %(error)s"))
FILE_LOST = kind("file-lost", _("The clip was generated, but its file never arrived. %(error)s"))
LATE_RESULT = kind("late-result", _("Apiframe finished this clip after all. Nothing was charged for it."))
FILES_REJECTED = kind("files-rejected", "%(files)s")
FILE_REJECTED = kind("file-rejected", _("“%(name)s”: %(reason)s"))

# Why a library file was rejected.
FILES_MISSING = kind(
    "files-missing",
    _(
        "No worker can find %(files)s library files, the first is “%(name)s”. Clips that use them wait. "
        "Give every worker the same media folder."
    ),
)
FILE_MISSING = kind("file-missing", _("The file is no longer in storage."))
PROVIDER_TIMEOUT = kind("provider-timeout", _("The provider didn’t finish within an hour."))
NO_REASON = kind("no-reason", _("The provider gave no reason."))
NOT_STORED = kind("not-stored", _("Apiframe can’t store this file."))

# Alerts, and reasons for a pause.
NOTHING_SUBMITTED = kind(
    "nothing-submitted",
    _("Submitting is paused, and waiting clips keep their credits reserved. %(error)s"),
)
CLIPS_FAILED = kind(
    "clips-failed",
    _("%(failures)s of the last %(clips)s clips failed. Their credits were returned."),
)
CLIPS_REFUSED = kind(
    "clips-refused",
    _(
        "Clips refused in the last hour: %(clips)s. Our account is limited or the provider is overloaded. "
        "Their credits were returned. The provider says: %(error)s"
    ),
)
DOWNLOADS_LATE = kind(
    "downloads-late",
    _(
        "Finished clips not downloaded yet: %(clips)s. The first link (%(clip)s) expires "
        "around %(moment)s. %(error)s"
    ),
)
FAULTS = kind("faults", _("Problems found: %(count)s. %(faults)s"))
MORE_FAULTS = kind(
    "more-faults",
    _("Problems found: %(count)s. Run manage.py check_credits to list them all. %(faults)s"),
)
PROVIDER_DOWN = kind(
    "provider-down",
    _(
        "Down since %(since)s. Waiting clips keep their credits reserved and start by themselves "
        "when Apiframe answers again. %(error)s"
    ),
)
PROVIDER_BACK = kind(
    "provider-back",
    ngettext_lazy(
        "It was down from %(since)s for %(minutes)s minute. Waiting clips are being sent.",
        "It was down from %(since)s for %(minutes)s minutes. Waiting clips are being sent.",
        "minutes",
    ),
)
CONTRACT_CHANGED = kind(
    "contract-changed",
    _(
        "We can’t read an answer of Apiframe: %(answer)s. The clips are retried. If this goes on, "
        "update Seedance Web or contact Apiframe."
    ),
)
FILES_LOST = kind(
    "files-lost",
    ngettext_lazy(
        "%(clips)s clip was paid for, but its file never arrived. Its %(credits)s credits were refunded to the "
        "user. Ask Apiframe for a refund of job %(job)s.",
        "%(clips)s clips were paid for, but their files never arrived. Their %(credits)s credits were refunded to "
        "the users. Ask Apiframe for a refund, starting with job %(job)s.",
        "clips",
    ),
)
JOBS_LOST = kind(
    "jobs-lost",
    ngettext_lazy(
        "Apiframe has no job for %(clips)s clip that may have been sent, first %(clip)s. The credits were "
        "returned to the user. Compare with the jobs listed at Apiframe.",
        "Apiframe has no job for %(clips)s clips that may have been sent, first %(clip)s. The credits were "
        "returned to the users. Compare with the jobs listed at Apiframe.",
        "clips",
    ),
)
NO_END = kind(
    "no-end",
    ngettext_lazy(
        "%(clips)s clip has been running for over two hours, and its credits are reserved: %(clip)s. "
        "Refresh its status or return its credits.",
        "%(clips)s clips have been running for over two hours, and their credits are reserved, first %(clip)s. "
        "Refresh their status or return their credits.",
        "clips",
    ),
)
STEP_FAILING = kind(
    "step-failing",
    ngettext_lazy(
        "%(clips)s clip keeps failing with an unexpected error: %(clip)s. Other clips are not affected. %(error)s",
        "%(clips)s clips keep failing with an unexpected error, first %(clip)s. Other clips are not affected. "
        "%(error)s",
        "clips",
    ),
)
STORAGE_FAILING = kind(
    "storage-failing",
    _("Clips that are paid for can’t be saved. Make room or repair the storage within a day. %(error)s"),
)
STORAGE_NEARLY_FULL = kind(
    "storage-nearly-full",
    _("Only %(megabytes)s MB are free. Make room, or finished clips can’t be saved."),
)
LANE_RESTARTED = kind(
    "lane-restarted",
    _("The %(lane)s lane stopped and was restarted at %(moment)s. Its clips continue. %(reason)s"),
)
PAUSED_BY = kind("paused-by", _("Paused by %(person)s."))

# Findings of the ledger audit.
ACCOUNT_FAULT = kind("account-fault", _("Account of %(person)s: %(fault)s"))
CLIP_FAULT = kind("clip-fault", _("Generation %(clip)s: %(fault)s"))
CREDITS = kind("credits", _("%(balance)s available and %(held)s reserved"))
WRONG_RESULT = kind(
    "wrong-result", _("entry %(entry)s records %(says)s, but the expected result is %(follows)s.")
)
NEGATIVE_BALANCE = kind("negative-balance", _("entry %(entry)s leaves a negative balance: %(left)s."))
WRONG_SUM = kind("wrong-sum", _("the account has %(credits)s, but its entries add up to %(sums)s."))
WRONG_SPENDING = kind(
    "wrong-spending", _("%(kept)s credits are kept as spent, but its entries add up to %(spent)s.")
)
WRONG_QUARTER = kind(
    "wrong-quarter",
    _("%(kept)s credits are kept as spent at %(moment)s, but the entries add up to %(spent)s."),
)
NO_ENTRIES = kind("no-entries", _("the account has %(credits)s, but no entries."))
NOT_ONE_HOLD = kind("not-one-hold", _("the clip has %(holds)s reservations instead of one."))
WRONG_HOLD = kind("wrong-hold", _("the clip costs %(cost)s, but %(held)s were reserved."))
FOREIGN_ENTRIES = kind(
    "foreign-entries",
    _("%(count)s of its entries are not in the account of %(person)s, who created the clip."),
)
CLOSED_TWICE = kind("closed-twice", _("its reservation was closed %(times)s times."))
HOLD_STILL_OPEN = kind("hold-still-open", _("the clip has ended, but its credits are still reserved."))
CLOSED_EARLY = kind(
    "closed-early", _("the clip is still in progress, but its reservation is already closed.")
)
WRONG_CLOSE = kind("wrong-close", _("%(held)s were reserved, but %(resolved)s were spent or returned."))
SPENT_WITHOUT_CLIP = kind(
    "spent-without-clip", _("the clip was not generated, but %(spent)s credits were spent on it.")
)
WRONG_REFUND = kind(
    "wrong-refund", _("%(spent)s credits were spent on the clip, but %(refunded)s were refunded.")
)

# The admin log.
CREDITS_GIVEN = kind(
    "credits-given",
    ngettext_lazy("Gave %(credits)s credit: %(note)s", "Gave %(credits)s credits: %(note)s", "credits"),
)
CREDITS_REMOVED = kind(
    "credits-removed",
    ngettext_lazy("Removed %(credits)s credit: %(note)s", "Removed %(credits)s credits: %(note)s", "credits"),
)
CREDITS_RETURNED = kind("credits-returned", _("Returned its credits: %(note)s"))
INVITED = kind(
    "invited",
    ngettext_lazy(
        "Invited %(address)s with %(credits)s credit",
        "Invited %(address)s with %(credits)s credits",
        "credits",
    ),
)
INVITATION_RESENT = kind("invitation-resent", _("Resent the invitation"))
INVITATION_WITHDRAWN = kind("invitation-withdrawn", _("Withdrew the invitation"))
RESUBMITTED_AS = kind("resubmitted-as", _("Resubmitted as %(clip)s."))
STATUS_REFRESHED = kind("status-refreshed", _("Requested a status refresh."))
DOWNLOAD_REQUESTED = kind("download-requested", _("Requested another download."))
SUBMITTING_STOPPED = kind("submitting-stopped", _("Paused submitting"))
SUBMITTING_RESUMED = kind("submitting-resumed", _("Resumed submitting"))

# Automatic notes of ledger entries.
FIRST_RUN = kind("first-run", _("First run"))
STARTING_CREDITS = kind("starting-credits", _("Starting credits"))
CREDIT_REQUEST = kind("credit-request", _("Credit request %(number)s"))
ACCOUNT_CLOSED = kind("account-closed", _("Account deleted, unused credits removed"))
MONTHLY_CREDITS = kind("monthly-credits", _("%(group)s, %(month)s"))
MONTHLY_UNUSED = kind("monthly-unused", _("%(group)s: unused credits from %(month)s"))
