"""Fixtures that many tests share."""

from __future__ import annotations

import os
import shutil
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from no_network import LEAKS, install

if TYPE_CHECKING:
    from dialling import Net
    from origin import Origin

    from tasks.stages import StageCounts
    from tasks.store.store import Store

# Read when Prefect is imported: the tests must never reach a server that the user has running.
os.environ["PREFECT_API_URL"] = ""
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
os.environ["DO_NOT_TRACK"] = "1"
# Read when the hub's library is imported: no test may depend on a network.
os.environ["HF_HUB_OFFLINE"] = "1"

# Before anything of the project is imported: no test may send a packet to another machine.
install()

# How long an example takes says something of the machine, not of the code.
settings.register_profile(
    "tests", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tests")

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Demo:
    """A copy of the examples over which all stages have run. To be read, not changed."""

    config: Path
    database: Path
    published: Path
    counts: tuple[StageCounts, ...]


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Fail the test during which something was about to be sent elsewhere, whoever caught the error."""
    LEAKS.clear()
    yield
    assert not LEAKS, f"sent to another machine: {LEAKS}"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of third-party data beside the checkout; tests that need it are skipped without it."""
    folder = ROOT.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("../shared is absent: this test reads third-party data from there")
    return folder


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def examples() -> Path:
    """The example corpus."""
    return ROOT / "examples"


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of the session's own for exported models, so that one export serves every test."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKSCITED_CACHE", str(folder))
        yield folder


def copied_examples(folder: Path) -> Path:
    """Copy the example corpus into ``folder``, without what a demo left there; return its configuration."""
    shutil.copytree(ROOT / "examples", folder, ignore=shutil.ignore_patterns("data"), dirs_exist_ok=True)
    return folder / "workscited.toml"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """The configuration of a copy of the example corpus that the test may change."""
    return copied_examples(tmp_path / "corpus")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Demo:
    """The example corpus after one run of every stage, without Prefect."""
    from tasks.settings import load_settings
    from tasks.stages import STAGES, end_run, run_stage, start_run
    from tasks.store.lock import writer_lock

    config = copied_examples(tmp_path_factory.mktemp("demo"))
    settings = load_settings(config)
    with writer_lock(settings.database.path, "the tests' demo"):
        run_id = start_run(settings)
        counts = tuple(run_stage(stage, settings, run_id) for stage in STAGES)
        end_run(settings, run_id, counts, "ok")
    return Demo(config, settings.database.path, settings.database.current, counts)


@pytest.fixture(scope="session")
def demo_database(demo: Demo) -> Path:
    """The working database of the demo; open it read-only."""
    return demo.database


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database of the test's own."""
    from tasks.store.store import Store

    with Store.open(tmp_path / "w.duckdb") as opened:
        yield opened


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that holds the whole small world; each test that changes it gets a copy."""
    from small_world import fill

    from tasks.store.store import Store

    path = tmp_path_factory.mktemp("small-world") / "w.duckdb"
    with Store.open(path) as opened:
        fill(opened)
    return path


@pytest.fixture
def filled(tmp_path: Path, small_world: Path) -> Iterator[Store]:
    """A copy of the small world that the test may change."""
    from tasks.store.store import Store

    with Store.open(Path(shutil.copy(small_world, tmp_path / "w.duckdb"))) as opened:
        yield opened


@pytest.fixture
def net() -> Net:
    """A network that only notes what is dialled."""
    from dialling import Net

    return Net()


@pytest.fixture(scope="module")
def trap() -> Iterator[Origin]:
    """A listener on 127.0.0.1 for what slips through."""
    from origin import Origin

    with Origin() as opened:
        yield opened


@pytest.fixture(scope="session")
def ca_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The authority that signs the tests' certificates."""
    from certificates import AUTHORITY

    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture(scope="session")
def tls() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """TLS for a server that is news.example, and for a client that trusts who says so."""
    from certificates import AUTHORITY, serving

    client = ssl.create_default_context()
    AUTHORITY.configure_trust(client)
    return serving(AUTHORITY.issue_cert("news.example")), client
