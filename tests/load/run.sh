#!/bin/sh
# The load and fault tests in full size, against a release build: tests/load/run.sh BUILD_DIR [NAME]
# NAME: only the fault tests whose name matches; "restart" alone for starts with a large journal;
# "sustained" alone for the long run (SECONDS, RATE; SPEED, DAYS, VARIED: see sustained.mjs).
set -eu
build=$(cd "${1:?the build directory}" && pwd)
only=${2:-}
here=$(dirname "$(readlink -f "$0")")
ulimit -n "$(ulimit -Hn)"
export LOAD=full ASSIST_BINARY="$build/agent-assist"
status=0
if [ "$only" != sustained ] && [ "$only" != restart ]; then
  node --test --test-concurrency=1 --test-reporter=spec ${only:+--test-name-pattern="$only"} \
    "$here/faults.test.mjs" || status=1
fi
if [ -z "$only" ] || [ "$only" = restart ]; then
  echo "== restart"
  EVENTS=${EVENTS:-5200000} LIVE=${LIVE:-100000} TAIL=${TAIL:-495000} BAR=${BAR:-5} \
    node "$here/restart.mjs" || status=1
fi
if [ -z "$only" ] || [ "$only" = sustained ]; then
  echo "== sustained"
  SECONDS=${SECONDS:-600} node "$here/sustained.mjs" || status=1
fi
exit $status
