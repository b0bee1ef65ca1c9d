"""Rows of the first schema: ``python -m tests.upgrade.first_schema fill|books|interrupt|search``.

``fill`` expects a database that is migrated to generations 0001. ``books`` prints, as JSON, what an upgrade has
to keep. It reads columns by SQL, so that it works with the tables of every version. ``interrupt`` leaves what 0029
leaves when it is killed, and ``search`` counts the clips that each user finds with the newest schema.
"""

import json
import sys
from itertools import cycle
from typing import Any
from uuid import uuid4

import django

django.setup()

from django.db import connection  # noqa: E402
from django.db.migrations.loader import MigrationLoader  # noqa: E402
from django.utils import timezone  # noqa: E402

from generations.models import Generation, User  # noqa: E402
from generations.models.prompt_search import in_prompts  # noqa: E402

USERS, CLIPS_EACH, COST, GRANTED = 3, 21, 8, 1000
SPENT = ("fetching", "finished")
RETURNED = ("failed", "cancelled")
STATES = ("queued", "submitting", "running", *SPENT, *RETURNED)
PROMPT = "[Image1] läuft durch 北京 <b>\u202e%s"

BOOKS = {
    "accounts": "SELECT user_id, balance, held FROM generations_account ORDER BY 1",
    "ledger": """
        SELECT account_id, SUM(CASE kind WHEN 'hold' THEN -amount
                                         WHEN 'settle' THEN hold_amount - amount ELSE amount END),
               SUM(CASE kind WHEN 'hold' THEN amount ELSE -COALESCE(hold_amount, 0) END)
        FROM generations_entry GROUP BY 1 ORDER BY 1""",
    "entries": """
        SELECT key, kind, amount, hold_amount, balance_after, held_after, account_id, CAST(generation_id AS text)
        FROM generations_entry ORDER BY id""",
    "generations": """
        SELECT CAST(id AS text), user_id, status, prompt, credits, seconds, job_id, video
        FROM generations_generation ORDER BY 1""",
    "references": "SELECT role, position, CAST(generation_id AS text) FROM generations_reference ORDER BY id",
    "assets": "SELECT CAST(id AS text), user_id, kind, name, file, sha256 FROM generations_asset ORDER BY 1",
    "timeline": "SELECT status, CAST(generation_id AS text) FROM generations_event ORDER BY id",
}


def fill() -> None:
    first = ("generations", "0001_initial")
    apps = MigrationLoader(connection).project_state([first]).apps
    models = {name: apps.get_model("generations", name) for name in apps.all_models["generations"]}
    for index in range(USERS):
        _fill_account(models, index)
    models["studio"].objects.create(pk=1, paused_at=timezone.now(), pause_reason="402: no credits left")


def _fill_account(models: dict[str, Any], index: int) -> None:
    user = models["user"].objects.create(username=f"user{index}", email=f"user{index}@example.test")
    account = models["account"].objects.create(user=user)
    asset = models["asset"].objects.create(
        user=user, kind="image", name="fox.png", file=f"assets/{index}.png", sha256="0" * 64, byte_size=9
    )

    def enter(kind: str, amount: int, balance: int, held: int, **fields: Any) -> None:
        account.balance += balance
        account.held += held
        after = {"balance_after": account.balance, "held_after": account.held}
        key = f"{kind}:{uuid4()}"
        models["entry"].objects.create(account=account, key=key, kind=kind, amount=amount, **after, **fields)

    enter("grant", GRANTED, GRANTED, 0, actor=user, note="Welcome")
    for number, status in zip(range(CLIPS_EACH), cycle(STATES), strict=False):
        generation = _generation(models, user, status, number)
        models["reference"].objects.create(
            generation=generation, role="reference_image_urls", position=1, asset=asset, url=""
        )
        enter("hold", COST, -COST, COST, generation=generation)
        if status in SPENT:
            enter("settle", COST - 1, 1, -COST, hold_amount=COST, generation=generation)
        if status in RETURNED:
            enter("release", COST, COST, -COST, hold_amount=COST, generation=generation)
    account.save()


def _generation(models: dict[str, Any], user: Any, status: str, number: int) -> Any:
    is_ended = status in ("finished", *RETURNED)
    generation = models["generation"].objects.create(
        user=user,
        status=status,
        prompt=PROMPT % number,
        duration=COST // 2,
        resolution="720p",
        aspect_ratio="16:9",
        variant="fast-720p",
        rate=2,
        seconds=COST // 2,
        credits=COST,
        job_id=str(uuid4()) if status in ("running", *SPENT, "failed") else None,
        video="clips/a.mp4" if status == "finished" else "",
        error_code="provider" if status == "failed" else "",
        error="Provider returned an error" if status == "failed" else "",
        ended_at=timezone.now() if is_ended else None,
    )
    models["event"].objects.create(generation=generation, status=status, detail="")
    return generation


def print_books() -> None:
    books = {}
    with connection.cursor() as cursor:
        for name, statement in BOOKS.items():
            cursor.execute(statement)
            books[name] = [list(row) for row in cursor.fetchall()]
    print(json.dumps(books, default=int))


def interrupt() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '0029_search_words'")
        cursor.execute("UPDATE generations_generation SET search_words = '' WHERE CAST(id AS text) > '8'")
        if connection.vendor == "postgresql":
            cursor.execute("DROP INDEX generation_prompt_words")
            cursor.execute("ALTER TABLE generations_generation DROP CONSTRAINT generation_wiped_says_nothing")


def print_found() -> None:
    users = User.objects.order_by("pk").values_list("pk", flat=True)
    print(
        json.dumps([Generation.objects.filter(in_prompts("lauft 北京", pk), user=pk).count() for pk in users])
    )


if __name__ == "__main__":
    commands = {"fill": fill, "books": print_books, "interrupt": interrupt, "search": print_found}
    commands[sys.argv[1]]()
