"""What the machine writes into rows: kept in English, as one of these, and told in the language of whoever reads it.

Everything else in those rows was said by Apiframe or typed by a person, and is shown as it is.
"""

import re

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

JOB = _("Job %(job)s")
FOUND_AGAIN = _("Found again as job %(job)s")
FILE_TOO_OLD = _("A file grew too old at Apiframe and is prepared again")
WAITING = _("Waiting for the studio")
ENDED_BY = _("Ended by %(actor)s: %(note)s")
SENT_ANEW = _("A reference is sent anew: %(error)s")
SENT_AGAIN_BY = _("Sent again by %(actor)s, for %(clip)s")
NO_JOB = _("Apiframe has no job for this clip.")
UNKNOWN_JOB = _("Apiframe does not know this job.")
NO_VIDEO = _("The job is completed, without a video.")
NOT_FETCHED = _("Not fetched yet: %(error)s")

FILE_GONE = _("The file is not in our storage any more.")
NO_END = _("The provider did not come to an end with it within an hour.")
NO_REASON = _("The provider gave no reason.")
NO_PLACE = _("Apiframe has no place for it.")

NOTHING_SENT = _("Nothing is sent until it goes on; clips wait with their credits held. %(error)s")
CLIPS_FAILED = _("%(failures)s of the last %(clips)s clips failed. The credits of each were given back.")
NOT_COPIED = _(
    "Finished and paid for, but not copied to our storage yet: %(clips)s. "
    "The link of the first, %(clip)s, ends about %(moment)s. %(error)s"
)
FAULTS = _("Faults found: %(count)s. %(faults)s")
MORE_FAULTS = _(
    "Faults found: %(count)s. The first are told here, all of them by manage.py check_credits. %(faults)s"
)

ACCOUNT_FAULT = _("Account of %(person)s: %(fault)s")
CLIP_FAULT = _("Generation %(clip)s: %(fault)s")
CREDITS = _("%(balance)s to spend and %(held)s held")
ENTRY_FOLLOWS_NOT = _("entry %(entry)s says %(says)s after it, but it follows to %(follows)s.")
ENTRY_BELOW_NOTHING = _("entry %(entry)s leaves less than nothing: %(left)s.")
SUMS_DIFFER = _("it has %(credits)s, but its entries add up to %(sums)s.")
NO_ENTRY = _("it has %(credits)s, but no entry at all.")
NOT_ONE_HOLD = _("it has %(holds)s holds instead of one.")
HELD_OTHERWISE = _("it costs %(cost)s, but %(held)s were held.")
ENTRIES_ELSEWHERE = _("%(count)s of its entries are not in the account of %(person)s, who made it.")
RESOLVED_TWICE = _("its hold was resolved %(times)s times.")
HOLD_STILL_OPEN = _("it is not under way any more, but its hold is still open.")
RESOLVED_EARLY = _("it is still under way, but its hold is resolved already.")
RESOLVED_OTHERWISE = _("%(held)s were held for it, but %(resolved)s resolved.")
SPENT_FOR_NOTHING = _("it came to no clip, but %(spent)s credits were spent on it.")

PAUSED_BY = _("Paused by %(person)s.")

GAVE = _("Gave %(credits)s credits: %(note)s")
TOOK = _("Took %(credits)s credits: %(note)s")
WITHDRAWN = _("Withdrawn")
SENT_AGAIN = _("Sent again")
SENT_AGAIN_AS = _("Sent again as %(clip)s.")
RELEASED = _("Released its hold: %(note)s")
LOOK_AGAIN = _("Asked for another look.")
FETCH_AGAIN = _("Asked for its files again.")
INVITED = _("Invited %(address)s with %(credits)s credits")
PAUSED_SUBMITTING = _("Paused submitting")
RESUMED_SUBMITTING = _("Resumed submitting")

FIRST_RUN = _("First run")
TO_BEGIN_WITH = _("To begin with")
MONTHLY = _("%(group)s, %(month)s")
MONTHLY_UNSPENT = _("%(group)s: not spent in %(month)s")

_ALL = (
    *(
        JOB,
        FOUND_AGAIN,
        FILE_TOO_OLD,
        WAITING,
        ENDED_BY,
        SENT_ANEW,
        SENT_AGAIN_BY,
        NO_JOB,
        UNKNOWN_JOB,
        NO_VIDEO,
        NOT_FETCHED,
    ),
    *(FILE_GONE, NO_END, NO_REASON, NO_PLACE),
    # The longer of two that begin alike comes first.
    *(NOTHING_SENT, CLIPS_FAILED, NOT_COPIED, MORE_FAULTS, FAULTS, PAUSED_BY),
    *(
        ACCOUNT_FAULT,
        CLIP_FAULT,
        CREDITS,
        ENTRY_FOLLOWS_NOT,
        ENTRY_BELOW_NOTHING,
        SUMS_DIFFER,
        NO_ENTRY,
        NOT_ONE_HOLD,
        HELD_OTHERWISE,
        ENTRIES_ELSEWHERE,
        RESOLVED_TWICE,
        HOLD_STILL_OPEN,
        RESOLVED_EARLY,
        RESOLVED_OTHERWISE,
        SPENT_FOR_NOTHING,
    ),
    *(
        GAVE,
        TOOK,
        WITHDRAWN,
        SENT_AGAIN,
        SENT_AGAIN_AS,
        RELEASED,
        LOOK_AGAIN,
        FETCH_AGAIN,
        INVITED,
        PAUSED_SUBMITTING,
        RESUMED_SUBMITTING,
    ),
)


def _pattern(sentence: str) -> re.Pattern[str]:
    """What stands within a sentence keeps to its line; only what it ends with may go on over several."""
    filled_in = re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.*)", re.escape(sentence))
    return re.compile(re.sub(r"\.\*\)$", "(?s:.*))", filled_in))


_PATTERNS = tuple((sentence, _pattern(sentence)) for sentence in _ALL)


def told(stored: str) -> str:
    """A sentence of ours in the reader's language, with whatever it was filled in with; any other text as it is.

    Of several lines, each may be one.
    """
    for sentence, pattern in _PATTERNS:
        if found := pattern.fullmatch(stored):
            told_again = {name: told(said) for name, said in found.groupdict().items()}
            return (gettext(sentence) % told_again).strip()
    return "\n".join(map(told, stored.split("\n"))) if "\n" in stored else stored
