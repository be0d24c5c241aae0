"""Runnable benchmarks of the PERF table: each module measures one row beside its baseline, in the same run."""
