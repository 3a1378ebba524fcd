#!/bin/sh
# thrum count against wc, tr and ICU, its patterns against Perl's m//g.
. "$(dirname "$0")/common.sh"
need wc

# Words of a file by each rule.
unicode_words() { "$icu_words" --keep <"$1" | wc -l; }
ascii_words() { tr -cs A-Za-z '\n' <"$1" | grep -c .; }
space_words() { tr -s ' \t\n\v\f\r' '\n' <"$1" | grep -ac .; }

n_characters() { perl -0777 -ne '$n += tr/\x80-\xBF//c; END { print $n + 0, "\n" }' "$1"; }

# row FILE WORDS: the row of a file that has so many words.
row() {
    printf '%d\t%d\t%d\t%d\t%s\n' "$(wc -l <"$1")" "$2" "$(n_characters "$1")" "$(wc -c <"$1")" "$1"
}

header() { printf 'lines\twords\tchars\tbytes\tpath\n'; }

rules='ascii space'
[ -z "$icu_words" ] || rules="$rules unicode"

: >empty
printf '\n' >newline
printf 'word' >word
for kind in ascii ascii.crlf ascii.endless.open letters letters.ends mixed broken.open bytes.open white; do
    text "$kind" "$kind" 9000 1
done
kinds='ascii ascii.crlf ascii.endless.open letters letters.ends mixed broken.open bytes.open white'

# A file alone.
for file in empty newline word $kinds; do
    for rule in $rules; do
        { header && row $file "$(${rule}_words $file)"; } >wanted
        if [ $rule = space ]; then
            grid wanted count --token $rule $file
        else
            turn wanted count --token $rule $file
        fi
    done
done

# What wc says itself: its words are those of space where every byte can be seen, its characters those of valid text.
for file in empty newline word ascii ascii.crlf ascii.endless.open; do
    wc -l -w -c $file | awk -v OFS='\t' '{ print $1, $2, $3, $4 }' >wanted
    "$thrum" count --token space --no-header -j 2 --chunk-size 7 $file | cut -f 1,2,4,5 >got
    same wanted got "thrum count --token space --no-header -j 2 --chunk-size 7 $file | cut -f 1,2,4,5"
done
if [ "$(LC_ALL=C.UTF-8 locale charmap 2>/dev/null)" = UTF-8 ]; then
    for file in empty newline word ascii letters letters.ends mixed; do
        LC_ALL=C.UTF-8 wc -m <$file >wanted
        "$thrum" count --token space --no-header -j 2 --chunk-size 7 $file | cut -f 3 >got
        same wanted got "thrum count --token space --no-header -j 2 --chunk-size 7 $file | cut -f 3"
    done
else
    echo "without wc -m: there is no locale C.UTF-8"
fi

# Several files and their total.
for rule in $rules; do
    {
        for file in empty $kinds word ascii; do
            row $file "$(${rule}_words $file)"
        done
    } >rows
    { header && cat rows && awk '{ for (i = 1; i <= 4; i++) n[i] += $i }
        END { printf "%d\t%d\t%d\t%d\ttotal\n", n[1], n[2], n[3], n[4] }' rows; } >wanted
    # The kinds are left to split.
    grid wanted count --token $rule empty $kinds word ascii
done

# Patterns, each in a column of its own.
count_matches() {
    perl "$here/matches.pl" "$@" || { echo "matches.pl failed" >&2; exit 2; }
    cat count
}
for bytes in '' --bytes; do
    for case in '' -i; do
        set -- '\w+' 'the|th' '[a-z]*' '(?s)s.*?\n' 'nothing' '(?<=[^\d])\d+' '\b\w{5}\b'
        printf 'lines\twords\tchars\tbytes\t' >wanted
        for pattern; do
            printf '%s\t' "$pattern" | sed 's/\\/\\\\/g' >>wanted
        done
        echo path >>wanted
        for file in ascii empty letters; do
            row $file "$(space_words $file)" | cut -f 1-4 | tr '\n' '\t' >>wanted
            for pattern; do
                # What may be missing is left to split.
                printf '%d\t' "$(count_matches $bytes $case -e "$pattern" $file)" >>wanted
            done
            echo $file >>wanted
        done
        awk -F '\t' -v OFS='\t' '{ print }
            NR > 1 { for (i = 1; i < NF; i++) n[i] += $i }
            END { for (i = 1; i < NF; i++) printf "%d\t", n[i]; print "total" }' wanted >wanted.total
        for pattern; do
            set -- "$@" -e "$pattern"
            shift
        done
        grid wanted.total count --token space $bytes $case "$@" ascii empty letters
    done
done

# The same as thrum match -c.
for pattern in '^' '$' 'x*' '(?s)a.*z' '\p{L}+' '\R'; do
    for file in ascii.crlf letters.ends mixed broken.open; do
        "$thrum" match -c -j 1 -e "$pattern" $file >wanted
        "$thrum" count --no-header -j 3 --chunk-size 64 -e "$pattern" $file | cut -f 5 >got
        same wanted got "thrum count --no-header -j 3 --chunk-size 64 -e$(quoted "$pattern") $file | cut -f 5"
    done
done

if [ -d "$THRUM_CORPORA" ]; then
    find "$THRUM_CORPORA" -name '*.txt' -size -8192 | sort >files
    while read -r path; do
        cp "$path" corpus
        for rule in $rules; do
            { header && row corpus "$(${rule}_words corpus)"; } >wanted
            turn wanted count --token $rule corpus
        done
    done <files
else
    echo "without corpora: THRUM_CORPORA is not set"
fi
finish
