#!/bin/sh
# Runs each benchmark of a release build: tests/bench/run.sh BUILD_DIR [ARGUMENTS]
set -eu
build=${1:?the build directory}
shift
status=0
for bench in "$build"/*_bench; do
  [ -x "$bench" ] || continue
  echo "== $(basename "$bench")"
  "$bench" "$@" || status=1
done
if [ -x "$build/agent-assist" ] && command -v node >/dev/null; then
  echo "== latency"
  ASSIST_BINARY=$build/agent-assist node "$(dirname "$0")/latency.mjs" || status=1
fi
exit $status
