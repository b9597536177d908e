#!/bin/sh
# Instructions an event for decoding it and knowing whether it came before: two file lengths, the
# difference divided.
# tests/bench/decode_instructions.sh BUILD_DIR [CALLS [EVENTS]]
set -eu
build=${1:?the build directory}
calls=${2:-1000} events=${3:-30000}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
count() {
  "$build"/engine_bench --write "$dir/$1" --events "$1" --calls "$calls"
  valgrind --tool=callgrind --callgrind-out-file="$dir/out" --toggle-collect='*Decoding::take*' \
    "$build"/decode_bench --run "$dir/$1" 2>&1 | sed -n 's/.*Collected : //p'
}
short=$(count "$events")
long=$(count $((2 * events)))
echo "$(((long - short) / events)) instructions an event"
