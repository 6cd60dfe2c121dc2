"""The runtime: workers that claim tasks, run them through their stage, and end them with their effects."""
