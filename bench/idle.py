"""Memory of the idle process tree (sum of PSS, the database included) and the time to ready.

    nightmarket bench idle [--data DIR] [--settle 20]

Starts `nightmarket up` on the data directory twice: the first start may make and migrate it, the
second is the warm one. PSS counts memory shared by several processes once.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from bench import harness


def main() -> None:
    """Start, settle, count, stop; print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--settle", type=float, default=20)
    given = parser.parse_args()
    data = given.data or Path(tempfile.mkdtemp(prefix="nightmarket-idle-"))
    data.chmod(0o755)
    cold_s, _ = start(data, settle_s=0)
    warm_s, by_process = start(data, settle_s=given.settle)
    figures = {
        "cold_start_s": cold_s,
        "warm_start_s": warm_s,
        "pss_mb": round(sum(by_process.values()), 1),
        "pss_mb_by_process": by_process,
    }
    harness.publish("idle", figures)


def start(data: Path, settle_s: float) -> tuple[float, dict[str, float]]:
    """Start the tree, wait, and return seconds to ready and megabytes by process."""
    command = [sys.executable, "-m", "nightmarket.entry.cli", "up"]
    command += ["--data", str(data), "--port", str(harness.free_port())]
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as tree:  # noqa: S603
        assert tree.stdout is not None
        for line in tree.stdout:
            if line.startswith("ready "):
                break
        ready_s = round(time.monotonic() - began, 2)
        time.sleep(settle_s)
        found = memory(tree.pid, data)
        tree.terminate()
        tree.wait(60)
    return ready_s, found


def memory(pid: int, data: Path) -> dict[str, float]:
    """Return PSS in megabytes, summed by kind of process, the embedded database included."""
    root = psutil.Process(pid)
    processes = [root, *root.children(recursive=True)]
    known = {one.pid for one in processes}
    for one in psutil.process_iter(["name", "cmdline"]):
        if one.info["name"] == "postgres" and str(data) in " ".join(one.info["cmdline"] or ()):
            family = [one, *one.children(recursive=True)]
            processes += [each for each in family if each.pid not in known]
    found: dict[str, float] = {}
    for one in processes:
        try:
            megabytes = one.memory_full_info().pss / 1024**2
            name = "database" if one.name() == "postgres" else part_of(one.cmdline())
        except psutil.NoSuchProcess:
            continue
        found[name] = round(found.get(name, 0) + megabytes, 1)
    return found


def part_of(command: list[str]) -> str:
    """Name a process by the module it runs."""
    words = [word.rsplit(".", 1)[-1] for word in command if "nightmarket." in word]
    return words[0] if words else "other"


if __name__ == "__main__":
    main()
