"""The real programs that some tests drive: install what is missing where that can be done, say what it means where not.

`python tools/peers.py [EXTRA …]`: Debian packages chromium-headless-shell (Chromium without a window, for half the
processor time), chromium (which alone shows notifications), prometheus and prometheus-alertmanager, and the EXTRA ones.
Exit status 1 under CI=true when something is still missing: there a test that cannot run is a failure.
"""

import os
import shutil
import subprocess
import sys

PEERS = {
    "chromium-headless-shell": ("chromium-headless-shell", "the browser tests (-m browser)"),
    "chromium": ("chromium", "the test of web push (-m browser), and the screenshots"),
    "prometheus": ("prometheus", "the tests with real peers (-m peers)"),
    "prometheus-alertmanager": ("prometheus-alertmanager", "the tests with real peers (-m peers)"),
    "curl": ("curl", "the test of the tutorial (-m curl)"),
    "wrk": ("wrk", "the benchmarks of intake (PERF-1, PERF-2)"),
}
ALWAYS = ("chromium-headless-shell", "chromium", "prometheus", "prometheus-alertmanager", "curl")


def missing(packages: list[str]) -> list[str]:
    return [each for each in packages if shutil.which(PEERS[each][0]) is None]


def install(packages: list[str]) -> None:
    """With the machine's package manager, when we may; a refusal shows in what is missing afterwards."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    print(f"Installing {', '.join(packages)} …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(f"`{' '.join(command)}` failed:\n{done.stderr[-2000:]}", file=sys.stderr)


def main(extra: list[str]) -> int:
    wanted = [*ALWAYS, *extra]
    if missing(wanted):
        install(missing(wanted))
    for each in missing(wanted):
        print(f"{each} is not installed: {PEERS[each][1]} cannot run. Install the package {each}.", file=sys.stderr)
    return 1 if missing(wanted) and os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
