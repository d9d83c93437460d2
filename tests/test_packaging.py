"""What a user installs: the pins, the wheel and the set-up."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PIN = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[0-9][0-9a-z.]*)\Z")


def pinned(root: Path) -> list[tuple[str, str]]:
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [PIN.match(line) for line in lines if not line.startswith("#")]
    assert all(pins), "a line of constraints.txt is not NAME==VERSION"
    return [(pin["name"], pin["version"]) for pin in pins if pin]


def required(root: Path) -> list[Requirement]:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [
        Requirement(line) for line in [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    ]


@pytest.fixture(scope="session")
def lock(root: Path) -> ModuleType:
    spec = spec_from_file_location("lock", root / ".ci" / "lock.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_constraints_are_names_and_versions_each_once_in_order(root: Path) -> None:
    names = [canonicalize_name(name) for name, _ in pinned(root)]
    assert len(names) > 50
    assert len(set(names)) == len(names)
    assert [name for name, _ in pinned(root)] == sorted((name for name, _ in pinned(root)), key=str.lower)
    assert "workscited" not in names


def test_every_dependency_is_pinned_to_a_version_that_the_project_accepts(root: Path) -> None:
    versions = {canonicalize_name(name): version for name, version in pinned(root)}
    refused = [
        str(one)
        for one in required(root)
        if not one.specifier.contains(versions.get(canonicalize_name(one.name), "0"))
    ]
    assert refused == []


def imported(folder: Path) -> set[str]:
    """Return the top-level modules that the Python files of ``folder`` import, anywhere in them."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {name.partition(".")[0] for name in names}


# Of Python's own library in later versions than the one at hand, or for type checkers alone.
LATER_STDLIB = {"compression", "_typeshed"}


def test_every_module_that_is_imported_comes_from_a_declared_dependency(root: Path) -> None:
    declared = {canonicalize_name(one.name) for one in required(root)}
    own = {"flows", "tasks", "benchmarks"}
    modules = imported(root / "flows") | imported(root / "tasks")
    homes = packages_distributions()
    undeclared = {
        module
        for module in modules - own - sys.stdlib_module_names - LATER_STDLIB
        if not declared & {canonicalize_name(home) for home in homes.get(module, [])}
    }
    assert undeclared == set()


def test_torch_is_pinned_without_a_local_suffix(root: Path) -> None:
    assert ("torch", "2.13.0") in pinned(root)


@pytest.mark.parametrize(
    ("expected", "packages"),
    [
        pytest.param(["torch==2.13.0"], [("torch", "2.13.0+cpu")], id="local suffix dropped"),
        pytest.param(["a==1", "B==2", "c==3"], [("c", "3"), ("B", "2"), ("a", "1")], id="sorted in any case"),
        pytest.param(["a==1"], [("a", "1"), ("workscited", "0.1.0")], id="not the project itself"),
        pytest.param([], [("nvidia-cublas-cu12", "12.8"), ("triton", "3.4")], id="left to torch"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_the_lock_holds_what_pip_would_install(
    expected: list[str], packages: list[tuple[str, str]], lock: ModuleType
) -> None:
    report = {"install": [{"metadata": {"name": name, "version": version}} for name, version in packages]}
    assert lock.constraints(report, own="workscited") == expected


@pytest.fixture(scope="session")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built by its real build back end from a copy of the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    tree = folder / "tree"
    tree.mkdir()
    for name in ("flows", "tasks", "sql"):
        shutil.copytree(root / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(root / name, tree / name)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=tree, check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_packages_and_the_sql_as_data(wheel: Path, root: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    wanted = {
        path.relative_to(root).as_posix()
        for package in ("flows", "tasks")
        for path in (root / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    queries = {f"tasks/{path.relative_to(root).as_posix()}" for path in (root / "sql").rglob("*.sql")}
    assert sorted((wanted | queries) - held) == []
    assert not any(name.startswith("sql/") for name in held)


def test_the_installed_package_finds_its_sql(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = "from tasks.store.statements import load, sql_folder; load('queries', 'run_totals'); print(sql_folder())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert Path(done.stdout.strip()) == tmp_path / "site" / "tasks" / "sql"


@pytest.mark.parametrize(
    ("expected", "interpreter"),
    [
        pytest.param("needs Python 3.11 or newer; .* is Python 3.9.2", "#!/bin/sh\n[ $1 = -V ] && echo Python 3.9.2\nexit 1\n", id="too old"),
        pytest.param("there is no", None, id="not there"),
    ],
)  # fmt: skip
def test_the_set_up_says_what_is_wrong_with_the_python_it_is_given(
    expected: str, interpreter: str | None, root: Path, tmp_path: Path
) -> None:
    if shutil.which("make") is None:
        pytest.skip("make is absent")
    python = tmp_path / "python-of-old"
    if interpreter is not None:
        python.write_text(interpreter, encoding="utf-8")
        python.chmod(0o755)
    command = ["make", "setup", f"PYTHON={python}", f"VENV={tmp_path / 'venv'}"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert re.search(expected, done.stderr)
    assert not (tmp_path / "venv").exists()
