"""Run every benchmark, print its rows as they come, and write the table to docs/explanation/performance.md.

`python -m bench` runs all of them, `python -m bench PERF-6 PERF-11` only those (and then writes nothing).
"""

import importlib
import pkgutil
import sys
import time

import bench
from bench.report import Row, print_rows, write_page


def modules() -> list[str]:
    return sorted(m.name for m in pkgutil.iter_modules(bench.__path__) if m.name.startswith(("perf_", "alr_", "pag_")))


def bench_id(module: str) -> str:
    family, number, *_ = module.split("_")
    return f"{family.upper()}-{int(number)}"


def main(wanted: list[str]) -> int:
    rows: list[Row] = []
    for name in modules():
        if wanted and bench_id(name) not in wanted:
            continue
        began = time.monotonic()
        print(f"── {name}", flush=True)
        measured: list[Row] = importlib.import_module(f"bench.{name}").run()
        print_rows(measured)
        print(f"   ({time.monotonic() - began:.0f} s)", flush=True)
        rows += measured
    if not wanted:
        write_page(rows, "make bench")
    return 0 if rows and all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
