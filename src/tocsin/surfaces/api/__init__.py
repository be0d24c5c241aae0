"""The product's own API, `/api/v1`: one module a subject, each handler one use case, refusals as problem documents."""
