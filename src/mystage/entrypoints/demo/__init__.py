"""`mystage demo`: a small world on loopback, and the whole platform at work on it.

`server.serve_world(world.make_world())` is of use to tests and benchmarks too.
"""
