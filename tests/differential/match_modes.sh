#!/bin/sh
# sh match_modes.sh THRUM: whatever thrum match prints, it prints the same for every number of threads and every chunk
# size; and whole lines with context are those of grep -P.
. "$(dirname "$0")/common.sh"
all_chunks='1 7 64 4096'

# Not compared: seconds.
run_masked() {
    status=0
    "$thrum" match "$@" >printed 2>messages || status=$?
    sed 's/{"secs":[0-9]*,"nanos":[0-9]*,"human":"[0-9.]*s"}/{}/g' printed
    cat messages
    echo "status $status"
}

# mode ARGUMENT...: one thread, one chunk a file, against others. In a grid every number of threads meets every chunk
# size, otherwise they take turns.
mode() {
    run_masked -j 1 --chunk-size 1G "$@" >wanted
    for n_threads in $all_threads; do
        for chunk in $all_chunks; do
            takes_turn || [ -n "$in_grid" ] || continue
            run_masked -j "$n_threads" --chunk-size "$chunk" "$@" >masked
            same wanted masked "thrum match -j $n_threads --chunk-size $chunk$(quoted "$@")"
        done
    done
}

text plain ascii 3000 1
text returns ascii.crlf.open 1500 2
text ends letters.ends 1500 3
text ill broken 800 4
text line ascii.endless.open 700 5
: >empty
printf '\n\n\n' >blank
set -- plain empty returns ends blank ill line

in_grid=yes
for pattern in 'the|a(b)?\b' '(?s)(?<first>[tT]h?)e.{0,90}?(k)|$' '\b\w{5}\b'; do
    for options in '' '-Hnb --column' '-n --column --column-unit char' '--print $0-$1' '--format tsv' '--format json' '--columns' \
        '--columns -Hn --format csv' --json '--json --lines' -c --count-by-file -l -L --tally '--tally-by pattern' --lines \
        '--lines -nb --column' '--lines --tally' -C0 '-nHb --column -C2' '-B3 -A 1 -n' -A1000 '--lines --newline lf --format tsv'; do
        # The options are left to split.
        mode $options -e "$pattern" "$@"
    done
    in_grid=
done

# Engines search many lines at once where that makes no difference: each line is a subject all the same.
{ cat line line line; printf '\r\n'; cat line line line line plain; printf '\n\n'; cat ill ends line returns; } >long
for pattern in '\w+ing\b' '.*.*e.*' '[A-Z]\w+ \w+' '^\w+' '\w+$' 'the.*' 'knight|horse' '[^x]t' '\S+\s\w' '(?-m)^\w' 'e*' \
    '[^\n]+e' '(?i)K\w+' '\b.{9}\b'; do
    for newline in anycrlf lf crlf; do
        for options in '' --bytes -c; do
            run_masked --lines --newline $newline $options -j 1 --engine pcre2 -e "$pattern" "$@" long >wanted
            for chunk in 4096 1G; do
                run_masked --lines --newline $newline $options -j 2 --chunk-size $chunk -e "$pattern" "$@" long >masked
                same wanted masked "thrum match --lines --newline $newline $options --chunk-size $chunk$(quoted -e "$pattern")"
            done
        done
    done
done

# Bounds, and files that fail.
for pattern in '\w+' '(?s).{1,70}'; do
    for n in 1 2 100 500; do
        for options in '-nb' -c --json --count-by-file -l --tally --columns '-n -C1'; do
            mode -m "$n" $options -e "$pattern" "$@"
        done
    done
done
{ cat plain; printf 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\n'; cat plain; } >slow
for options in -nb -c --json -l --columns '-n -C2' '--lines -nb' --tally; do
    mode $options --match-limit 20000 -e '(?:a+)+$|the' plain slow returns
done
for n in 1 60 120; do
    mode -m "$n" -Hnb --match-limit 20000 -e '(?:a+)+$|the' slow returns
done
mode --json -e 'the (\w+)' -e 'th(?<x>.)(..)' -e '(?<=(e)\n)(.)' "$@"
mode --tally-by pattern -e 'the (\w+)' -e '\w' -e 'zzz' -e '(?s).' "$@"
mode -nb 'a\Kb|\w\w\K' "$@"
mode --json 'a\Kb|\w\w\K\s' "$@"

if echo a | grep -qP a 2>/dev/null; then
    all_chunks='1 64 4M'
    status_wanted=0
    for options in -A1 -B1 -C2 '-A0' '-C3 -B0' -C1000; do
        for pattern in the 'knight|horse' '^$' 'e$' '^[A-Z]'; do
            LC_ALL=C grep --color=never -nHP $options -e "$pattern" plain empty blank line >wanted || :
            grid wanted match --bytes -nH $options -e "$pattern" plain empty blank line
        done
    done
else
    echo "without grep -P"
fi
finish
