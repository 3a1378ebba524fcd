#!/bin/sh
# sh tests/readme.sh THRUM: runs the table "Mapped files" of README.md, row by row.
#
# A command has to end with status 0 and, where the result is a code, to print just that (white space around it apart).
# A call has to be made by one of the example programs, which tests/install builds and runs.
set -eu

thrum=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"; "$thrum" share rm readme 2>"$work.err" || true; rm -f "$work.err"' EXIT
trap 'exit 2' HUP INT TERM
cd "$work"
mkdir bin
ln -s "$thrum" bin/thrum
PATH=$work/bin:$PATH
ln -s "$root/data" data
cp data/english.txt copy.txt
: >empty.txt
"$thrum" share rm readme 2>err || true

# Cells, one a line: the middle of a row, then its end. An escaped bar is no border.
sed -n '/^## Mapped files/,/^### /p' "$root/README.md" | grep '^| ' | grep -v '^| ---\|^| operation' |
    sed 's/\\|/\a/g; s/^| *[^|]*| *\(.*[^ ]\) *| *\(.*\) *|$/\1\n\2/' | tr '\a' '|' >cells

n_rows=0
failed=0
complain() {
    echo "FAILED: $*"
    failed=1
}
while IFS= read -r done && IFS= read -r result; do
    n_rows=$((n_rows + 1))
    case $done in
    '`thrum_'*)
        for call in $(printf '%s\n' "$done" | tr -d '`,()'); do
            grep -q "[^a-z_]$call(" "$root"/tests/install/*.c || complain "no example makes the call $call"
        done
        continue
        ;;
    esac
    command=$(printf '%s\n' "$done" | sed 's/^`//; s/`$//')
    sh -c "$command" >out 2>err </dev/null || complain "$command: status $?: $(cat err)"
    case $result in
    '`'*'` ' | '`'*'`')
        [ "$(sed 's/^ *//' out)" = "$(printf '%s\n' "$result" | sed 's/^`//; s/` *$//')" ] ||
            complain "$command: printed $(cat out), not $result"
        ;;
    esac
done <cells

echo "$n_rows rows"
[ "$n_rows" -ge 30 ] && [ "$failed" -eq 0 ]
