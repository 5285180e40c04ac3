"""The house keeps its own rules: no forbidden words, small files, whole error families."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("app", "query", "analysis", "dashboards", "migrations")
#: Written in two halves so that this file does not hold them.
FORBIDDEN = (
    "TO" + "DO",
    "FIX" + "ME",
    "XX" + "X",
    "NotImplemented" + "Error",
    "pragma: no" + " cover",
)
MOST_LINES = 400


def sources() -> list[Path]:
    return [path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))]


def texts() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    names = listed.stdout.split("\n") if listed.returncode == 0 else []
    kinds = {
        ".py",
        ".md",
        ".toml",
        ".txt",
        ".yml",
        ".yaml",
        ".j2",
        ".css",
        ".js",
        ".jsonl",
        ".tsv",
        "",
    }
    paths = [ROOT / name for name in names if name]
    return [path for path in paths if path.suffix in kinds and path.is_file()]


def test_no_unfinished_work_stands_in_the_code() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in sources()
        for word in FORBIDDEN
        if re.search(rf"\b{re.escape(word)}\b", path.read_text("utf-8"))
    ]
    assert found == []


def test_files_stay_small_enough_to_read() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {count}"
        for path in sources()
        if "versions" not in path.parts
        and (count := len(path.read_text("utf-8").splitlines())) > MOST_LINES
    ]
    assert long == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in sources()
        if path.read_text("utf-8").strip()
        and ast.get_docstring(ast.parse(path.read_text("utf-8"))) is None
    ]
    assert silent == []


def test_no_address_of_a_registry_and_no_path_of_a_machine() -> None:
    pattern = re.compile(
        r"index[-]url|file:[/]//opt|pypi[.]org/simple|[/]work/main|[/]root/|registry[.]npmjs"
    )
    found = [
        str(path.relative_to(ROOT))
        for path in texts()
        if pattern.search(path.read_text("utf-8", errors="replace"))
    ]
    assert found == []


def test_constraints_hold_names_and_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").split()
    assert lines
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+", line) for line in lines)


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = {
        re.split("==", line)[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text("utf-8").split()
    }
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    names = {re.split(r"[\[<>=,]", item)[0].lower().replace("_", "-") for item in wanted}
    assert names - pinned == set()


def test_every_room_of_the_app_is_in_the_import_contract() -> None:
    contract = (ROOT / ".importlinter").read_text("utf-8")
    assert "exhaustive = True" in contract
    rooms = {
        path.stem
        for path in (ROOT / "app").iterdir()
        if (path.suffix == ".py" or (path / "__init__.py").exists()) and path.stem != "__init__"
    }
    missing = [room for room in rooms if not re.search(rf"(^|\s|\|){room}(\s|$)", contract)]
    assert missing == []
