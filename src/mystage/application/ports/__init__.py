"""Ports: what the application needs from the world. Every port has one contract suite in `tests/integration`."""
