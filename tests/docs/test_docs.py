"""Documentation is true: links lead somewhere, the reference is what the code says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/*.md")]
    if "node_modules" not in path.parts
)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_inside_the_checkout_leads_somewhere(page: Path) -> None:
    targets = [one for one in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in one]
    missing = [one for one in targets if not (page.parent / one).exists()]

    assert missing == []


def test_the_reference_is_made_from_this_code() -> None:
    """`make docs` was run after the last change of a setting, error, event, command or route."""
    check = subprocess.run(
        [sys.executable, "tools/gendocs.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert check.returncode == 0, check.stdout + check.stderr


def test_no_file_names_a_registry() -> None:
    """Pins carry hashes, not addresses."""
    hosts = re.compile(r"(pypi\.org|pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org)")
    files = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    found = []
    for name in files:
        path = ROOT / name
        if (
            name
            and path.is_file()
            and path.suffix in {".txt", ".json", ".toml", ".md", ".sh", ".yaml", ""}
        ):
            text = path.read_text(encoding="utf-8", errors="ignore")
            if hosts.search(text):
                found.append(name)
    assert found == []
