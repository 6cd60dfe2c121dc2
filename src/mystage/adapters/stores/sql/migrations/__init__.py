"""Migrations of PostgreSQL by Alembic, generated from the declared collections."""

from mystage.adapters.stores.sql.migrations.migrator import Migrator, Step

__all__ = ["Migrator", "Step"]
