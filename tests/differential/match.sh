#!/bin/sh
# thrum match against Perl's m//g, and against grep -P and Python's re where these are to be had.
. "$(dirname "$0")/common.sh"

# ask_perl ARGUMENT...: the files that matches.pl writes, and the exit status that thrum shall have.
ask_perl() {
    perl "$here/matches.pl" "$@" || { echo "matches.pl failed:$(quoted "$@")" >&2; exit 2; }
    read -r n_matches <count
    status_wanted=0
    [ "$n_matches" != 0 ] || status_wanted=1
}

# try FILE OPTION...: all that thrum match can print.
try() {
    file=$1
    shift
    ask_perl "$@" "$file"
    turn plain match "$@" "$file"
    once count match -c "$@" "$file"
    once places match -H -n --column -b "$@" "$file"
    once chars match -n -b --column --column-unit char "$@" "$file"
    once tally match --tally "$@" "$file"
    once rows match --format tsv "$@" "$file"
    status_wanted=0
}

# try_all FILE OPTION...: the plain matches with every number of threads and every chunk size.
try_all() {
    file=$1
    shift
    ask_perl "$@" "$file"
    grid plain match "$@" "$file"
    status_wanted=0
}

for kind in ascii ascii.open ascii.crlf ascii.endless.open letters letters.ends letters.solid mixed bytes.open broken; do
    text "$kind" "$kind" 5000 1
done
text long ascii 60000 2
: >empty

# Patterns that do not care how lines end. None is empty between CR and LF, where PCRE2 does not look.
while IFS= read -r pattern; do
    for file in ascii ascii.crlf ascii.endless.open letters letters.ends letters.solid; do
        try $file -e "$pattern"
    done
done <<'END'
\b[a-zA-Z]{5}\b
\w+
\b
\b\w*ing\b
(?<=the )\w+
\w+(?= the\b)
(?<![a-z])(?!the)[a-z]{3}(?![a-z])
\b(\w+) \1\b
(\d{4})-(\d\d)-(\d\d)|(\d\d)/(\d\d)/(\d{4})
Sancho|Quixote|knight
"[^"]*"
(?i)the\s+\w+?\b
\s+
[^\w\s]+
\p{Lu}\p{Ll}*
(?=[aeiou])
a{2,}?|b++|c
\((?:[^()]++|(?R))*\)
(?s)the.{0,40}?night
(?s)horse.*knight
"[^"\n]*"(*SKIP)(*FAIL)|\w+
\Gt?
foo\K_\w+
(?<year>\d{4})-(?<month>\d\d)
END

# Patterns that do.
while IFS= read -r pattern; do
    for file in ascii ascii.open ascii.endless.open letters; do
        try $file -e "$pattern"
    done
done <<'END'
^
$
^$
x*
a{2,}?|b++|c?
^.*$
.+
^\w+
\w+[.!?]?$
.*the.*
(?-m)^\w+|\w+\n?$
\A\w+|\w+\Z|\n\z
^(?!.*the).*
(?<=\n).
.
the(?:.|\n)*?night
(?m)^[^\n]*\n(?=\n)
(?<=^|\n)[A-Z]\w*
END

# Scripts and marks, where \w has meant different things in time.
while IFS= read -r pattern; do
    for file in mixed letters; do
        try $file -e "$pattern"
    done
done <<'END'
\p{Han}+
\p{L}[\p{L}\p{M}]*
\p{M}+
[А-я]+|[α-ω]+
[^\x00-\x7F]{2}
é|中.|\x{1F600}
(?<=\p{Hebrew})\p{Hebrew}
END

# Options.
for file in ascii letters; do
    try $file -i -e 'THE|panza|École'
    try $file -w -e 'a|the|\w\w-?\w'
    try $file -x -e '\w+ \w+|\S*'
    try $file -w -i -e 'SANCHO|[a-c]'
    try $file -F -e '(a (b) c)'
    try $file -F -i -e 'WHAT?!'
    try $file -F -w -e 'e' -e 'x'
    try $file -F -e '.' -e '...' -e '$5'
    try $file -e 'th' -e 'the' -e '\w'
    try $file -e '\d+' -e '[a-z]*' -e 'Q'
    try $file -e 'in|x*' -e 'night'
    try $file -e 'no such thing'
    try empty -e 'x*'
    try empty -e 'x'
done

# Bytes.
while IFS= read -r pattern; do
    for file in ascii letters bytes.open broken; do
        try $file --bytes -e "$pattern"
    done
done <<'END'
\b[a-zA-Z]{5}\b
\w+
[\x80-\xFF]+
\xC3.
(?i)[AB]+
[^a-z]
(?<=a)[^a]*?(?=a)
\x00|\xFF|b?
\s
\W\w\W
(?s)a.*\xE4
END

# Templates.
for file in ascii letters; do
    for template in '$0' '<$1|$2|$3|$4>' '${year}-$$-\t${3}0\\\n$0$0' 'x'; do
        for pattern in '(?<year>\d{4})-(\d\d)-(\d\d)()' '(?<year>t)(h)?(e)|(a)(?=.)' '(?<year>(?<!\w)\w)|(\W)(\w)?(\b)'; do
            ask_perl --print "$template" -e "$pattern" $file
            turn print match --print "$template" -e "$pattern" $file
        done
    done
done
status_wanted=0

# Every number of threads and every chunk size.
for file in ascii.open letters mixed; do
    for pattern in '[a-z]*' '(?s)the.*?the' '(?<=[a-z] )\w|$' '\p{L}+'; do
        try_all $file -e "$pattern"
    done
done
try_all bytes.open --bytes -e '\w*'
try_all bytes.open --bytes -e '[^b]b|(?<=a).'

# The matches of a pattern as words.
for file in ascii letters; do
    for pattern in '\p{L}+' '[A-Z]\w*' '\S+'; do
        ask_perl -e "$pattern" $file
        sort folded | uniq -c | perl "$here/list.pl" >wanted
        turn wanted words -e "$pattern" $file
        sort plain | uniq -c | perl "$here/list.pl" >wanted
        turn wanted words --case keep -e "$pattern" $file
    done
done
status_wanted=0

# grep sees line after line and leaves out empty matches: patterns that are not empty and stay within a line.
if echo a | grep -oP 'a(?=$)' >/dev/null 2>&1; then
    while IFS= read -r pattern; do
        grep -onbP -e "$pattern" long >wanted
        turn wanted match -n -b -e "$pattern" long
        grep -owiP -e "$pattern" long >wanted
        turn wanted match -w -i -e "$pattern" long
        grep -cP -e "$pattern" long >wanted
        "$thrum" match -n -j 3 --chunk-size 999 -e "$pattern" long | cut -d : -f 1 | uniq | wc -l >got
        same wanted got "thrum match -n -j 3 --chunk-size 999 -e $(quoted "$pattern") long, its lines counted"
    done <<'END'
\b[a-zA-Z]{5}\b
^\w+
[a-z]+$
.+
(?<=the )[a-z]+
\b(\w+) \1\b
[0-9]+[-/:.][0-9]+
k?night|light
[A-Z][a-z]*(?= [a-z])
END
    grep -oxP '\w+ \w+' long >wanted
    turn wanted match -x -e '\w+ \w+' long
    grep -oF '(a' long >wanted
    turn wanted match -F -e '(a' long
else
    echo "without grep -P"
fi

if python3 -c 'import mmap, re' 2>/dev/null; then
    for file in long bytes.open; do
        python3 - $file <<'END' >wanted
import mmap, re, sys
with open(sys.argv[1], "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
    for match in re.finditer(rb"\b[a-zA-Z]{5}\b|[abc]{2,3}|\xE4?", text):
        sys.stdout.buffer.write(b"%d:%s\n" % (match.start(), match.group()))
END
        turn wanted match --bytes -b -e '\b[a-zA-Z]{5}\b|[abc]{2,3}|\xE4?' $file
    done
else
    echo "without python3"
fi

# Texts of their own.
if [ -d "$THRUM_CORPORA" ]; then
    find "$THRUM_CORPORA" -name '*.txt' -size -8192 | sort >files
    while read -r path; do
        cp "$path" corpus
        for pattern in '\b[a-zA-Z]{5}\b' '(?s)"[^"]*"|\p{Lu}.{3}|\p{Han}'; do
            ask_perl -e "$pattern" corpus
            turn plain match -e "$pattern" corpus
            once places match -H -n --column -b -e "$pattern" corpus
            once tally match --tally -e "$pattern" corpus
        done
    done <files
else
    echo "without corpora: THRUM_CORPORA is not set"
fi
finish
