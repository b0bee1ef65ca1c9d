"""The index of the prompts, which the database itself keeps in step; one for each kind of database.

SQLite loses the triggers of a table that it builds anew, as Django does there for most changes of a column or a
constraint. So ``mend_index`` looks after every migrate, whatever a later migration did to the table.
"""

from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

# Both databases index what is left of a prompt without accents, and split it at what is no letter or digit;
# generations/finding/search.py asks in the same way.
POSTGRESQL = r"""
CREATE OR REPLACE FUNCTION prompt_words(prompt text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT to_tsvector('simple'::regconfig, regexp_replace(
        regexp_replace(normalize(prompt, NFKD), '[\u0300-\u036f]', '', 'g'),
        '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf'
        '\u2000-\u206f\u3000-\u303f]+', ' ', 'g'))
$$;
ALTER TABLE generations_generation ADD COLUMN IF NOT EXISTS prompt_words tsvector
    GENERATED ALWAYS AS (prompt_words(prompt)) STORED;
CREATE INDEX IF NOT EXISTS generation_prompt_words ON generations_generation USING gin (prompt_words);
"""

# The rowid of a generation is not its own: a rebuilt table or a VACUUM may change it. So each prompt gets a number
# of its own here. The owner is indexed beside the words, that nobody's search grows with what others wrote.
SQLITE = [
    """CREATE TABLE IF NOT EXISTS prompt_number (
        number INTEGER PRIMARY KEY, generation_id char(32) NOT NULL UNIQUE
    )""",
    """CREATE VIRTUAL TABLE IF NOT EXISTS prompt_words USING fts5 (
        owner, prompt, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
    )""",
    "DROP TRIGGER IF EXISTS prompt_added",
    "DROP TRIGGER IF EXISTS prompt_changed",
    "DROP TRIGGER IF EXISTS prompt_removed",
    """CREATE TRIGGER prompt_added AFTER INSERT ON generations_generation BEGIN
        INSERT INTO prompt_number (generation_id) VALUES (NEW.id);
        INSERT INTO prompt_words (rowid, owner, prompt)
            SELECT number, 'u' || NEW.user_id, NEW.prompt FROM prompt_number WHERE generation_id = NEW.id;
    END""",
    """CREATE TRIGGER prompt_changed AFTER UPDATE OF prompt, user_id ON generations_generation
    WHEN OLD.prompt <> NEW.prompt OR OLD.user_id <> NEW.user_id BEGIN
        UPDATE prompt_words SET owner = 'u' || NEW.user_id, prompt = NEW.prompt
            WHERE rowid = (SELECT number FROM prompt_number WHERE generation_id = NEW.id);
    END""",
    """CREATE TRIGGER prompt_removed AFTER DELETE ON generations_generation BEGIN
        DELETE FROM prompt_words
            WHERE rowid = (SELECT number FROM prompt_number WHERE generation_id = OLD.id);
        DELETE FROM prompt_number WHERE generation_id = OLD.id;
    END""",
    # What was written while there were no triggers.
    """INSERT OR IGNORE INTO prompt_number (generation_id) SELECT id FROM generations_generation""",
    """INSERT INTO prompt_words (rowid, owner, prompt)
        SELECT number, 'u' || user_id, prompt FROM prompt_number
        JOIN generations_generation ON generations_generation.id = generation_id
        WHERE number NOT IN (SELECT rowid FROM prompt_words)""",
]


TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'generations_generation'"


def mend_index(connection: BaseDatabaseWrapper) -> None:
    """Put back what a rebuilt table has lost, and index what was written meanwhile."""
    if connection.vendor != "sqlite" or "prompt_words" not in connection.introspection.table_names():
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        kept = {name for (name,) in cursor.execute(TRIGGERS)}
        if not kept >= {"prompt_added", "prompt_changed", "prompt_removed"}:
            for statement in SQLITE:
                cursor.execute(statement)


def index_prompts(apps: Any, schema_editor: Any) -> None:
    """May be run again at any time."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        for statement in SQLITE:
            schema_editor.execute(statement)


def forget_prompts(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE generations_generation DROP COLUMN prompt_words")
        schema_editor.execute("DROP FUNCTION prompt_words")
    else:
        for trigger in ("prompt_added", "prompt_changed", "prompt_removed"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        schema_editor.execute("DROP TABLE prompt_words")
        schema_editor.execute("DROP TABLE prompt_number")
