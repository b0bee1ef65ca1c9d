"""An index built while the product runs, for migrations with ``atomic = False``."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class AddIndexConcurrently(migrations.AddIndex):
    """Django's AddIndex; on PostgreSQL it locks no writers, and it may be run again after it was interrupted.

    Django's own operation of this name works on PostgreSQL alone.
    """

    atomic = False

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        is_postgresql = schema_editor.connection.vendor == "postgresql"
        # An interrupted build leaves an index that is not valid.
        name = schema_editor.quote_name(self.index.name)
        schema_editor.execute(f"DROP INDEX {'CONCURRENTLY' if is_postgresql else ''} IF EXISTS {name}")
        options = {"concurrently": True} if is_postgresql else {}
        schema_editor.add_index(model, self.index, **options)
