# For the benchmarks: times commands and prints rows of a table. Sourced; $runs says how often each command is run.
# shellcheck shell=sh

scratch=$(mktemp -d "${TMPDIR:-/tmp}/thrum-bench-XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 2' HUP INT TERM

# find_program NAME PATH: its path, where it can be run, and otherwise nothing
find_program() {
    command -v "${2:-$1}" || true
}

# median COMMAND: seconds that sh takes for a command, the median of $runs; "-" when it fails
median() {
    : >"$scratch/times"
    run=0
    while [ $run -lt "$runs" ]; do
        begin=$(date +%s%N)
        sh -c "$1" >/dev/null 2>"$scratch/err" || { [ $? -le 1 ] || { echo -; return; }; }
        end=$(date +%s%N)
        echo $((end - begin)) >>"$scratch/times"
        run=$((run + 1))
    done
    sort -n "$scratch/times" | awk '{ t[NR] = $1 } END { printf "%.3f\n", t[int((NR + 1) / 2)] / 1e9 }'
}

title() {
    printf '\n%s\n%-44s %9s %9s %7s\n' "$1" "" seconds GB/s ratio
}

# row NAME SECONDS BASE: a row; the ratio tells how many times slower it is than what took BASE seconds
row() {
    echo "$2 $3" | awk -v name="$1" -v n_bytes="$n_bytes" '
        $1 == "-" { printf "%-44s %9s\n", name, "failed"; next }
        { printf("%-44s %9.3f %9.3f %7.2f\n", name, $1, n_bytes / $1 / 1e9, $1 / $2) }'
}
