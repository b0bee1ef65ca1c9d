"""What starts with the app, once its models are loaded: receivers of signals, and system checks."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db import connections
from django.db.models.signals import post_migrate

from generations.accounts import security_log  # noqa: F401 (its receivers)
from generations.accounts.roles import make_roles
from generations.models.prompt_index import ensure_search_triggers
from generations.models.spending import ensure_spending_is_counted
from generations.operations import checks
from generations.operations.worker import log_context  # noqa: F401 (its receivers)
from generations.operations.worker.checks import (
    media_are_shared_by_all_machines,
    secret_key_is_that_of_the_workers,
)


def start(app: AppConfig) -> None:
    # Nothing but this signal knows when the last of several migrations has run.
    post_migrate.connect(_finish_migrate, sender=app)
    register(checks.sqlite_is_ready_for_writers)
    register(checks.data_are_private)
    register(checks.sign_up_can_confirm_addresses)
    register(checks.single_sign_on_is_complete)
    register(checks.second_factor_setting_is_known)
    register(secret_key_is_that_of_the_workers, Tags.database)
    register(media_are_shared_by_all_machines, Tags.database)


def _finish_migrate(using: str, **options: Any) -> None:
    ensure_search_triggers(connections[using])
    ensure_spending_is_counted(connections[using])
    make_roles(using)
