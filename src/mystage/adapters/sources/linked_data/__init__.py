"""schema.org in pages: JSON-LD, microdata and microformats as one graph, and claims from it."""
