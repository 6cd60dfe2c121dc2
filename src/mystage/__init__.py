"""MyStage: the open data platform for live music."""

__version__ = "0.1.0"
