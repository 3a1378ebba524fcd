#!/bin/sh
# Counting words beside the classic pipeline: words_peers.sh THRUM TEXT [RUNS]
#
# Prints, as medians of RUNS (3): a frequency list of ASCII words beside tr | tr | sort | uniq -c, and whether both
# counted the same.
set -u
[ $# -ge 2 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 2; }
thrum=$1 text=$2 runs=${3:-3}
. "$(dirname "$0")/common.sh"
n_bytes=$(wc -c <"$text")
pipeline="LC_ALL=C tr A-Z a-z <'$text' | LC_ALL=C tr -cs a-z '\n' | LC_ALL=C sort | LC_ALL=C uniq -c"

echo "$text, $((n_bytes / 1000000)) MB; medians of $runs runs"
title "frequency list: words --token ascii"
two=$(median "'$thrum' words --token ascii -j 2 -n 0 '$text'")
row "thrum, 1 thread" "$(median "'$thrum' words --token ascii -j 1 -n 0 '$text'")" "$two"
row "thrum, 2 threads" "$two" "$two"
row "tr | tr | sort | uniq -c" "$(median "$pipeline")" "$two"

"$thrum" words --token ascii --no-header --sort word -n 0 "$text" | cut -f 2,3 >"$scratch/seen"
sh -c "$pipeline" | awk '$2 != "" { print $2 "\t" $1 }' >"$scratch/expected"
if cmp -s "$scratch/seen" "$scratch/expected"; then
    echo "the same $(wc -l <"$scratch/seen") words and counts"
else
    echo "the counts DIFFER"
    exit 1
fi
