"""How our code is kept: one clock, no prints, modules one can read, packages that say what they are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.conventions.sources import LAYERS, ROOT, dotted, modules, texts, tracked

# Where the wall clock may be read, and why. Durations (`perf_counter`, `monotonic`) are no clock.
READS_THE_CLOCK = {
    "engine/clock.py": "the one place",
    "engine/database/ids.py": "ids are made in the order of real time, below the clock; nothing reads a day from them",
}
CLOCKS = re.compile(
    r"(^|\.)(datetime|dt)\.(now|utcnow|today)$|(^|\.)date\.today$|^time\.(time|time_ns|localtime|gmtime|ctime|strftime)$"
    r"|(^|\.)func\.(now|current_timestamp|current_date|current_time|localtimestamp|getdate|sysdate)$"
)
CLOCKS_IN_SQL = re.compile(r"\b(CURRENT_(TIMESTAMP|DATE|TIME)|LOCALTIMESTAMP|now\(\)|strftime\(|julianday\()", re.I)
NAMES_FROM_TIME = {"time", "time_ns", "localtime", "gmtime", "ctime", "strftime"}

# Modules over 400 lines, and why they are not two.
LONG = {
    "engine/schema/revisions/0001_first.py": "written by alembic: every table of the first release",
}
LONGEST = 400

# Functions up to this many lines say what they do by themselves (style: a trivial function needs no docstring).
TRIVIAL_LINES = 7


def clock_readings(tree: ast.Module) -> Iterator[str]:
    """Every place of a module that reads the wall clock."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name) and CLOCKS.search(dotted(node)):
            yield f"{node.lineno}: {dotted(node)}"
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (f"{node.lineno}: {name.name}" for name in node.names if name.name in NAMES_FROM_TIME)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value:
            found = CLOCKS_IN_SQL.search(node.value)
            if found:
                yield f"{node.lineno}: {found.group()}"


def test_only_the_clock_reads_the_clock():
    read = {path: list(clock_readings(tree)) for path, tree in modules(*LAYERS)}

    assert {path: places for path, places in read.items() if places and path not in READS_THE_CLOCK} == {}
    assert {path for path in READS_THE_CLOCK if not read[path]} == set(), "an exception that is not needed"


@pytest.mark.parametrize(
    "line",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "time.time()",
        "from time import time",
        "sa.func.now()",
        "x = mapped_column(server_default=func.current_timestamp())",
        "text('SELECT CURRENT_TIMESTAMP')",
        "field(default_factory=datetime.now)",
    ],
)
def test_a_reading_of_the_clock_is_seen(line: str):
    assert list(clock_readings(ast.parse(line)))


def test_nothing_is_printed_but_by_commands():
    for path, tree in modules(*LAYERS):
        if path.startswith(("web/cli/", "web/bench/")):
            continue
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        assert [call.lineno for call in calls if dotted(call.func) in ("print", "pprint.pprint")] == [], path


def test_modules_stay_short_enough_to_read():
    lines = {path: len((ROOT / path).read_text().splitlines()) for path, _ in modules(*LAYERS)}

    assert {path: count for path, count in lines.items() if count > LONGEST and path not in LONG} == {}
    assert {path for path in LONG if lines.get(path, 0) <= LONGEST} == set(), "an exception that is not needed"


def test_no_module_is_a_drawer_for_odds_and_ends():
    drawers = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "service", "base", "misc"}

    parts = {path: set(path.removesuffix(".py").split("/")) for path, _ in modules(*LAYERS)}

    assert [path for path, names in parts.items() if names & drawers] == []


def test_every_package_opens_with_what_it_is():
    for path, tree in modules(*LAYERS):
        if path.endswith("/__init__.py"):
            said = ast.get_docstring(tree) or ""
            assert len(said.split()) >= 6, path


def test_every_module_says_what_it_is():
    assert [path for path, tree in modules(*LAYERS, "features", "tools") if not ast.get_docstring(tree)] == [
        "tools/__init__.py"
    ]


def test_the_public_faces_are_explained():
    """Functions and classes of casework and of the two lowest layers; the linter's rules speak by their findings."""
    missing = [
        f"{path}: {node.name}"
        for path, tree in modules("engine/casework", "forms", "processes")
        if not path.startswith("processes/linting/")
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and (node.end_lineno or 0) - node.lineno >= TRIVIAL_LINES
        and not ast.get_docstring(node)
    ]

    assert missing == []


# --- what must not stand in any file ---

# A path of somebody's machine; the first line of a script and what a Debian server keeps under /etc may be named.
MACHINE_PATH = re.compile(r"(?<![\w.:/<>$}{)-])/(home|root|Users|work|workspace|tmp|mnt|opt|srv|var/tmp)/[\w.]")
# Hosts that may be named: standards, what we are built on, and names reserved for examples.
HOSTS = {
    "www.w3.org",
    "www.omg.org",
    "spiffworkflow.org",
    "bpmn.io",
    "github.com",
    "www.apache.org",
    "127.0.0.1",
    "localhost",
}
ADDRESS = re.compile(r"\b(?:https?|ftp|git|ssh)://(?:[^\s/@\"']*@)?([\w.-]+)")
LOCKS = ("requirements.lock", "requirements-dev.lock", "web/frontend/package-lock.json")
BUILT = ("web/static/",)


def test_no_file_names_a_path_of_a_machine():
    here = "tests/conventions/"

    found = [f"{path}: {hit.group()}" for path, text in texts(but=(here,)) for hit in MACHINE_PATH.finditer(text)]

    assert found == []


@pytest.mark.parametrize("folder", ["home", "work", "tmp", "root"])
@pytest.mark.parametrize("line", ["cd {}/somebody/tsunagu", "see {}/notes.md", 'open("{}/x")', "={}/.ssh"])
def test_a_path_of_a_machine_is_seen(line: str, folder: str):
    assert MACHINE_PATH.search(line.format(f"/{folder}"))


def test_no_file_names_a_host_that_is_not_public_or_an_example():
    named = {
        (path, host)
        for path, text in texts(but=BUILT)
        for host in ADDRESS.findall(text)
        if host not in HOSTS and not host.endswith(".example")
    }

    assert named == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_place_to_load_from(lock: str):
    text = (ROOT / lock).read_text()

    assert [line for line in text.splitlines() if "://" in line] == []
    assert "--index-url" not in text
    assert '"resolved"' not in text


def test_every_pinned_package_has_its_hash():
    for lock in LOCKS[:2]:
        blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text(), flags=re.I)
        pinned = [block for block in blocks if re.match(r"[\w.-]+(\[[\w,-]+\])?==", block, flags=re.I)]
        assert len(pinned) > 20
        assert [block.split("==")[0] for block in pinned if "--hash=sha256:" not in block] == []


def test_nothing_left_to_do_is_hidden_in_the_code():
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|To be written")
    code = (".py", ".js", ".css", ".html", ".bpmn", ".dmn", ".form", ".toml")

    found = [
        path for path, text in texts(but=(*BUILT, "tests/conventions/")) if path.endswith(code) and words.search(text)
    ]

    assert found == []


def test_no_letter_of_the_project_is_unreadable():
    """Every text file is UTF-8 without a byte order mark and without carriage returns."""
    names = [path for path in tracked() if path.endswith((".py", ".md", ".toml", ".bpmn", ".dmn", ".form", ".html"))]

    for path in names:
        data = (ROOT / path).read_bytes()
        data.decode()
        assert not data.startswith(b"\xef\xbb\xbf"), path
        assert b"\r" not in data, path
