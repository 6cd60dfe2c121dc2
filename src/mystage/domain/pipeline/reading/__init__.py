"""Reading with a model: what a page says, as quotes that code checks, resolves and turns into claims. Pure."""
