#!/usr/bin/env bash
# Every test at once. The journeys through the browser wait more than they work: everything else
# takes what they leave of the cores, and says what it found once they are through.
set -uo pipefail
cd "$(dirname "$0")/.."
logs=$(mktemp -d)
declare -A running

# Each runs in a session of its own: nobody is left behind, whatever ends this script.
end() {
  trap '' INT TERM
  for pid in "${running[@]}"; do kill -INT -- "-$pid" 2>/dev/null; done
  wait
  for pid in "${running[@]}"; do kill -TERM -- "-$pid" 2>/dev/null; done
  rm -rf "$logs"
}
trap end EXIT
trap 'exit 130' INT TERM

# Where the scheduler groups processes by session, giving way means something only for the group.
give_way() {
  echo 15 2>/dev/null >/proc/self/autogroup
  exec nice -n 5 "$@"
}
export -f give_way
begin() { # name, command ...
  setsid --wait env --default-signal=INT "${@:2}" &
  running[$1]=$!
}
beside() { # name, command ...
  begin "$1" bash -c 'give_way "$@"' bash "${@:2}" >"$logs/$1" 2>&1
}
ended() { # name
  wait "${running[$1]}" || status=1
  unset "running[$1]"
}

status=0
beside checks make -s check check-web
beside tests .venv/bin/pytest tests -q -n 2 --dist loadfile --durations=15
begin journeys .venv/bin/pytest web/e2e -q -p no:randomly --durations=5
ended journeys
echo "The journeys took $SECONDS s; the other tests go on ..."
for name in checks tests; do
  tail -n +1 -f --pid="${running[$name]}" "$logs/$name"
  ended "$name"
done
echo "$SECONDS s in all."
exit $status
