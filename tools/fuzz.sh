#!/bin/sh
# Runs each fuzzer for so many seconds (default 60), from a seed (default 0: another one each time):
# tools/fuzz.sh [SECONDS [SEED]]. A finding is kept in build/fuzz/ and fails
# the run; build/fuzz/tests/fuzz/NAME FINDING runs it again. Runs from any folder.
set -eu

cd "$(dirname "$0")/.."
seconds=${1:-60}
seed=${2:-0}
mkdir -p build/fuzz
if ! { cmake --preset fuzz && cmake --build --preset fuzz; } >build/fuzz/log 2>&1; then
    tail -n 100 build/fuzz/log
    exit 1
fi

status=0
for name in fuzz_pattern fuzz_chunks fuzz_engines; do
    corpus=build/fuzz/corpus/$name
    mkdir -p "$corpus"
    if build/fuzz/tests/fuzz/$name -max_total_time="$seconds" -seed="$seed" -timeout=60 -max_len=1024 -dict=tests/fuzz/pattern.dict \
        -artifact_prefix=build/fuzz/$name- "$corpus" tests/fuzz/corpus >build/fuzz/$name.log 2>&1; then
        echo "$name: passed, $(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' build/fuzz/$name.log) runs in $seconds seconds"
    else
        tail -n 60 build/fuzz/$name.log
        echo "$name: FAILED"
        status=1
    fi
done
exit $status
