"""How Alembic reaches the database: through the connection that `lei.storage.schema` hands it."""

from alembic import context

from lei.storage.schema import complete_metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=complete_metadata(), transactional_ddl=False)
context.run_migrations()
