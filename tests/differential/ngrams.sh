#!/bin/sh
# thrum words with n-grams, skip-grams, documents, lemmas and normal forms against lists made the plain way.
. "$(dirname "$0")/common.sh"
[ -n "$icu_words" ] || { echo "usage: $0 THRUM ICU_WORDS" >&2; exit 2; }
all_chunks='1 3 16 4096 4M'

# The words of standard input, one a line.
ascii() { tr A-Z a-z | tr -cs a-z '\n' | sed '/^$/d'; }
ascii_keep() { tr -cs A-Za-z '\n' | sed '/^$/d'; }
space() { tr A-Z a-z | tr -s ' \t\n\v\f\r' '\n' | sed '/^$/d'; }
unicode() { "$icu_words"; }

# split RULE FILE...: writes the words of each file to FILE.words.
split() {
    rule=$1
    shift
    for file; do
        "$rule" <"$file" >"$file.words"
    done
}

# try CHECKER RULE OPTION...: the list of the files with these options. A check of all or some numbers of threads.
try() {
    checker=$1 rule=$2
    shift 2
    # The names of files are left to split.
    perl "$here/ngrams.pl" "$@" $(printf '%s.words ' $files) >wanted
    $checker wanted words --token "${rule%_keep}" "$@" $files
}

: >empty
printf 'one' >open
printf ' \n \n' >blank
text mixed mixed.open 900 1
text prose ascii 1200 2
text solid mixed.solid 300 3
perl -e 'print "far", " " x 900, "apart\n", "\n" x 700, "from each other", " " x 300, "and\n"' >sparse
files='prose empty mixed open blank solid sparse prose'

for rule in ascii space unicode; do
    # The names of files are left to split.
    split $rule $files
    for n in 1 2 3 4; do
        try grid $rule --ngrams $n
        try turn $rule --ngrams $n --documents
        [ $n -gt 1 ] || continue
        for skip in 1 2; do
            try grid $rule --ngrams $n --skip $skip
            try turn $rule --ngrams $n --skip $skip --documents
        done
    done
    try turn $rule --ngrams 8
    try turn $rule --ngrams 2 --skip 8 --documents
    try grid $rule --documents
done

# What is left out, by the words of an n-gram.
printf '# Comment\nthe\nTHAT\nknight\n\nsing\n' >stops
printf '# Comment\nsinging\tsing\nthe\tthe\nknights\tknight\nknight\tsoldier\nHe\tthey\nshe\tthey\nshe\tnobody\nit\tthey\nwas\tbe\nis\tbe\n' >lemmas
awk '{ printf "%s\r\n", $0 }' lemmas >lemmas.crlf
for rule in ascii unicode; do
    split $rule $files
    for n in 1 2 3; do
        for options in '--min-length 3' '--length 3 --documents' '--max-length 4 --min-count 2' '--stopwords stops' \
            '--lemmas lemmas' '--lemmas lemmas --stopwords stops --documents' '--top 5 --sort word'; do
            # The options are left to split.
            try turn $rule --ngrams $n $options
        done
    done
    perl "$here/ngrams.pl" --lemmas lemmas $(printf '%s.words ' $files) >wanted
    turn wanted words --token $rule --lemmas lemmas.crlf $files
done
split ascii_keep $files
try turn ascii_keep --case keep --ngrams 2
try turn ascii_keep --case keep --lemmas lemmas

# The matches of a pattern, in the order of each file.
pattern_words() { perl -ne 'print lc, "\n" for /[A-Za-z]+/g'; }
split pattern_words $files
for options in '--ngrams 2' '--ngrams 3 --skip 1 --documents' '--documents' '--lemmas lemmas --ngrams 2'; do
    perl "$here/ngrams.pl" $options $(printf '%s.words ' $files) >wanted
    grid wanted words -e '[A-Za-z]+' $options $files
done

# Normal forms.
if perl -MUnicode::Normalize -e 1 2>/dev/null; then
    text letters letters 3000 4
    text decomposed mixed 3000 5
    # So that there is something to compose, decompose and reorder.
    perl -MUnicode::Normalize -CSD -e 'undef $/; print NFD(<>), NFC($_), "\x{e9} e\x{301} \x{fb01}n \x{2460} a\x{323}\x{307} a\x{307}\x{323} \x{130} \x{1e9b}\x{323} \x{212b}\n"' \
        letters >marks
    files='letters decomposed marks'
    for form in NFC NFKC; do
        option=$(echo $form | tr A-Z a-z)
        normal() { "$icu_words" --keep | perl -MUnicode::Normalize -Mfeature=fc -CSD -ne "chomp; print $form(fc $form \$_), qq(\\n)"; }
        normal_keep() { "$icu_words" --keep | perl -MUnicode::Normalize -CSD -ne "chomp; print $form(\$_), qq(\\n)"; }
        split normal $files
        for n in 1 2; do
            perl "$here/ngrams.pl" --ngrams $n $(printf '%s.words ' $files) >wanted
            turn wanted words --ngrams $n --normalize $option $files
        done
        split normal_keep $files
        perl "$here/ngrams.pl" $(printf '%s.words ' $files) >wanted
        turn wanted words --case keep --normalize $option $files
    done
else
    echo "without normal forms: there is no Unicode::Normalize"
fi

# The lines of sort and uniq.
text long ascii 60000 6
for rule in ascii space; do
    $rule <long >words
    sort words | uniq -c | sort -k1,1nr -k2 >wanted
    turn wanted words --token $rule --format uniq long
    awk 'NR > 1 { print last, $0 } { last = $0 }' words | sort | uniq -c | sort -k1,1nr -k2 >wanted
    turn wanted words --token $rule --ngrams 2 --format uniq long
done

# Files of many chunks among many small ones.
if [ -n "$generate" ]; then
    mkdir many
    i=0
    while [ $i -lt 60 ]; do
        "$generate" 2K --seed $i >many/small.$i || exit 2
        i=$((i + 1))
    done
    "$generate" 900K --seed 99 >many/large.1 || exit 2
    "$generate" 1200K --seed 98 >many/large.2 || exit 2
    files=$(find many -type f | sort)
    split ascii $files
    for options in --documents '--documents --ngrams 2'; do
        # The options and names are left to split.
        perl "$here/ngrams.pl" $options $(printf '%s.words ' $files) >wanted
        for n_threads in $all_threads; do
            for chunk in 3000 100K 4M; do
                check wanted words -j "$n_threads" --chunk-size $chunk --token ascii $options $files
            done
        done
    done
fi
finish
