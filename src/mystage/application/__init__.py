"""Use cases: they orchestrate, and decide nothing that the domain could decide."""
