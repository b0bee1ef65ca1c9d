"""The life of a generation, from the held credits to the clip in our storage.

Each step may be run twice and by two workers at once: it is claimed by an update that must count one, and
nothing talks to the network inside a transaction.
"""

from generations.lifecycle.baring import without_recipe
from generations.lifecycle.fetching import fetch, hurry
from generations.lifecycle.making import cancel, create, create_takes
from generations.lifecycle.pausing import ask_balance, open_studio, pause, pause_by_hand, probe, resume
from generations.lifecycle.releasing import end_of, release_hold, stuck, why_not_released
from generations.lifecycle.renewing import fail_refused
from generations.lifecycle.resending import NotAgain, send_again
from generations.lifecycle.sending import admit, submit
from generations.lifecycle.sweeping import drop_lease, due, has_work, note_round, take_lease
from generations.lifecycle.watching import observe, watch

__all__ = [
    "NotAgain",
    "admit",
    "ask_balance",
    "cancel",
    "create",
    "create_takes",
    "drop_lease",
    "due",
    "end_of",
    "fail_refused",
    "fetch",
    "has_work",
    "hurry",
    "note_round",
    "observe",
    "open_studio",
    "pause",
    "pause_by_hand",
    "probe",
    "release_hold",
    "resume",
    "send_again",
    "stuck",
    "submit",
    "take_lease",
    "watch",
    "why_not_released",
    "without_recipe",
]
