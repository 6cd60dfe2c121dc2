"""Adapters translate between a port and one technology, and decide nothing."""
