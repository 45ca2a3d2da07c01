"""Breaks one thing of a module at a time and says which breaks no test notices.

    .venv/bin/python tools/mutate.py src/nightmarket/domains/markets/rules.py tests/markets

Each change is tried in a forked process of its own, so that libraries are loaded once.
"""

import argparse
import ast
import copy
import importlib.util
import os
import sys
from collections.abc import Iterator
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest
from typing_extensions import override

SOURCE = Path(__file__).parent.parent / "src"
OPPOSITES: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,  # codespell:ignore
    ast.NotIn: ast.In,  # codespell:ignore
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.RShift: ast.LShift,
    ast.LShift: ast.RShift,
}


class Broken(MetaPathFinder, Loader):
    """Loads one module from a changed tree, and everything else as usual."""

    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name, self.tree = name, tree

    @override
    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        """Claim the one module."""
        if fullname != self.name:
            return None
        return importlib.util.spec_from_loader(fullname, self)

    @override
    def exec_module(self, module: ModuleType) -> None:
        """Run the changed module."""
        exec(compile(self.tree, self.name, "exec"), module.__dict__)  # noqa: S102  # That is the point.


def changes(tree: ast.Module) -> Iterator[tuple[str, ast.Module]]:
    """Every tree with one thing changed, and where and what it was."""
    places = list(ast.walk(tree))
    decorators = [one for node in places for one in getattr(node, "decorator_list", ())]
    passed_over = {id(part) for one in decorators for part in ast.walk(one)}
    for number, node in enumerate(places):
        if id(node) in passed_over:  # `frozen` and `slots` are no promises to people.
            continue
        for said, fields in _ways(node):
            changed = copy.deepcopy(tree)
            twin = list(ast.walk(changed))[number]
            for name, value in fields.items():
                setattr(twin, name, value)
            line = getattr(node, "lineno", 0)
            yield (
                f"line {line}: {ast.unparse(node)}  ->  {said}",
                ast.fix_missing_locations(changed),
            )


def _ways(node: ast.AST) -> Iterator[tuple[str, dict[str, object]]]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            if type(operator) in OPPOSITES:
                other = OPPOSITES[type(operator)]
                yield other.__name__, {"ops": [*node.ops[:place], other(), *node.ops[place + 1 :]]}
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in OPPOSITES:
        other = OPPOSITES[type(node.op)]
        yield other.__name__, {"op": other()}
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield (
            "without not",
            {
                "op": ast.UAdd(),
                "operand": ast.Call(ast.Name("bool", ast.Load()), [node.operand], []),
            },
        )
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield repr(not node.value), {"value": not node.value}
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield repr(node.value + 1), {"value": node.value + 1}


def survives(name: str, tree: ast.Module, tests: list[str]) -> bool:
    """Whether the tests pass over a changed module."""
    child = os.fork()
    if child == 0:
        sys.meta_path.insert(0, Broken(name, tree))
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        status = pytest.main([*tests, "-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider"])
        os._exit(int(status))
    _, status = os.waitpid(child, 0)
    return status == 0


def main() -> int:
    """Print what survived; the exit status says whether anything did."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("module", type=Path)
    arguments.add_argument("tests", nargs="+")
    given = arguments.parse_args()
    place = given.module.resolve().relative_to(SOURCE).with_suffix("")
    name = ".".join(part for part in place.parts if part != "__init__")
    tree = ast.parse(given.module.read_text(encoding="utf-8"))
    if not survives(name, tree, given.tests):
        sys.exit("the tests fail before anything is changed")
    tried, alive = 0, []
    for what, changed in changes(tree):
        tried += 1
        if survives(name, changed, given.tests):
            alive.append(what)
            print(what, flush=True)
    print(f"{given.module}: {tried} changes, {len(alive)} went unnoticed")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
