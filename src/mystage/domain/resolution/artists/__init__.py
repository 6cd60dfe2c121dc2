"""Artists: the prepared record, its keys, the features of two and what they mean in words."""
