#!/bin/sh
# Every test, on a bare Debian 12: as released, under the address and undefined-behaviour sanitizers, and the threaded
# ones under the thread sanitizer; then the fuzzers. Ends with one line that sums them up. Runs from any folder.
set -eu

cd "$(dirname "$0")/.."
sh tools/packages.sh

passed=0
failed=0
skipped=0

# build PRESET: configures and builds; a failure counts as one
build() {
    echo "== $1"
    mkdir -p "build/$1"
    if cmake --preset "$1" >"build/$1/log" 2>&1 && cmake --build --preset "$1" >>"build/$1/log" 2>&1; then
        return 0
    fi
    tail -n 100 "build/$1/log"
    failed=$((failed + 1))
    return 1
}

# run PRESET [CTEST OPTION]...: runs tests and adds to the sums. ctest counts skipped tests as passed.
run() {
    log=build/$1/log
    $without_aslr ctest --preset "$@" 2>&1 </dev/null | tee "$log"
    sums=$(sed -n 's/^[0-9]*% tests passed, \([0-9]*\) tests\{0,1\} failed out of \([0-9]*\)$/\1 \2/p' "$log")
    if [ -z "$sums" ]; then
        failed=$((failed + 1))
        return
    fi
    n_failed=${sums% *}
    n_skipped=$(grep -c '^ *[0-9]*/[0-9]* Test .*\*\*\*Skipped' "$log" || true)
    passed=$((passed + ${sums#* } - n_failed - n_skipped))
    failed=$((failed + n_failed))
    skipped=$((skipped + n_skipped))
}

without_aslr=
jobs=$(nproc)

build release && run release -j "$jobs"

# Slow: the differential tests let threads and chunk sizes take turns here.
export THRUM_BRIEF=1
build asan && run asan -j "$jobs" -L 'unit|cli|differential'
unset THRUM_BRIEF

# Archer tells the thread sanitizer what LLVM's OpenMP runtime orders; what is not compiled with it (ICU, PCRE2, JIT
# code) is not looked at. The sanitizer of clang 14 cannot place its shadow where addresses are randomised too widely.
if build tsan; then
    OMP_TOOL_LIBRARIES=$(find /usr/lib/llvm-*/lib -name libarcher.so 2>/dev/null | head -n 1)
    TSAN_OPTIONS=ignore_noninstrumented_modules=1
    export OMP_TOOL_LIBRARIES TSAN_OPTIONS
    if setarch "$(uname -m)" -R true 2>/dev/null; then
        without_aslr="setarch $(uname -m) -R"
    fi
    echo 'int main(void) { return 0; }' | clang -fsanitize=thread -x c - -o build/tsan/probe
    if $without_aslr build/tsan/probe 2>/dev/null; then
        run tsan -j "$jobs" -L 'unit|cli'
    else
        echo "skipped: this kernel does not run programs under the thread sanitizer"
        skipped=$((skipped + 1))
    fi
fi

# Three fuzzers, a minute each, with the same inputs at every run; tools/fuzz.sh by itself goes on to new ones.
echo "== fuzz"
mkdir -p build
sh tools/fuzz.sh 60 1 2>&1 | tee build/fuzz.log
n_passed=$(grep -c '^fuzz_[a-z]*: passed' build/fuzz.log || true)
passed=$((passed + n_passed))
failed=$((failed + 3 - n_passed))

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
