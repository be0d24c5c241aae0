"""What a fault test sees and does from outside: arms jobs, starts and kills workers, counts sends and marks."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from tests.support.programs import eventually, stop
from tocsin.kernel.db import as_jsonb
from tocsin.kernel.jobs import NewJob

LONG_LEASE = 60.0
"""So long that only a released advisory lock can explain a takeover."""
FORGETFUL = {"wal_writer_delay": "10s"}
"""A server with the product's own durability, whose crash surely forgets each commit that did not wait for the disk."""
REPOSITORY = Path(__file__).parents[2]


class Outside:
    def __init__(self, dsn: str, folder: Path) -> None:
        self.dsn = dsn
        self.folder = folder
        self.sink = folder / "sends"
        self._workers: list[subprocess.Popen[bytes]] = []
        self._logs: dict[int, Path] = {}

    def prepare(self) -> None:
        self.sink.touch()
        self.query("create table done (name text, author int)")

    def query(self, statement: LiteralString, *params: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.dsn, autocommit=True) as conn:
            cursor = conn.execute(statement, params)
            return cursor.fetchall() if cursor.description else []

    def start_worker(self, lease: float = LONG_LEASE) -> subprocess.Popen[bytes]:
        """Returns once it is registered."""
        log_file = self.folder / f"worker-{len(self._workers)}.log"
        with log_file.open("wb") as log:
            command = [sys.executable, "-m", "tests.faults.worker_process", self.dsn, str(self.sink), str(lease)]
            process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=REPOSITORY)
        self._workers.append(process)
        self._logs[process.pid] = log_file
        eventually(
            f"worker {process.pid} is there",
            lambda: process.poll() is not None or self.query("select 1 from worker where pid = %s", process.pid),
        )
        return process

    def said(self, process: subprocess.Popen[bytes], words: str) -> bool:
        """Whether its log has these words."""
        return words in self._logs[process.pid].read_text()

    def open_gate(self, process: subprocess.Popen[bytes]) -> None:
        """Lets this process's `slow` jobs go on."""
        (self.folder / str(process.pid)).touch()

    def stop_workers(self) -> None:
        for process in self._workers:
            if process.poll() is None:
                self.open_gate(process)
                os.kill(process.pid, signal.SIGCONT)
                stop(process)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()

    def arm(self, kind: str, *names: str, **payload: Any) -> None:
        """One job a name, due now; without a wake-up, which a fault may have lost anyway."""
        (now,) = self.query("select clock_timestamp()")[0]
        jobs = [NewJob(kind=kind, payload={"name": name, **payload}, lane="mail", run_at=now) for name in names]
        self.arm_jobs(jobs)

    def arm_jobs(self, jobs: list[NewJob]) -> None:
        self.query(
            """
            insert into job (kind, payload, lane, run_at, prio)
            select kind, payload, lane, run_at, prio from jsonb_to_recordset(%s)
                as new(kind text, payload jsonb, lane text, run_at timestamptz, prio smallint)
            """,
            as_jsonb(jobs),
        )

    def sends(self) -> Counter[str]:
        """How often each name was sent."""
        return Counter(line.split()[0] for line in self.sink.read_text().splitlines())

    def senders(self, name: str) -> list[int]:
        """The processes that sent it, in order."""
        return [int(line.split()[1]) for line in self.sink.read_text().splitlines() if line.split()[0] == name]

    def marks(self) -> Counter[str]:
        """How often each name was recorded as done."""
        return Counter(name for (name,) in self.query("select name from done"))

    def wait_until_idle(self, within: float = 60.0) -> None:
        """No job of ours is left."""
        eventually(
            "all jobs are done",
            lambda: not self.query("select 1 from job where lane = 'mail' limit 1"),
            within=within,
        )
