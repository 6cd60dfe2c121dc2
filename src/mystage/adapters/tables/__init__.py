"""Files of rows: CSV, JSON lines, Parquet."""

from mystage.adapters.tables.files import TableFiles

__all__ = ["TableFiles"]
