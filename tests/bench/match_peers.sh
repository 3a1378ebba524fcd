#!/bin/sh
# Matching beside ripgrep: match_peers.sh THRUM TEXT [RUNS [RG]]
#
# Prints, as medians of RUNS (5): counting, extraction and JSON beside ripgrep's, patterns that run to the end of the
# text in small chunks beside the whole text in one, and the memory beyond the mapping. ripgrep (RG, or rg on PATH) is
# left out where it is absent.
set -u
[ $# -ge 2 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 2; }
thrum=$1 text=$2 runs=${3:-5}
. "$(dirname "$0")/common.sh"
rg=$(find_program rg "${4-}")
n_bytes=$(wc -c <"$text")
pattern='\b[a-zA-Z]{5}\b'

# beside TITLE THRUM_OPTIONS RG_OPTIONS REDIRECTION: thrum with 1 and 2 threads, and ripgrep
beside() {
    title "$1"
    one=$(median "'$thrum' match -j 1 $2 '$pattern' '$text' $4")
    two=$(median "'$thrum' match -j 2 $2 '$pattern' '$text' $4")
    row "thrum, 1 thread" "$one" "$two"
    row "thrum, 2 threads" "$two" "$two"
    [ -z "$rg" ] || row "ripgrep" "$(median "'$rg' --no-config $3 '$pattern' '$text' $4")" "$two"
}

# endless PATTERN: 64 KiB chunks on 8 threads beside the whole text at once on 1
endless() {
    whole=$(median "'$thrum' match -c -j 1 --chunk-size 1024G '$1' '$text'")
    row "$1  whole" "$whole" "$whole"
    row "$1  -j 8 --chunk-size 64K" "$(median "'$thrum' match -c -j 8 --chunk-size 64K '$1' '$text'")" "$whole"
}

# memory OPTIONS: the most RssAnon that a run is seen with, in MiB
memory() {
    "$thrum" match "$@" "$text" >/dev/null &
    most=0
    while rss=$(sed -n 's/^RssAnon:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$!/status" 2>/dev/null) && [ -n "$rss" ]; do
        [ "$rss" -le $most ] || most=$rss
    done
    wait $!
    printf '%-44s %7d.%d\n' "$*" $((most / 1024)) $((most % 1024 * 10 / 1024))
}

echo "$text, $((n_bytes / 1000000)) MB; ${rg:+$("$rg" --version | head -n 1), }medians of $runs runs"
beside "counting: -c '$pattern'" "-c" "--count-matches" ""
beside "extraction to a file: '$pattern'" "" "-o --no-line-number --no-filename" ">'$scratch/out'"
beside "--json to a file: '$pattern'" "--json" "--json" ">'$scratch/out'"
title "endless patterns: at most 2.00"
for endless_pattern in '(?s)a.*z' '(?s).*' '[^x]*'; do
    endless "$endless_pattern"
done
printf '\n%-44s %9s\n' "memory beyond the mapping" "MiB"
memory -j 1 -c "$pattern"
memory -j 2 -c "$pattern"
memory -j 2 "$pattern"
memory -j 2 --json "$pattern"
memory -j 8 --chunk-size 64K -c '(?s)a.*z'
