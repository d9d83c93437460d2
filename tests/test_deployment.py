"""The deployment: prefect.yaml says what Prefect understands, and a worker runs it from a real server."""

from __future__ import annotations

import ast
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from tasks.settings import load_settings
from tasks.store.store import Store

# Seconds: a server took 4-26 s to answer, a worker 6 s to start a run.
PATIENCE = 180
POLL_SECONDS = 0.5


def unknown_keys(deployment: dict[str, Any]) -> list[str]:
    """Return the keys of ``deployment`` that Prefect would ignore without a word."""
    from prefect.cli.deploy._models import (
        ConcurrencyLimitSpec,
        DeploymentConfig,
        RawScheduleConfig,
        WorkPoolConfig,
    )

    def unknown(place: str, value: dict[str, Any], model: type[BaseModel]) -> list[str]:
        return [f"{place}{key}" for key in value if key not in model.model_fields]

    found = unknown("", deployment, DeploymentConfig)
    found += unknown("work_pool.", deployment.get("work_pool", {}), WorkPoolConfig)
    found += unknown("concurrency_limit.", deployment.get("concurrency_limit", {}), ConcurrencyLimitSpec)
    for schedule in deployment.get("schedules", []):
        found += unknown("schedules.", schedule, RawScheduleConfig)
    return found


@pytest.fixture(scope="session")
def deployments(root: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((root / "prefect.yaml").read_text(encoding="utf-8"))[
        "deployments"
    ]
    return found


def test_every_key_of_every_deployment_is_one_that_prefect_knows(deployments: list[dict[str, Any]]) -> None:
    assert {one["name"]: unknown_keys(one) for one in deployments} == {
        "hourly": [],
        "nightly": [],
        "recheck": [],
    }


@pytest.mark.parametrize(
    ("expected", "change"),
    [
        pytest.param("concurency_limit", {"concurency_limit": 1}, id="deployment"),
        pytest.param("work_pool.queue", {"work_pool": {"queue": "x"}}, id="work pool"),
        pytest.param("concurrency_limit.strategy", {"concurrency_limit": {"strategy": "x"}}, id="limit"),
        pytest.param("schedules.slgu", {"schedules": [{"slgu": "x"}]}, id="schedule"),
    ],
)
def test_a_misspelt_key_would_be_noticed(
    expected: str, change: dict[str, Any], deployments: list[dict[str, Any]]
) -> None:
    assert unknown_keys({**deployments[0], **change}) == [expected]


def test_every_schedule_has_a_slug_and_one_run_at_a_time_is_allowed(
    deployments: list[dict[str, Any]],
) -> None:
    for one in deployments:
        assert one["schedules"]
        assert all(schedule["slug"] for schedule in one["schedules"])
        assert one["concurrency_limit"] == {
            "limit": 1,
            "collision_strategy": "CANCEL_NEW",
            "grace_period_seconds": 120,
        }


def test_no_two_schedules_begin_at_the_same_time(deployments: list[dict[str, Any]]) -> None:
    """One database has one writer: of two runs that begin together one would be turned away."""
    minutes = [one["cron"].split()[0] for deployment in deployments for one in deployment["schedules"]]
    assert len(set(minutes)) == len(minutes)


@pytest.mark.parametrize(("expected", "name"), [("hourly", "hourly"), ("", "nightly")])
def test_a_deployment_looks_into_the_origins_of_its_tag(
    expected: str, name: str, deployments: list[dict[str, Any]]
) -> None:
    (one,) = [one for one in deployments if one["name"] == name]
    assert one["parameters"] == {"config": "workscited.toml", "tag": expected}


def test_every_parameter_is_one_that_its_flow_takes(root: Path, deployments: list[dict[str, Any]]) -> None:
    for one in deployments:
        file, _, name = one["entrypoint"].partition(":")
        tree = ast.parse((root / file).read_text(encoding="utf-8"))
        (flow,) = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
        assert set(one["parameters"]) <= {argument.arg for argument in flow.args.args}


@dataclass(frozen=True, slots=True)
class Server:
    """A Prefect server of the test's own."""

    address: str
    environment: dict[str, str]
    folder: Path

    def get(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return the JSON that ``path`` of the API answers; with ``body`` it is posted."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.address}{path}", data=data, headers=headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def prefect(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of Prefect's commands in the project's folder."""
        return subprocess.run(
            [sys.executable, "-m", "prefect", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def started(command: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Have ``command`` run while the block does; end just that process."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def server(root: Path, tmp_path: Path) -> Iterator[Server]:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        # The test asks for its run itself: one of the schedule's would take its place.
        "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
        "PYTHONPATH": str(root),
        # As a shell in the project's folder has it.
        "PWD": str(root),
    }
    address = f"http://127.0.0.1:{port}/api"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    log = tmp_path / "server.log"
    with started(command, environment, log) as process:
        one = Server(address, environment | {"PREFECT_API_URL": address}, root)
        wait_for_health(one, process, log)
        yield one


def wait_for_health(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            if server.get("/health"):
                return
        except OSError:
            time.sleep(POLL_SECONDS)
    pytest.fail(f"the server did not answer: {log.read_text(encoding='utf-8')}")


def test_a_worker_runs_the_deployment_from_a_real_server(server: Server, corpus: Path) -> None:
    made = server.prefect("work-pool", "create", "--type", "process", "workscited")
    assert made.returncode == 0, made.stdout
    deployed = server.prefect("--no-prompt", "deploy", "--all")
    assert deployed.returncode == 0, deployed.stdout

    deployment = server.get("/deployments/name/workscited/nightly")
    (pull,) = deployment["pull_steps"]
    assert pull == {"prefect.deployments.steps.set_working_directory": {"directory": str(server.folder)}}
    assert [one["slug"] for one in deployment["schedules"]] == ["nightly"]
    assert server.get("/deployments/name/workscited/hourly")["parameters"]["tag"] == "hourly"

    run = server.get(
        f"/deployments/{deployment['id']}/create_flow_run", {"parameters": {"config": str(corpus)}}
    )
    worked = server.prefect(
        "worker",
        "start",
        "--type",
        "process",
        "--pool",
        "workscited",
        "--run-once",
        "--install-policy",
        "never",
    )
    state = server.get(f"/flow_runs/{run['id']}")["state"]
    assert state["type"] == "COMPLETED", f"{state}\n{worked.stdout}"

    database = load_settings(corpus).database
    with Store.open_read_only(database.path) as store:
        (totals,) = store.rows("run_totals")
    assert totals["citations"] > 0
    assert totals["open_findings"] > 0
    assert database.current.resolve().is_file()
