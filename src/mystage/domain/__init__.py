"""The domain: pure and synchronous. No I/O, no clock, no randomness; time and ids are arguments."""
