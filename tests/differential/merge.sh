#!/bin/sh
# Counting in parts and merging the counts, and counting with little memory, against counting everything at once.
. "$(dirname "$0")/common.sh"

for i in 1 2 3 4 5 6 7; do
    text part$i white.open $((i * i * 400)) $i
    text long$i ascii 20000 $((i + 50))
    cat long$i >>part$i
done
text part8 broken 9000 8
: >part9
all='part1 part2 part3 part4 part5 part6 part7 part8 part9'

# count_all OPTION...: the list and the count file of all parts.
count_all() {
    "$thrum" words "$@" --save all.zst $all >wanted || exit 2
}

# With little memory: the same list and the same count file. How words are made, and then how they are listed.
memory() {
    count_all "$@"
    for n_threads in $all_threads; do
        for chunk in 64 4096 4M; do
            for bytes in 1 64K 1M; do
                [ "$chunk$bytes" != 641 ] || [ "$n_threads" = 3 ] || continue
                check wanted words "$@" -j $n_threads --chunk-size $chunk --memory $bytes --save got.zst $all
                same all.zst got.zst "words $* -j $n_threads --chunk-size $chunk --memory $bytes --save"
            done
        done
    done
}
memory
memory --documents
memory --sort word --documents
memory --ngrams 3 --skip 2
memory --token space --case keep --ngrams 2 --documents
memory --token ascii -n 20 --min-length 3 --stopwords en
memory --sort word -n 33 --min-count 2
memory -i -e '\b[a-m]\w+' --documents
memory -e '\w+' --ngrams 2 --max-length 4
memory --normalize nfkc

# groups OPTION...: the parts are counted alone, by the options up to --, and merged in groups and orders, by the
# options behind it.
groups() {
    counting= listing= seen=
    for option; do
        if [ "$option" = -- ]; then
            seen=yes
        elif [ -z "$seen" ]; then
            counting="$counting $option"
        else
            listing="$listing $option"
        fi
    done
    # The options are left to split, here and below.
    count_all $counting $listing
    for part in $all; do
        "$thrum" words $counting --save $part.zst $part >/dev/null || exit 2
    done
    for memory in 1 64K 1G; do
        for order in 'part1 part2 part3 part4 part5 part6 part7 part8 part9' \
            'part9 part3 part8 part1 part5 part7 part2 part6 part4'; do
            files=$(for part in $order; do echo $part.zst; done)
            for n_threads in $all_threads; do
                check wanted merge $listing -j $n_threads --memory $memory --save got.zst $files
                same all.zst got.zst "merge $counting $listing -j $n_threads --memory $memory --save $order"
            done
            set -- $files
            "$thrum" merge --memory $memory --save two.zst $1 $2 >/dev/null || exit 2
            "$thrum" merge --memory $memory --save four.zst $4 two.zst $3 >/dev/null || exit 2
            "$thrum" merge --memory $memory --save five.zst $5 $6 $7 $8 $9 >/dev/null || exit 2
            check wanted merge $listing --memory $memory --save got.zst five.zst four.zst
            same all.zst got.zst "merge $counting, in groups of $order"
            check wanted merge $listing --memory $memory --save got.zst - five.zst <four.zst
            same all.zst got.zst "merge $counting, standard input, in groups of $order"
        done
    done
    zstd -dq all.zst -c | sed 1d | cut -f 1,2 >rows
    zstd -dq $(for part in $all; do echo $part.zst; done) -c | grep -av '^#thrum	' |
        perl -ne '/^(.*?)\t(\d+)\t/s or die; $n{$1} += $2; END { print "$_\t$n{$_}\n" for sort { un($a) cmp un($b) } keys %n }
                  sub un { my $s = shift; $s =~ s/\\(.)/$1 eq "t" ? "\t" : $1 eq "n" ? "\n" : $1/ge; $s }' >sums
    same rows sums "zstdcat of the files of $counting, added up"
}
need zstd
groups --
groups --documents -- --documents --sort word
groups --token space --case keep -- -n 40
groups --ngrams 2 --documents -- --documents --min-count 2 --stopwords en
groups -e '\w\W' -- --sort word -n 5

# More files than may be open at once.
mkdir many
i=0
while [ $i -lt 300 ]; do
    printf 'w%s w%s common\n' $((i % 7)) $((i % 100)) >many/$i
    i=$((i + 1))
done
find many -type f | sort >names
"$thrum" words --documents --save all.zst many >wanted || exit 2
i=0
mkdir counts
while [ $i -lt 300 ]; do
    "$thrum" words -j 1 --documents --save counts/$i many/$i >/dev/null || exit 2
    i=$((i + 1))
done
for memory in 1 16M 1G; do
    check wanted merge --documents -j 3 --memory $memory --save got.zst counts
    same all.zst got.zst "merge --memory $memory of 300 files"
done
finish
