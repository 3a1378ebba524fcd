#!/bin/sh
# thrum words by the rules ascii and space against tr, sort and uniq.
. "$(dirname "$0")/common.sh"

# The words of standard input, one a line, by a rule with a case.
ascii_fold() { tr A-Z a-z | tr -cs a-z '\n'; }
ascii_keep() { tr -cs A-Za-z '\n'; }
space_fold() { tr A-Z a-z | space_keep; }
space_keep() { tr -s ' \t\n\v\f\r' '\n'; }

# counts RULE CASE FILE...: "count word" for each word of the files.
counts() {
    splitter=$1_$2
    shift 2
    for file; do
        $splitter <"$file"
        echo
    done | sed '/^$/d' | sort | uniq -c
}

# Kinds of texts, whole: every number of threads, every chunk size.
for kind in ascii ascii.crlf ascii.endless.open ascii.solid letters white bytes.open broken; do
    text "$kind" "$kind" 9000 1
    for rule in ascii space; do
        for case in fold keep; do
            counts $rule $case "$kind" | perl "$here/list.pl" >wanted
            if [ $case = fold ]; then
                grid wanted words --token $rule "$kind"
            else
                turn wanted words --token $rule --case keep "$kind"
            fi
        done
    done
done

# Texts of few bytes, where every edge is near.
for seed in 1 2 3 4 5 6 7 8; do
    text tiny bytes.open $((seed * seed)) $seed
    text small white.open $((seed * 20)) $seed
    for rule in ascii space; do
        for file in tiny small; do
            counts $rule fold $file | perl "$here/list.pl" >wanted
            turn wanted words --token $rule $file
        done
    done
done
: >empty
printf ' \n\t\v\f\r\n' >blank
for file in empty blank; do
    perl "$here/list.pl" </dev/null >wanted
    turn wanted words --token ascii $file
    turn wanted words --token space $file
done

# What is left out of a list, and its order.
text long ascii 60000 2
printf '# Comment\nthe\nTHAT\nknight\n\nsing\n' >stops
for rule in ascii space; do
    for case in fold keep; do
        counts $rule $case long >counted
        for options in '--top 1' '--top 10' '--top 100000' '--length 5' '--min-length 4' '--max-length 3' \
            '--min-length 3 --max-length 5' '--min-count 30' '--sort word' '--sort word --top 7' '--stopwords stops' \
            '--stopwords stops --min-length 3 --min-count 2 --sort word --top 12' '--min-length 99' \
            '--length 5 --top 3'; do
            # The options are left to split.
            perl "$here/list.pl" --case $case $options <counted >wanted
            turn wanted words --token $rule --case $case $options long
        done
    done
done
counts ascii fold long >counted
perl "$here/list.pl" --stopwords "$here/../../data/stopwords/en.txt" <counted >wanted
turn wanted words --token ascii --stopwords en long

# Characters, not bytes, make the length.
counts space fold letters >counted
for options in '--length 2' '--min-length 6' '--max-length 1'; do
    perl "$here/list.pl" $options <counted >wanted
    turn wanted words --token space $options letters
done

# Several files together, and one by one.
for rule in ascii space; do
    counts $rule fold ascii letters white bytes.open | perl "$here/list.pl" >wanted
    grid wanted words --token $rule ascii letters white bytes.open
    header=
    for file in ascii empty letters white long; do
        counts $rule fold $file | perl "$here/list.pl" --file $file --top 9 --no-header "$header"
        header=no
    done >wanted
    turn wanted words --token $rule --per-file --top 9 ascii empty letters white long
done

# More words than one table begins with, more bytes than one chunk.
if [ -n "$generate" ]; then
    "$generate" 9M --seed 3 >large || exit 2
    counts ascii fold large | perl "$here/list.pl" >wanted
    for n_threads in $all_threads; do
        check wanted words -j "$n_threads" --token ascii large
        check wanted words -j "$n_threads" --chunk-size 100K --token ascii large
    done
    check wanted words --token ascii - <large
    check wanted words -j 3 --chunk-size 64 --token ascii large
    counts space keep large | perl "$here/list.pl" >wanted
    check wanted words -j 3 --token space --case keep large
    check wanted words -j 2 --chunk-size 77777 --token space --case keep large
fi
if [ -r "$THRUM_CORPORA/don-quixote.txt" ]; then
    cp "$THRUM_CORPORA/don-quixote.txt" quixote
    for rule in ascii space; do
        counts $rule fold quixote | perl "$here/list.pl" >wanted
        turn wanted words --token $rule quixote
    done
else
    echo "without don-quixote.txt: THRUM_CORPORA is not set"
fi
finish
