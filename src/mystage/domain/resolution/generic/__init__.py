"""The generic kind: records of any columns, compared by what their values are, not by what their columns are called."""
