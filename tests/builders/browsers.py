"""Which browser is there: Debian's Chromium, without its windows where that is enough."""

import shutil

SHELL, WHOLE = "chromium-headless-shell", "chromium"


def chromium(*, whole: bool = False) -> str | None:
    """Return its path, None: neither is installed (tools/chromium.sh).

    The shell is the same engine without the browser around it, for half of the work. `whole`:
    rather the browser that people use, where something is measured or photographed.
    """
    first, second = (WHOLE, SHELL) if whole else (SHELL, WHOLE)
    return shutil.which(first) or shutil.which(second)
