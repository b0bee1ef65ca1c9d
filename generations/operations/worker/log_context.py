"""Takes the request id along with a queued task, and names the clip or file of a task in its log lines.

A task keeps the id of the request that enqueued it. What a task enqueues is found by the clip's id.
"""

from typing import Any

from django.dispatch import receiver
from django_q.signals import post_execute_in_worker, pre_enqueue, pre_execute
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

REQUEST_ID = "request_id"
# What the first argument of a task is.
_ABOUT = {"submit": "generation_id", "fetch": "generation_id", "prepare": "asset_id"}


@receiver(pre_enqueue)
def take_request_id(task: dict[str, Any], **signal: Any) -> None:
    request_id = get_contextvars().get(REQUEST_ID)
    if request_id and "task" not in get_contextvars():
        task[REQUEST_ID] = request_id


@receiver(pre_execute)
def name_task(task: dict[str, Any], **signal: Any) -> None:
    name = str(task["func"]).rpartition(".")[2]
    bind_contextvars(task=name)
    if REQUEST_ID in task:
        bind_contextvars(request_id=task[REQUEST_ID])
    if name in _ABOUT and task["args"]:
        bind_contextvars(**{_ABOUT[name]: task["args"][0]})


@receiver(post_execute_in_worker)
def forget_task(**signal: Any) -> None:
    clear_contextvars()
