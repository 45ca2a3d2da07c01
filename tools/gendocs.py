"""Writes docs/reference from the code; `--check` fails when what is committed is stale."""

import argparse
import ast
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import typer.main
from prometheus_client import REGISTRY

from nightmarket.entry import cli
from nightmarket.entry.schema import openapi_schema
from nightmarket.infra import settings

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference"
SOURCE = ROOT / "src" / "nightmarket"
NOTE = "<!-- Made by `make docs` from the code; change the code, not this page. -->\n\n"


def settings_page() -> str:
    """Every setting with its variable, default and purpose."""
    lines = [
        "# Settings",
        "",
        "Read once at start: command line, environment, `DATA/settings.toml`.",
        "",
    ]
    lines += ["| setting | environment | default | what it does |", "|---|---|---|---|"]
    for name, (variable, default, what) in settings.names().items():
        lines.append(f"| `{name}` | `{variable}` | `{default or ' '}` | {what} |")
    return "\n".join(lines) + "\n"


def classes(folder: Path) -> Iterator[tuple[Path, ast.ClassDef]]:
    """Every class of the source below a folder, in file order."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                yield path, node


def constant(node: ast.ClassDef, name: str) -> str | None:
    """The text a class assigns to a name; None: it does not."""
    for part in node.body:
        targets = [part.target] if isinstance(part, ast.AnnAssign) else getattr(part, "targets", [])
        value = getattr(part, "value", None)
        if any(isinstance(one, ast.Name) and one.id == name for one in targets):
            return str(value.value) if isinstance(value, ast.Constant) else None
    return None


def errors_page() -> str:
    """Every stable error code with what it means."""
    found = {}
    for _, node in classes(SOURCE):
        code = constant(node, "code")
        if code and code != "error" and node.bases:
            kinds = ", ".join(ast.unparse(base).split(".")[-1] for base in node.bases)
            meaning = (ast.get_docstring(node) or "").splitlines()[:1]
            found[code] = f"| `{code}` | {kinds} | {''.join(meaning)} |"
    lines = [
        "# Error codes",
        "",
        "Every refusal is `application/problem+json` with one of these.",
        "",
    ]
    lines += ["| code | kind | meaning |", "|---|---|---|", *(found[one] for one in sorted(found))]
    return "\n".join(lines) + "\n"


def events_page() -> str:
    """Every published fact with its fields."""
    lines = [
        "# Events",
        "",
        "Facts that cross domains; each listener hears them in order per key.",
        "",
    ]
    for path, node in classes(SOURCE / "events"):
        name = constant(node, "name")
        if name and name != "event":
            fields = [
                f"`{part.target.id}: {ast.unparse(part.annotation)}`"
                for part in node.body
                if isinstance(part, ast.AnnAssign)
                and isinstance(part.target, ast.Name)
                and "ClassVar" not in ast.unparse(part.annotation)
            ]
            lines += [f"## {name}", "", f"`{path.stem}.{node.name}`: {ast.get_docstring(node)}", ""]
            lines += [", ".join(fields), ""]
    return "\n".join(lines)


def commands_page() -> str:
    """Every command with its options."""
    lines = ["# Commands", ""]
    for path, command in walk(typer.main.get_command(cli.app()), ("nightmarket",)):
        lines += [f"## {' '.join(path)}", "", (command.help or "").strip(), ""]
        lines += [option_line(option) for option in command.params]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def option_line(option: Any) -> str:
    """One option or argument with its help."""
    words = getattr(option, "help", None) or ""
    return f"- `{' '.join(option.opts)}` {words}".rstrip()


def walk(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every leaf command below one, depth first."""
    if hasattr(command, "commands"):
        for name, inner in sorted(command.commands.items()):
            yield from walk(inner, (*path, name))
    else:
        yield path, command


def metrics_page() -> str:
    """Every metric of the web process."""
    lines = ["# Metrics", "", "Answered by `/metrics`.", "", "| metric | what |", "|---|---|"]
    families = sorted(REGISTRY.collect(), key=lambda one: one.name)
    lines += [
        f"| `{family.name}` | {family.documentation} |"
        for family in families
        if family.name.startswith("nightmarket")
    ]
    return "\n".join(lines) + "\n"


def marked_rows(node: ast.AST) -> list[str]:
    """Return the rows that `mark.feature(...)` names anywhere inside, in order."""
    return [
        argument.value
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "feature"
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def marked_tests(source: str) -> Iterator[tuple[str, str]]:
    """Yield each feature row and the test that proves it; no name: every test of the file does."""
    module = ast.parse(source)
    of_all: set[str] = set()
    for node in module.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            of_all.update(marked_rows(node.value))
    yield from ((row, "") for row in sorted(of_all))
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            rows = [row for decorator in node.decorator_list for row in marked_rows(decorator)]
            yield from ((row, node.name) for row in dict.fromkeys(rows) if row not in of_all)


def proofs() -> dict[str, list[str]]:
    """Feature row → the tests that carry its mark, as `path::name`, or `path` for all of a file."""
    found: dict[str, list[str]] = {}
    for folder in ("tests", "web/e2e"):
        for path in sorted((ROOT / folder).rglob("test_*.py")):
            place = path.relative_to(ROOT).as_posix()
            for row, name in marked_tests(path.read_text(encoding="utf-8")):
                found.setdefault(row, []).append(f"{place}::{name}" if name else place)
    return found


def features_page() -> str:
    """Every row of the feature list and what proves it."""
    areas = tomllib.loads((ROOT / "docs" / "features.toml").read_text(encoding="utf-8"))
    proven = proofs()
    known = {row for area in areas.values() for row in area}
    strangers = sorted(set(proven) - known)
    assert not strangers, f"marks without a row in docs/features.toml: {strangers}"
    lines = ["# Features", "", "What Nightmarket does, and the tests that prove it.", ""]
    for letter, rows in areas.items():
        lines += [
            f"## {letter}. {rows['title']}",
            "",
            "| row | what | proven by |",
            "|---|---|---|",
        ]
        for row, what in rows.items():
            if row != "title":
                tests = "<br>".join(f"`{one}`" for one in proven.get(row, [])) or "not yet"
                lines.append(f"| {row} | {what} | {tests} |")
        lines.append("")
    return "\n".join(lines)


def openapi() -> str:
    """The API's description, keys in a fixed order."""
    return json.dumps(msgspec.to_builtins(openapi_schema()), indent=1, sort_keys=True) + "\n"


PAGES = {
    "settings.md": settings_page,
    "errors.md": errors_page,
    "events.md": events_page,
    "commands.md": commands_page,
    "features.md": features_page,
    "openapi.json": openapi,
    "metrics.md": metrics_page,
}


def main() -> int:
    """Write or compare every page; returns the exit status."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--check", action="store_true")
    is_check = arguments.parse_args().check
    stale = []
    for name, make in PAGES.items():
        text = make() if name.endswith(".json") else NOTE + make()
        path = REFERENCE / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not is_check:
                path.write_text(text, encoding="utf-8")
    if stale and is_check:
        print(f"stale, run `make docs`: {', '.join(stale)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
