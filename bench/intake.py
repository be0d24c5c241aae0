"""Servers and load of the intake rows: our web process over an embedded PostgreSQL, Alertmanager, alerta-server."""

import asyncio
import base64
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict
from tests.support.programs import free_port, running

from bench.envs import environment
from tocsin.alerts.rulebook import NewIntegration, hash_key, replace_integrations, replace_routes
from tocsin.db import embedded
from tocsin.db.database import Database
from tocsin.db.migrate import migrate

KEY = "bench-0123456789abcdef0123456789abcdef"
BASIC = "Basic " + base64.b64encode(f"prometheus:{KEY}".encode()).decode()
CONNECTIONS = 16
SECONDS = int(os.environ.get("BENCH_SECONDS", "10"))
ROUTES = [
    {"match": ['severity="info"'], "drop": "informational"},
    {"match": ['team="search"', 'severity=~"critical|page"'], "service": "search"},
    {"match": ['cluster=~"us-.*"'], "service": "america"},
    {"match": ['severity="warning"'], "service": "checkout", "urgency": "low"},
    {
        "match": ['severity=~"critical|page"', 'job="checkout"'],
        "service": "checkout",
        "severity": "SEV-2",
        "group_by": ["alertname", "job"],
        "group_window": "5m",
    },
]


@dataclass(frozen=True)
class Load:
    """What wrk saw."""

    requests: float
    p50_ms: float
    p99_ms: float
    refused: int


@dataclass(frozen=True)
class Target:
    url: str
    authorization: str = ""
    dsn: str = ""


def post_alerts(target: Target, alerts: int, seconds: int = SECONDS) -> Load:
    """`alerts` a request, all of them new, over sixteen connections."""
    now = datetime.now(UTC)
    instants = [f"{instant:%Y-%m-%dT%H:%M:%S.000Z}" for instant in (now, now + timedelta(hours=2))]
    return run_wrk("intake.lua", seconds, target.url, str(alerts), *instants, target.authorization)


def post_to_alerta(url: str, seconds: int = SECONDS) -> Load:
    """One new alert a request, in alerta-server's own format."""
    return run_wrk("alerta.lua", seconds, url)


def run_wrk(script: str, seconds: int, url: str, *arguments: str) -> Load:
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "--timeout", "30s"]
    path = Path(__file__).with_name(script)
    command += ["-s", str(path), url, *(("--", *arguments) if arguments else ())]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"wrk failed:\n{run.stdout}{run.stderr}")
    return read_wrk(run.stdout)


def read_wrk(text: str) -> Load:
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    requests = re.search(r"Requests/sec:\s+([\d.]+)", text)
    assert requests is not None, text
    return Load(
        requests=float(requests[1]),
        p50_ms=_milliseconds(text, "50%"),
        p99_ms=_milliseconds(text, "99%"),
        refused=int(refused[1] if refused else 0) + sum(int(each) for each in (errors.groups() if errors else ())),
    )


def _milliseconds(text: str, percentile: str) -> float:
    found = re.search(rf"{percentile}\s+([\d.]+)(us|ms|s)\b", text)
    assert found is not None, text
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]]


@contextmanager
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="tocsin-bench-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def tocsin(*, worker: bool = False) -> Iterator[Target]:
    """One web process, its own PostgreSQL with `synchronous_commit = on`; on request a worker that groups."""
    with folder() as data:
        postgres = embedded.start(data / "data")
        try:
            migrate(postgres.dsn, datetime.now(UTC))
            asyncio.run(configure(postgres.dsn))
            port = free_port()
            environment = {
                "TOCSIN_DATA_DIR": str(data / "data"),
                "TOCSIN_DATABASE_URL": postgres.dsn,
                "TOCSIN_LISTEN": f"127.0.0.1:{port}",
                "TOCSIN_LOG_LEVEL": "warning",
            }
            command = [sys.executable, "-m", "tocsin"]
            url = f"http://127.0.0.1:{port}"
            with running([*command, "web"], log=data / "web.log", ready_url=f"{url}/healthz", environment=environment):
                if worker:
                    with running([*command, "worker"], log=data / "worker.log", environment=environment):
                        yield Target(f"{url}/api/v2/alerts", BASIC, postgres.dsn)
                else:
                    yield Target(f"{url}/api/v2/alerts", BASIC, postgres.dsn)
        finally:
            postgres.stop()


async def configure(dsn: str) -> None:
    """One integration and five routes, of which the last matches the load's alerts."""
    async with Database(dsn) as db, db.transaction() as tx:
        bench = NewIntegration(name="bench", type="prometheus", key_hash=hash_key(KEY), managed_by="bench")
        await replace_integrations(tx, [bench])
        await replace_routes(tx, ROUTES, {"service": "checkout"})


@contextmanager
def alertmanager() -> Iterator[Target]:
    """Debian's Alertmanager with a receiver without targets."""
    with folder() as data:
        config = data / "am.yml"
        config.write_text("route: {receiver: nobody, group_by: [alertname]}\nreceivers: [{name: nobody}]\n")
        port = free_port()
        command = [
            "prometheus-alertmanager",
            f"--config.file={config}",
            f"--storage.path={data}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
            "--log.level=error",
        ]
        url = f"http://127.0.0.1:{port}"
        with running(command, log=data / "am.log", ready_url=f"{url}/-/ready"):
            yield Target(f"{url}/api/v2/alerts")


@contextmanager
def alerta() -> Iterator[str]:
    """alerta-server from PyPI with two workers over a PostgreSQL like ours, without authentication; its URL for
    alerts."""
    programs = environment("alerta")
    with folder() as data:
        postgres = embedded.start(data / "data")
        try:
            settings = conninfo_to_dict(postgres.dsn)
            config = data / "alertad.conf"
            database = f"postgresql://{settings['user']}@/{settings['dbname']}?host={settings['host']}"
            config.write_text(f"DATABASE_URL = {database!r}\nAUTH_REQUIRED = False\nSECRET_KEY = 'bench'\n")
            port = free_port()
            url = f"http://127.0.0.1:{port}"
            command = [str(programs / "gunicorn"), "-b", f"127.0.0.1:{port}", "alerta.app:create_app()"]
            environ = {"ALERTA_SVR_CONF_FILE": str(config)}
            ready = f"{url}/management/gtg"
            with running([*command, "-w", "1"], log=data / "schema.log", ready_url=ready, environment=environ):
                pass  # two workers that make the tables at once get in each other's way
            with running([*command, "-w", "2"], log=data / "alerta.log", ready_url=ready, environment=environ):
                yield f"{url}/alert"
        finally:
            postgres.stop()
