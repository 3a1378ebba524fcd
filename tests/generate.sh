#!/bin/sh
# sh tests/generate.sh GENERATE: the generator's text is the same everywhere, of the size asked for, and grows at its end.
set -eu

generate=$1
while read -r script sum; do
    answer=$("$generate" 200K --seed 7 --script "$script" | cksum)
    [ "$answer" = "$sum" ] || { echo "$script: $answer, not $sum"; exit 1; }
done <<'END'
latin 245936861 204800
accented 3268032535 204800
cyrillic 568191720 204800
greek 1549224393 204800
han 3407930395 204800
mixed 591918554 204800
END

for size in 0 1 1000 1048577; do
    [ "$("$generate" "$size" | wc -c)" -eq "$size" ]
done
[ "$("$generate" 3M --types 50 | tr -cs "A-Za-z'" '\n' | tr A-Z a-z | sort -u | grep -c .)" -eq 50 ]
[ "$("$generate" 9999 | cksum)" = "$({ "$generate" 1M | head -c 9998; echo; } | cksum)" ]
for wrong in '' 10X -5 '10 20' '10 --script klingon' '10 --types 0' '10 --seed'; do
    status=0
    "$generate" $wrong >/dev/null 2>&1 || status=$? # the words are left to split
    [ "$status" -eq 2 ] || { echo "generate $wrong: exit status $status"; exit 1; }
done
