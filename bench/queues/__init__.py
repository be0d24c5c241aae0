"""The job queues that PERF-6 compares: for each a worker process that says how far it is, and the way to feed it."""
