"""What all use cases need of the catalogue: entities that follow merges, references, joining and splitting."""
