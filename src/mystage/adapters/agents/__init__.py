"""Reading with a model: the agent on pydantic-ai, prompts as files, clocks of pages. What is heavy loads when asked."""
