"""Moving all that a store holds to another store or into a file, and proving that both hold the same."""
