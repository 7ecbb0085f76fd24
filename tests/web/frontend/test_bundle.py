"""The committed bundle: made from these sources, complete, and free of what must not be shipped."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

FRONTEND = Path(__file__).parents[3] / "web" / "frontend"
STATIC = Path(__file__).parents[3] / "web" / "static"
BUNDLE = STATIC / "bundle"


def test_the_bundle_was_built_from_the_sources_as_they_are() -> None:
    files = [FRONTEND / name for name in ("package-lock.json", "package.json", "build.mjs")]
    files += [path for folder in ("src", "styles") for path in (FRONTEND / folder).rglob("*") if path.is_file()]
    digest = hashlib.sha256()
    for name, path in sorted((path.relative_to(FRONTEND).as_posix(), path) for path in files):
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")

    built_from = (BUNDLE / "sources.sha256").read_text().strip()

    assert built_from == digest.hexdigest(), "run `make bundle` and commit web/static"


def test_every_colour_and_size_a_stylesheet_names_is_defined() -> None:
    css = "\n".join(path.read_text("utf-8") for path in STATIC.rglob("*.css"))

    used = set(re.findall(r"var\(\s*(--[\w-]+)\s*\)", css))
    defined = set(re.findall(r"(--[\w-]+)\s*:", css))

    assert used - defined == set()


def test_pages_fetch_nothing_from_other_hosts() -> None:
    for path in [*STATIC.rglob("*.css"), *BUNDLE.glob("*.js")]:
        text = path.read_text("utf-8")

        assert not re.search(r"url\(\s*['\"]?(https?:)?//", text), path.name
        assert not re.search(r"@import|sourceMappingURL", text), path.name


def test_every_package_in_the_bundle_has_its_licence_text() -> None:
    notices = (BUNDLE / "THIRD-PARTY.txt").read_text("utf-8")

    for package in ("bpmn-js", "diagram-js", "bpmn-moddle", "htmx.org", "preact", "@digital-go-jp/design-tokens"):
        assert re.search(rf"^{re.escape(package)} \d", notices, re.M), package
    assert "bpmn.io" in notices


def test_dependencies_are_exact_and_name_no_registry() -> None:
    package = json.loads((FRONTEND / "package.json").read_text())
    lock = (FRONTEND / "package-lock.json").read_text()

    for version in {**package["dependencies"], **package["devDependencies"]}.values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert '"resolved"' not in lock
    assert "http" not in re.sub(r'"url": "[^"]*"', "", lock)


def test_nothing_is_kept_in_the_browsers_storage() -> None:
    for path in (FRONTEND / "src").rglob("*.js"):
        kept = re.search(r"\b(local|session)Storage\b|indexedDB|document\.cookie", path.read_text("utf-8"))
        assert not kept, path.name
    for path in BUNDLE.glob("*.js"):
        assert not re.search(r"\b(local|session)Storage\s*[.\[]", path.read_text("utf-8")), path.name
