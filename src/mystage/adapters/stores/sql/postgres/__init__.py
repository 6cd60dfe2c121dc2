"""PostgreSQL through asyncpg: connections, statements, and what they mean. `postgres_store` puts them together."""
