#!/usr/bin/env bash
# Every test at once. The journeys through the browser wait more than they work: everything else
# takes what they leave of the cores, and says at the end what it found.
set -uo pipefail
cd "$(dirname "$0")/.."
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
trap 'kill $(jobs -p) 2>/dev/null; exit 130' INT TERM

# Where the scheduler groups processes by session, giving way means something only for the group.
give_way() {
  echo 15 2>/dev/null >/proc/self/autogroup
  exec nice -n 5 "$@"
}
export -f give_way
declare -A beside
begin() { # name, command ...
  local name=$1
  shift
  setsid --wait bash -c 'give_way "$@"' bash "$@" >"$logs/$name" 2>&1 &
  beside[$name]=$!
}

begin checks make -s check check-web
begin tests .venv/bin/pytest tests -q -n 2 --dist loadfile --durations=15
.venv/bin/pytest web/e2e -q -p no:randomly --durations=5
status=$?
echo "The journeys took $SECONDS s; the other tests go on ..."
for name in checks tests; do
  wait "${beside[$name]}" || status=1
  cat "$logs/$name"
done
echo "$SECONDS s in all."
exit $status
