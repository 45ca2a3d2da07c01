#!/usr/bin/env bash
# Makes .venv with uv and the build backend, from hashed pins.
set -euo pipefail
python=${1:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Nightmarket needs Python 3.11 or later; this is $("$python" --version)." >&2
  exit 1
}
if ! "$python" -m venv .venv 2>/dev/null; then
  rm -rf .venv
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
    "$python" -m venv .venv
  else
    echo "Python's venv module is missing: apt-get install python3-venv" >&2
    exit 1
  fi
fi
.venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
