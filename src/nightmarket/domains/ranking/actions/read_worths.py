"""Read what the operator replaced in the table of worths, anew when the file was changed."""

from pathlib import Path

from nightmarket.domains.ranking.rules.worths import MisreadWorths, Worths, read
from nightmarket.infra.telemetry import log

FILE = "worths.toml"
_KEPT: dict[Path, tuple[int, Worths]] = {}


def read_worths(data_directory: Path) -> Worths:
    """Return what holds now; a file that cannot be read leaves what held before, and is logged."""
    path = data_directory / FILE
    try:
        changed_ns = path.stat().st_mtime_ns
    except OSError:
        return Worths()
    kept = _KEPT.get(path)
    if kept is not None and kept[0] == changed_ns:
        return kept[1]
    worths = kept[1] if kept else Worths()
    try:
        worths = read(path.read_text(encoding="utf-8"))
    except (MisreadWorths, OSError, UnicodeDecodeError) as error:
        log("worths_misread", file=str(path), why=str(error))
    _KEPT[path] = (changed_ns, worths)
    return worths
