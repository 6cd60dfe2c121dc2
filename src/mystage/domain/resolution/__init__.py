"""Which records speak of the same thing: normalisation, blocking keys, scoring, judgements and clusters.

Import the modules by name; this package imports nothing, so that the kernel stays light.
"""
