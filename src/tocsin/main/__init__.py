"""The composition root: the only place that knows all parts, and puts them together for a process of its own.

`web.py` for a process that answers requests, `worker.py` for one that runs jobs: a worker imports nothing of the web.
"""
