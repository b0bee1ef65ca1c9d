"""Fill a database fast: clips, entries and library files copied from a real row, one statement for each table."""

from collections.abc import Mapping, Sequence

from django.db import connection
from django.db.models import Model

from generations.models import Asset, Entry, Generation, User
from generations.operations.statistics import analyze
from generations.texts.search_words import search_words
from tests.factories import make_generation

# Prompts by turns: every fifth has a fox, every tenth is Chinese, and few have the rare word.
PROMPTS = [
    *("A red fox runs through the snow", "Waves at dawn", "A lighthouse in fog", "City rain at night"),
    *("Clouds over a ridge", "A fox sleeps", "Steam over tea", "A heron in the reeds", "Dust in the sun"),
    "城市夜景中的狐狸",
]
RARE, RARE_EVERY = "zanzibar", 20_000
NUMBERS = "WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {count})"


def fill(user: User, clips: int) -> None:
    """Give the user, who has credits, this many ended clips, two entries each, and a hundredth as many library files.

    A million takes a minute or two. Entries and balances do not add up: nothing but their number is measured.
    """
    pattern = make_generation(user=user, status="finished")
    asset = Asset.objects.create(
        user=user,
        kind="image",
        name="0.png",
        file="x",
        sha256="0",
        byte_size=1,
        upload_url="x",
        upstream_state="active",
    )
    _copy(Generation, _clip_columns(clips), pattern, count=clips)
    _copy(Asset, {"id": _new_id(), "sha256": "CAST(i AS text)"}, asset, count=max(60, clips // 100))
    analyze()
    # A new connection: PostgreSQL keeps plans of foreign keys from when the table was empty.
    connection.close()
    _add_entries(user)
    analyze()


def _copy(model: type[Model], changed: Mapping[str, str], pattern: Model, *, count: int) -> None:
    """Insert copies of a row; ``changed`` are SQL expressions over its number ``i`` and the row ``t``."""
    names = _columns(model)
    values = ", ".join(changed.get(name, f't."{name}"') for name in names)
    table, key = model._meta.db_table, model._meta.pk
    sql = (
        f'INSERT INTO "{table}" ({_listed(names)}) {NUMBERS.format(count=count)} '
        f'SELECT {values} FROM numbers, "{table}" t WHERE t.id = %s'
    )
    with connection.cursor() as cursor:
        cursor.execute(
            sql.replace("%", "%%").replace("= %%s", "= %s"), [key.get_db_prep_value(pattern.pk, connection)]
        )


def _add_entries(user: User) -> None:
    """Copy the hold of the pattern for each clip, and a settle after it."""
    names = _columns(Entry)
    table = Entry._meta.db_table
    hold = {"generation_id": "g.id", "key": "'hold:' || CAST(g.id AS text)", "created_at": "g.created_at"}
    settle = {**hold, "kind": "'settle'", "hold_amount": "t.amount", "key": "'settle:' || CAST(g.id AS text)"}
    for changed in (hold, settle):
        values = ", ".join(changed.get(name, f't."{name}"') for name in names)
        with connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{table}" ({_listed(names)}) SELECT {values} '
                f"FROM generations_generation g, {table} t WHERE g.user_id = %s AND t.account_id = %s "
                "AND t.id = (SELECT MIN(id) FROM generations_entry WHERE account_id = %s AND kind = 'hold') "
                "AND g.id <> t.generation_id ORDER BY g.created_at",
                [user.pk] * 3,
            )


def _clip_columns(count: int) -> dict[str, str]:
    moment = _seconds_ago(f"({count} - i) * 20")
    rare = f"CASE WHEN i % {RARE_EVERY} = 7 THEN ' {RARE} ' ELSE ' ' END"
    words = [" ".join(search_words(prompt)) for prompt in PROMPTS]
    return {
        "id": _new_id(),
        "submission": _new_id(),
        "job_id": f"CAST({_new_id()} AS text)",
        **dict.fromkeys(("created_at", "ended_at", "submitted_at"), moment),
        "seconds": "4 + i % 12",
        "credits": "(4 + i % 12) * t.rate",
        "upstream_cost": "CASE WHEN i % 50 = 9 THEN 1 ELSE (4 + i % 12) * t.rate END",
        "prompt": f"{_by_turns(PROMPTS)} || {rare} || CAST(i AS text)",
        "search_words": f"{_by_turns(words)} || {rare} || CAST(i AS text)",
        "is_favourite": "i % 20 = 0",
        "status": "CASE WHEN i % 20 = 3 THEN 'failed' ELSE 'finished' END",
        "error_code": "CASE WHEN i % 20 = 3 THEN 'moderation' ELSE '' END",
    }


def _by_turns(texts: Sequence[str]) -> str:
    cases = " ".join(f"WHEN {number} THEN '{text}'" for number, text in enumerate(texts))
    return f"CASE i % {len(texts)} {cases} END"


def _new_id() -> str:
    return "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"


def _seconds_ago(seconds: str) -> str:
    if connection.vendor == "postgresql":
        return f"now() - ({seconds}) * interval '1 second'"
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || ({seconds}) || ' seconds')"


def _columns(model: type[Model]) -> list[str]:
    """Return the columns that are inserted: none that the database makes."""
    fields = model._meta.concrete_fields
    return [
        each.column for each in fields if not each.generated and each.get_internal_type() != "BigAutoField"
    ]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
