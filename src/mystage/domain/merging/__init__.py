"""How the records of one thing become one canonical entity, each field with its origin.

Import the modules by name: `merge` (the fields), `building` (the entity), `policies` (whose word counts).
"""
