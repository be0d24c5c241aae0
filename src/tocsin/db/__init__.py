"""PostgreSQL: the embedded server, the migrations, the pool. Knows no table of a capability."""
