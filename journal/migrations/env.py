"""Alembic's entry: runs the steps on the connection that `journal.migrations.steps` hands over."""

from alembic import context

from journal.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter most things in place
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
