"""What people and programs read: status, entities with their lineage, search, the proof that all can be rebuilt."""
