"""House rules that no off-the-shelf linter has. `make tidy`: under a second, no dependencies.

Exemptions live in tools/tidy.toml with the exact number they allow. An exemption that is no
longer needed, or allows more than is used, is itself an error: numbers only go down.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
MARKER = re.compile(r"\b(FIXME|XXX|HACK)\b")
TODO_WITHOUT_ISSUE = re.compile(r"\bTODO\b(?!\(#\d+\))")
IMPURE = {"actions", "jobs", "routes", "sockets", "store"}
MONEY_DOMAINS = ("ledger", "orders", "payments", "promotions", "affiliate", "ads", "shop")


@dataclass(frozen=True)
class Finding:
    """One broken rule. `size` is set for rules that count something."""

    rule: str
    where: str
    message: str
    size: int = 0


def check_lines(path: str, text: str) -> Iterator[Finding]:
    """Rules about text: length of the file and leftover marks."""
    lines = text.splitlines()
    if len(lines) > FILE_LINES_MAX:
        message = f"{len(lines)} lines; split it by verb or by noun, not by size"
        yield Finding("file-lines", path, message, len(lines))
    for number, line in enumerate(lines, 1):
        if MARKER.search(line):
            yield Finding("marker", f"{path}:{number}", "leftover mark, finish it before merge")
        if TODO_WITHOUT_ISSUE.search(line):
            yield Finding("todo", f"{path}:{number}", "write TODO(#123) with an issue")


def check_functions(path: str, tree: ast.Module) -> Iterator[Finding]:
    """A function fits on a screen."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        assert node.end_lineno is not None
        size = node.end_lineno - node.lineno + 1
        if size > FUNCTION_LINES_MAX:
            message = f"{size} lines; keep the branches here, move straight code to helpers"
            yield Finding("function-lines", f"{path}::{node.name}", message, size)


def check_imports(path: str, tree: ast.Module) -> Iterator[Finding]:
    """Another domain's values and rules are public; its verbs come from `face`, its SQL never."""
    home = re.search(r"nightmarket/domains/(\w+)/", path)
    if home is None:
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or node.module is None:
            continue
        target = re.match(r"nightmarket\.domains\.(\w+)\.", node.module + ".")
        if target is None or target[1] == home[1]:
            continue
        part = node.module.split(".")[3:4]
        if IMPURE & {*part, *(alias.name for alias in node.names)}:
            message = (
                f"import the verb from `nightmarket.domains.{target[1]}.face`, not from its insides"
            )
            yield Finding("deep-import", f"{path}:{node.lineno}", message)


def check_money(path: str, tree: ast.Module) -> Iterator[Finding]:
    """No float near money."""
    if not any(f"/domains/{domain}/" in path for domain in MONEY_DOMAINS):
        return
    for node in ast.walk(tree):
        is_float = isinstance(node, ast.Name) and node.id == "float"
        is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        is_division = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
        if is_float or is_literal or is_division:
            assert isinstance(node, ast.expr)
            yield Finding(
                "float-money", f"{path}:{node.lineno}", "integers and // only, see kernel.money"
            )


def check_commit(path: str, tree: ast.Module) -> Iterator[Finding]:
    """One request or job is one transaction, and only the edge commits."""
    if "/infra/" in path:
        return
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "commit"
        ):
            yield Finding(
                "commit", f"{path}:{node.lineno}", "the edge commits; use a savepoint if you must"
            )


def check(path: str, text: str) -> list[Finding]:
    """All findings of one file."""
    tree = ast.parse(text)
    return [
        *check_lines(path, text),
        *check_functions(path, tree),
        *check_imports(path, tree),
        *check_money(path, tree),
        *check_commit(path, tree),
    ]


def ratchet(findings: list[Finding], allowed: dict[str, int]) -> list[Finding]:
    """Drop findings that are allowed at exactly their size; report stale allowances."""
    left: list[Finding] = []
    unused = dict(allowed)
    for finding in findings:
        key = f"{finding.rule} {finding.where}"
        limit = unused.pop(key, None)
        if limit is None or finding.size > limit:
            left.append(finding)
        elif finding.size < limit:
            left.append(Finding("stale", key, f"allowed {limit}, needs {finding.size}: lower it"))
    left.extend(Finding("stale", key, "no longer needed: delete it") for key in unused)
    return left


def main() -> int:
    """Check the tree; print findings as path: rule: message; return the exit status."""
    root = Path(__file__).parent.parent
    allowances = root / "tools" / "tidy.toml"
    allowed = tomllib.loads(allowances.read_text())["allow"] if allowances.exists() else {}
    findings: list[Finding] = []
    for path in sorted((root / "src").rglob("*.py")):
        findings += check(path.relative_to(root).as_posix(), path.read_text())
    left = ratchet(findings, allowed)
    for finding in left:
        sys.stdout.write(f"{finding.where}: {finding.rule}: {finding.message}\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
