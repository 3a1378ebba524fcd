#!/bin/sh
# thrum words by Unicode's rule against one walk of ICU over the whole text.
. "$(dirname "$0")/common.sh"
[ -n "$generate" ] || { echo "usage: $0 THRUM ICU_WORDS GENERATE" >&2; exit 2; }

# counts FILE OPTION...: "count word" for each word of a file.
counts() {
    counted_file=$1
    shift
    "$icu_words" "$@" <"$counted_file" >words || { echo "icu_words failed on $counted_file" >&2; exit 2; }
    sort words | uniq -c
}

# try FILE: the list in both cases; the folded one with every number of threads and every chunk size.
try() {
    counts "$1" >counted
    perl "$here/list.pl" <counted >wanted
    grid wanted words "$1"
    counts "$1" --keep | perl "$here/list.pl" >wanted
    turn wanted words --token unicode --case keep "$1"
}

# try_some FILE: the same with fewer chunk sizes.
try_some() {
    counts "$1" | perl "$here/list.pl" >wanted
    turn wanted words "$1"
    counts "$1" --keep | perl "$here/list.pl" >wanted
    turn wanted words --case keep "$1"
}

for kind in ascii letters.crlf mixed mixed.open mixed.endless mixed.ends mixed.solid broken broken.endless.open; do
    text "$kind" "$kind" 12000 1
    try "$kind"
done

# Many short texts, where every edge is near.
seed=2
while [ $seed -lt 40 ]; do
    case $((seed % 6)) in
    0) kind=mixed.open ;;
    1) kind=broken.endless ;;
    2) kind=mixed.ends ;;
    3) kind=bytes.open ;;
    4) kind=mixed.solid ;;
    5) kind=broken.crlf ;;
    esac
    text "$kind" $kind $((seed * seed)) $seed
    try_some "$kind"
    seed=$((seed + 1))
done

# Texts of more than one of the pieces that ICU is given, with places to cut at and without.
text long.mixed mixed 200000 3
text long.endless mixed.endless 120000 4
text long.solid broken.solid 100000 5
for file in long.mixed long.endless long.solid; do
    try_some $file
done
counts long.mixed >counted
for options in '--top 20' '--length 3' '--min-length 8 --sort word' '--min-count 5 --max-length 2'; do
    # The options are left to split.
    perl "$here/list.pl" $options <counted >wanted
    turn wanted words $options long.mixed
done

for script in latin accented cyrillic greek han mixed; do
    "$generate" 300K --seed 6 --script $script >$script || exit 2
    "$generate" 60K --seed 7 --script $script --width 0 >$script.endless || exit 2
    try_some $script
    try_some $script.endless
done
"$generate" 6M --seed 8 --script mixed >large || exit 2
counts large | perl "$here/list.pl" >wanted
for n_threads in $all_threads; do
    check wanted words -j "$n_threads" large
done
check wanted words -j 3 --chunk-size 50000 - <large

for file in english.txt chinese.txt; do
    cp "$here/../../data/$file" .
    try $file
done
finish
