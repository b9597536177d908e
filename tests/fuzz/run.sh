#!/bin/sh
# Runs every fuzz target for SECONDS each (default 20) and tells executions a second and coverage.
#   tests/fuzz/run.sh SECONDS [TARGET...]
# A finding is left in build/fuzz/findings; exit status 1. BUILD, JOBS and CORPUS may be set.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-20}
[ $# -gt 0 ] && shift
build=${BUILD:-build/fuzz}
corpora=${CORPUS:-$build/corpus}
findings=$build/findings
mkdir -p "$findings"
status=0
if [ $# -gt 0 ]; then targets="$*"; else
  targets=$(find "$build" -maxdepth 1 -name '*_fuzz' -type f -perm -u+x -exec basename {} \; | sort)
fi
for target in $targets; do
  mkdir -p "$corpora/$target"
  seeds=tests/fuzz/corpus/$target
  [ -d "$seeds" ] || seeds=
  dictionary=tests/fuzz/${target%%_*}.dict
  [ -f "$dictionary" ] && dictionary=-dict=$dictionary || dictionary=
  log=$findings/$target.log
  # shellcheck disable=SC2086
  if ! nice -n 19 "$build/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
      -max_len=4096 -print_final_stats=1 -artifact_prefix="$findings/$target-" $dictionary \
      "$corpora/$target" $seeds >"$log" 2>&1; then
    status=1
    echo "$target: FINDING, see $log"
    grep -E "ERROR|SUMMARY|Test unit written" "$log" || true
  fi
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
  cover=$(grep -o 'cov: [0-9]* ft: [0-9]*' "$log" | tail -1)
  echo "$target: ${runs:-?} executions, ${rate:-?} a second, ${cover:-no coverage} (edges, features), $(find "$corpora/$target" -type f | wc -l) inputs kept"
done
exit $status
