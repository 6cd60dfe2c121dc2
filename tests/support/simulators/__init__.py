"""Strict local stand-ins for the APIs of live sources: what the real one would refuse, they refuse."""
