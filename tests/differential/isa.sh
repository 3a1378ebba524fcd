#!/bin/sh
# The same bytes under every instruction set: words by all rules, count and match, with every number of threads and chunk
# size, against the portable one on one thread in one chunk.
. "$(dirname "$0")/common.sh"
all_chunks='1 7 64 4096 4M'

isas=
for isa in portable avx2 avx512; do
    if THRUM_ISA=$isa "$thrum" count /dev/null >got 2>&1; then
        isas="$isas $isa"
    else
        echo "without $isa: $(cat got)"
    fi
done

for kind in ascii ascii.endless.open letters mixed broken.open bytes.open white; do
    text "$kind" "$kind" 3000 1
done
# Words of every length, at every offset in a block, some with NULs at their ends.
perl -e 'for my $n (1 .. 60) { print substr("abcdefghij" x 6, 0, $n), " ", "\xc3\xa9" x $n, " Q" x ($n % 3), "\n" }
    for my $n (0 .. 40) { print "x" x $n, "\0" x ($n % 3), " ", "x" x $n, " " }' >lengths
kinds='ascii ascii.endless.open letters mixed broken.open bytes.open white lengths'

# everywhere COMMAND ARGUMENT...: under each instruction set what the portable one prints.
everywhere() {
    command=$1
    shift
    THRUM_ISA=portable "$thrum" "$command" -j 1 "$@" >wanted || exit 2
    for isa in $isas; do
        THRUM_ISA=$isa
        export THRUM_ISA
        grid wanted "$command" "$@"
        unset THRUM_ISA
    done
}

# The kinds are left to split.
for rule in unicode ascii space; do
    for case in fold keep; do
        everywhere words --token $rule --case $case $kinds
    done
    everywhere count --token $rule $kinds
done
everywhere match --tally '\w+' $kinds
everywhere match --tally '\b[a-z]{5}\b' $kinds
finish
