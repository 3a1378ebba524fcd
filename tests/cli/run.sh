#!/bin/sh
# Runs the program's tests: tests/cli/run.sh THRUM [CASE...]
#
# A case is a directory below cases/:
#   cmd     a script for sh, run in an empty directory; $THRUM is the program, $DATA the folder data/ beside this script
#   out     what it must print on standard output, byte for byte
#   err     the same for standard error (none: nothing)
#   status  its exit status (none: 0)
# A case that cannot run on this machine exits with 77. THRUM_UPDATE=1 writes down what the program does now: read the
# difference before you commit it.
here=$(cd "$(dirname "$0")" && pwd) || exit 2
[ $# -ge 1 ] || { echo "usage: $0 THRUM [CASE...]" >&2; exit 2; }
THRUM=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
[ -x "$THRUM" ] || { echo "$0: $1 is not a program" >&2; exit 2; }
shift
DATA=$here/data
LC_ALL=C
TERM=xterm
export THRUM DATA LC_ALL TERM
unset NO_COLOR POSIXLY_CORRECT

scratch=$(mktemp -d "${TMPDIR:-/tmp}/thrum-cli-XXXXXX") || exit 2
trap 'chmod -R u+rwx "$scratch"; rm -rf "$scratch"' EXIT
trap 'exit 2' HUP INT TERM
: >"$scratch/nothing"

[ $# -gt 0 ] || set -- $(cd "$here/cases" && ls)
passed=0 failed=0 skipped=0
for name; do
    wanted=$here/cases/$name
    got=$scratch/got
    mkdir -p "$got" "$scratch/room"
    (cd "$scratch/room" && exec sh "$wanted/cmd" >"$got/out" 2>"$got/err" </dev/null)
    echo $? >"$got/status"
    chmod -R u+rwx "$scratch/room"
    rm -rf "$scratch/room"

    if [ "$(cat "$got/status")" = 77 ]; then
        skipped=$((skipped + 1))
        continue
    fi
    if [ -n "$THRUM_UPDATE" ]; then
        cp "$got/out" "$wanted/out"
        rm -f "$wanted/err" "$wanted/status"
        [ ! -s "$got/err" ] || cp "$got/err" "$wanted/err"
        [ "$(cat "$got/status")" = 0 ] || cp "$got/status" "$wanted/status"
    fi
    right=yes
    for part in out err status; do
        expected=$wanted/$part
        [ -f "$expected" ] || expected=$scratch/nothing
        if [ $part = status ] && [ ! -f "$wanted/status" ]; then
            echo 0 >"$scratch/zero"
            expected=$scratch/zero
        fi
        if ! cmp -s "$expected" "$got/$part"; then
            [ $right = no ] || echo "FAILED $name"
            right=no
            diff -u "$expected" "$got/$part" | sed "1,2d; s/^/    $part: /"
        fi
    done
    if [ $right = yes ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
[ $skipped = 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
