"""Record linkage as a tool of its own: files in, clusters or scored pairs out. No store."""
