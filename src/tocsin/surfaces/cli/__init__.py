"""The command line: one module a verb in `verbs/`, imported only when that verb is asked for (PERF-11).

It speaks HTTP to the server, as `amtool` and `kubectl` do; `admin`, `serve` and the offline verbs work in-process.
"""
