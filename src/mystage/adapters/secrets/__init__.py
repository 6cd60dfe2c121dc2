"""Vaults: what is secret and must be kept. Import the module by name: cryptography loads slowly."""
