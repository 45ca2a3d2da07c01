"""Named queries: SQL lives in queries.sql next to the store that uses it.

File format, one block per query, blank line between blocks:

    -- name: videos_by_creator
    -- Newest first; `limit` rows at most. Uses index videos_video_by_creator.
    SELECT ...
"""

import re
from importlib import resources

PARAMETER = re.compile(r"%\(([a-z0-9_]+)\)s")
_HEADER = re.compile(r"^-- name: ([a-z0-9_]+)\n((?:-- .*\n)+)", re.MULTILINE)


def parse(text: str) -> dict[str, str]:
    """Return SQL by name, with the name as a leading comment so that server logs can tell it.

    Raises:
        ValueError: two queries share a name, or a name has no description line.
    """
    blocks = _HEADER.split(text)[1:]
    names, bodies = blocks[0::3], blocks[2::3]
    if len(set(names)) != len(names) or len(names) != text.count("-- name: "):
        message = "each query needs one unique name and one line that says what it is for"
        raise ValueError(message)
    return {
        name: f"/* {name} */ {body.strip().rstrip(';')}"
        for name, body in zip(names, bodies, strict=True)
    }


def load(package: str) -> dict[str, str]:
    """Parse `queries.sql` of a package, e.g. `load("nightmarket.domains.videos")`."""
    return parse((resources.files(package) / "queries.sql").read_text(encoding="utf-8"))
