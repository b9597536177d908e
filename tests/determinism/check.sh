#!/bin/sh
# The same events lead to the same bytes in every build: check.sh PROGRAM compares the checksums of a
# small simulation, and of what is decided on it, with those in checksums.txt. One file for all
# builds (dev, release, asan, tsan): where one differs, it computes something otherwise.
set -eu
program=$1
here=$(dirname "$(readlink -f "$0")")
expected=$here/checksums.txt
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

"$program" simulate --calls 500 --seed 11 >"$dir/events"
"$program" replay --rules "$here/rules" "$dir/events" >"$dir/decisions"
(cd "$dir" && sha256sum events decisions) >"$dir/checksums"

if [ -n "${UPDATE_GOLDEN:-}" ]; then
  cp "$dir/checksums" "$expected"
  echo "wrote $expected"
  exit 0
fi
cmp -s "$dir/checksums" "$expected" && exit 0
kept=$(mktemp -d "${TMPDIR:-/tmp}/determinism.XXXXXX")
cp "$dir/events" "$dir/decisions" "$kept"
cat <<TEXT
The simulated events, or what is decided on them, are not the bytes that they were:
$(diff "$expected" "$dir/checksums" || true)
If they changed in every build, and were meant to (other rules, other decisions, other words):
  UPDATE_GOLDEN=1 $here/check.sh $program
and say in the commit what changed. If in this build alone, the program is not deterministic: make
the same with another build, and compare the decisions with those in $kept
TEXT
exit 1
