"""Fetchers of pages: over HTTP, from files, by scheme, and a twin for tests. Import the modules by name: HTTP loads slowly."""
