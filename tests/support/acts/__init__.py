"""Seeded artists and performances of our own making, told by sources that disagree, with the truth beside them."""
