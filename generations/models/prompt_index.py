"""The search index of prompts, kept up to date by the database itself; one version per database.

It indexes `search_words`, which the model fills from the prompt. SQLite drops a table's triggers when it rebuilds the
table, as Django does for most changes of a column or constraint, so
``ensure_search_triggers`` runs after each migrate.
"""

from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

# A trigger instead of a generated column, for which PostgreSQL would write the whole table again while it is locked.
# An empty prompt has no words, whatever else is stored.
POSTGRESQL_COLUMN = """
DROP FUNCTION IF EXISTS prompt_words(text);
ALTER TABLE generations_generation ADD COLUMN IF NOT EXISTS prompt_words tsvector;
CREATE OR REPLACE FUNCTION fill_prompt_words() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    NEW.prompt_words := to_tsvector(
        'simple'::regconfig, CASE WHEN NEW.prompt = '' THEN '' ELSE NEW.search_words END);
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS prompt_words_filled ON generations_generation;
CREATE TRIGGER prompt_words_filled BEFORE INSERT OR UPDATE OF prompt, search_words ON generations_generation
    FOR EACH ROW EXECUTE FUNCTION fill_prompt_words();
"""
POSTGRESQL_INDEX = [
    # An interrupted build leaves an index that is not valid.
    "DROP INDEX CONCURRENTLY IF EXISTS generation_prompt_words",
    """CREATE INDEX CONCURRENTLY generation_prompt_words
    ON generations_generation USING gin (prompt_words)""",
]
POSTGRESQL_DROP = """
DROP TRIGGER IF EXISTS prompt_words_filled ON generations_generation;
DROP FUNCTION IF EXISTS fill_prompt_words();
ALTER TABLE generations_generation DROP COLUMN IF EXISTS prompt_words;
"""
_IS_GENERATED = """SELECT 1 FROM pg_attribute WHERE attrelid = 'generations_generation'::regclass
    AND attname = 'prompt_words' AND attgenerated <> '' AND NOT attisdropped"""

# The number of a prompt is the microsecond of its clip, or the next free one: an index that only knows numbers finds
# the newest clips first, and those of a time span. The rowid of a generation may change in a table rebuild.
# The owner is indexed with the words, so that a search does not grow with other users' prompts.
SQLITE_TABLES = [
    """CREATE TABLE IF NOT EXISTS prompt_number (
        number INTEGER PRIMARY KEY, generation_id char(32) NOT NULL UNIQUE
    )""",
    """CREATE VIRTUAL TABLE IF NOT EXISTS prompt_words USING fts5 (
        owner, prompt, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
    )""",
]
SQLITE_DROP = ["DROP TABLE IF EXISTS prompt_words", "DROP TABLE IF EXISTS prompt_number"]
# No strftime: Django takes its % for a parameter. The microsecond is absent from a whole second.
_MOMENT = """CAST(round((julianday(substr(NEW.created_at, 1, 19)) - 2440587.5) * 86400) AS INTEGER) * 1000000
            + CAST(substr(NEW.created_at, 21, 6) AS INTEGER)"""
_ADD = f"""INSERT INTO prompt_number (number, generation_id)
            SELECT CASE WHEN EXISTS (SELECT 1 FROM prompt_number WHERE number = {_MOMENT}) THEN (
                SELECT number + 1 FROM prompt_number taken WHERE number >= {_MOMENT}
                AND NOT EXISTS (SELECT 1 FROM prompt_number WHERE number = taken.number + 1)
                ORDER BY number LIMIT 1
            ) ELSE {_MOMENT} END, NEW.id;
        INSERT INTO prompt_words (rowid, owner, prompt)
            SELECT number, 'u' || NEW.user_id, CASE WHEN NEW.prompt = '' THEN '' ELSE NEW.search_words END
            FROM prompt_number WHERE generation_id = NEW.id;"""  # noqa: S608 - no input
_REMOVE = """DELETE FROM prompt_words
            WHERE rowid = (SELECT number FROM prompt_number WHERE generation_id = OLD.id);
        DELETE FROM prompt_number WHERE generation_id = OLD.id;"""
_UNKNOWN = "NOT EXISTS (SELECT 1 FROM prompt_number WHERE generation_id = {id})"
SQLITE_TRIGGERS = [
    "DROP TRIGGER IF EXISTS prompt_added",
    "DROP TRIGGER IF EXISTS prompt_changed",
    "DROP TRIGGER IF EXISTS prompt_moved",
    "DROP TRIGGER IF EXISTS prompt_removed",
    f"CREATE TRIGGER prompt_added AFTER INSERT ON generations_generation BEGIN {_ADD} END",
    """CREATE TRIGGER prompt_changed AFTER UPDATE OF prompt, search_words, user_id ON generations_generation
    WHEN OLD.prompt <> NEW.prompt OR OLD.search_words <> NEW.search_words OR OLD.user_id <> NEW.user_id BEGIN
        UPDATE prompt_words SET owner = 'u' || NEW.user_id,
            prompt = CASE WHEN NEW.prompt = '' THEN '' ELSE NEW.search_words END
            WHERE rowid = (SELECT number FROM prompt_number WHERE generation_id = NEW.id);
    END""",
    f"""CREATE TRIGGER prompt_moved AFTER UPDATE OF created_at ON generations_generation
    WHEN OLD.created_at <> NEW.created_at OR {_UNKNOWN.format(id="NEW.id")} BEGIN {_REMOVE} {_ADD} END""",
    f"CREATE TRIGGER prompt_removed AFTER DELETE ON generations_generation BEGIN {_REMOVE} END",
    # Rows written while there were no triggers.
    f"UPDATE generations_generation SET created_at = created_at WHERE {_UNKNOWN.format(id='id')}",  # noqa: S608 - no input
]
_NAMES = {"prompt_added", "prompt_changed", "prompt_moved", "prompt_removed"}
TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'generations_generation'"


def ensure_search_triggers(connection: BaseDatabaseWrapper) -> None:
    """Restore triggers that a table rebuild dropped, and index rows written meanwhile."""
    if connection.vendor != "sqlite" or "prompt_number" not in connection.introspection.table_names():
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        kept = {name for (name,) in cursor.execute(TRIGGERS)}
        if not kept >= _NAMES:
            _run(cursor.execute, SQLITE_TRIGGERS)


def prepare_prompt_index(apps: Any, schema_editor: Any) -> None:
    """Drop an earlier index; from now on PostgreSQL keeps the words of each row that is written."""
    if schema_editor.connection.vendor != "postgresql":
        drop_prompt_index(apps, schema_editor)
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_IS_GENERATED)
        if cursor.fetchone():
            cursor.execute(POSTGRESQL_DROP)
    schema_editor.execute(POSTGRESQL_COLUMN)


def build_prompt_index(apps: Any, schema_editor: Any) -> None:
    """Build the index from `search_words`, replacing any earlier one. Safe to run again."""
    if schema_editor.connection.vendor == "postgresql":
        _run(schema_editor.execute, POSTGRESQL_INDEX)
        return
    with transaction.atomic(using=schema_editor.connection.alias):
        drop_prompt_index(apps, schema_editor)
        _run(schema_editor.execute, [*SQLITE_TABLES, *SQLITE_TRIGGERS])


def renumber_prompts(apps: Any, schema_editor: Any) -> None:
    """Build SQLite's index again, with numbers in the order of time."""
    if schema_editor.connection.vendor == "sqlite":
        build_prompt_index(apps, schema_editor)


def drop_prompt_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_DROP)
    else:
        _run(schema_editor.execute, [*SQLITE_TRIGGERS[: len(_NAMES)], *SQLITE_DROP])


def _run(execute: Any, statements: list[str]) -> None:
    for statement in statements:
        execute(statement)
