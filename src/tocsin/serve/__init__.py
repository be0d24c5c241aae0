"""The processes of a running Tocsin: `tocsin serve` and the children it watches, `tocsin web` and `tocsin worker`.

What the children do is put together in `tocsin.main`. Here is how they are started, told to stop, restarted after a
crash, and replaced in place by a newer version without refusing a request (REL-11).
"""
