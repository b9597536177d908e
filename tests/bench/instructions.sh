#!/bin/sh
# Instructions an event, from its bytes to what is decided: two file lengths, the difference divided.
# tests/bench/instructions.sh BUILD_DIR [RULES [CALLS [EVENTS]]]
set -eu
build=${1:?the build directory}
rules=${2:-10} calls=${3:-1000} events=${4:-40000}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
count() {
  "$build"/engine_bench --write "$dir/$1" --events "$1" --calls "$calls" --rules "$rules"
  valgrind --tool=callgrind --callgrind-out-file="$dir/out" "$build"/engine_bench --run "$dir/$1" \
    --rules "$rules" 2>&1 | sed -n 's/.*Collected : //p'
}
short=$(count "$events")
long=$(count $((2 * events)))
echo "$rules rules, $calls calls: $(((long - short) / events)) instructions an event"
