#!/bin/sh
# thrum replace against Perl's s///g: on standard output, in place and by rewriting, with every number of threads.
. "$(dirname "$0")/common.sh"

all_chunks='1 7 4096 4M'
mkdir room

# changed WAY ARGUMENT... FILE: thrum replace WAY in a copy of the file makes `wanted` of it, and leaves nothing beside.
changed() {
    way=$1
    shift
    for file; do :; done
    for n_threads in $all_threads; do
        n_turns=$((n_turns + 1))
        case $((n_turns % 4)) in
        0) chunk=1 ;;
        1) chunk=7 ;;
        2) chunk=4096 ;;
        3) chunk=4M ;;
        esac
        cp "$file" "room/$file"
        (cd room && "$thrum" replace --no-sync "$way" -j $n_threads --chunk-size $chunk "$@") >got 2>&1
        status=$?
        [ "$status" -eq "$status_wanted" ] || echo "exit status $status of $status_wanted" >>got
        same nothing got "thrum replace $way -j $n_threads --chunk-size $chunk$(quoted "$@")"
        same wanted "room/$file" "thrum replace $way -j $n_threads --chunk-size $chunk$(quoted "$@")"
        rm "room/$file"
        ls -A room >left
        same nothing left "what thrum replace $way$(quoted "$@") leaves"
    done
}

# try [OPTION]... OLD NEW FILE
try() {
    for file; do :; done
    perl "$here/substitute.pl" "$@" >wanted || exit 2
    read -r n_replaced <count
    status_wanted=0
    [ "$n_replaced" != 0 ] || status_wanted=1
    grid wanted replace "$@"
    changed --rewrite "$@"
    [ "$n_replaced" = 0 ] || [ "$(wc -c <wanted)" -ne "$(wc -c <"$file")" ] || changed --in-place "$@"
    printf 'path\tcount\n%s\t%s\n' "$file" "$n_replaced" >rows
    once rows replace --dry-run "$@"
    status_wanted=0
}

: >nothing
: >empty
for kind in ascii ascii.open letters letters.solid mixed bytes.open; do
    text $kind $kind 3000 3
done
text long ascii 40000 2
perl -e 'print "a" x 3000' >same

# Texts.
for file in ascii ascii.open letters letters.solid long; do
    try 'the' 'eht' $file
    try ' the ' ' eht ' $file
    try ' the ' ' ' $file
    try 'e' 'E' $file
    try 'e' '' $file
    try ' ' '___' $file
    try '.' '\n$0' $file
    try '$5 (a' '(.*)' $file
    try 'no such text anywhere' 'x' $file
    try -i 'SANCHO' 'Quixot' $file
done
for pair in 'a b' 'aa b' 'aa bb' 'aaa ' 'aaaaaaa ab' 'a aa' 'a a'; do
    try "${pair% *}" "${pair#* }" same
done
try 'x' 'y' empty
try 'é' 'ê' letters
try '中' 'x' mixed

# Patterns.
while IFS='	' read -r pattern template; do
    for file in ascii letters empty; do
        try --regex "$pattern" "$template" $file
    done
done <<'END'
\b[a-zA-Z]{5}\b	<$0>
\b(\w)(\w)\b	$2$1
(?<year>\d{4})-(\d\d)-(\d\d)	$3.$2.${year}
(?<!\w)([a-z])|(\W)(\w)?	$2$1$3
x*	-
(?=[aeiou])	|
\b	'
^	> 
$	;
\s+	\t
"[^"]*"	$$\n\\
(?s)the.{0,40}?night	X
(a)|(e)|(i)	$1${2}
[a-z]	_
(?s).*	
(?s).*	$0$0
foo\K_\w+	=
\Gt?	T
(?i)a	A
END
try --regex --bytes '\xC3.' '<$0>' bytes.open
try --regex --bytes '[^a-z]' ' ' bytes.open
try --regex --bytes 'a*' '.' bytes.open
try --regex '\p{Han}+' '[$0]' mixed
try --regex '(\p{L})(\p{M})' '$2$1' mixed

# Standard input, several files, a folder.
perl "$here/substitute.pl" 'the' 'THEE' ascii >wanted
for n_threads in $all_threads; do
    check wanted replace -j "$n_threads" --chunk-size 7 'the' 'THEE' <ascii
    check wanted replace -j "$n_threads" --chunk-size 7 --regex 'the' 'THEE' - <ascii
done
perl "$here/substitute.pl" 'the' 'THEE' long >>wanted
turn wanted replace 'the' 'THEE' ascii empty long
turn wanted replace --regex 'the' 'THEE' ascii empty long
status_wanted=1
cat ascii >wanted
check wanted replace --regex 'no such text' '' <ascii
status_wanted=0
mkdir -p folder/below
for file in ascii letters long empty; do
    cp $file folder/below/$file
    cp $file folder/$file
done
"$thrum" replace --no-sync --rewrite 'e' 'ee' folder || echo "folder: $?"
for file in ascii letters long empty; do
    perl "$here/substitute.pl" 'e' 'ee' $file >wanted
    same wanted folder/$file "folder/$file"
    same wanted folder/below/$file "folder/below/$file"
done

if command -v sed >/dev/null; then
    sed 's/ the / eht /g' long >wanted
    cp long got
    "$thrum" replace --in-place ' the ' ' eht ' got
    same wanted got "sed 's/ the / eht /g' long"
fi
finish
