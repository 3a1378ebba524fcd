#!/bin/sh
# thrum find against Perl's index and rindex.
. "$(dirname "$0")/common.sh"
need perl

# expect TEXT FROM TO FILE: every mode of find, with every number of threads and every chunk size.
expect() {
    for mode in first last all count; do
        perl "$here/find.pl" $mode "$1" "$2" "$3" "$4" >wanted || { echo "find.pl failed" >&2; exit 2; }
        status_wanted=0
        if [ ! -s wanted ] || { [ $mode = count ] && [ "$(cat wanted)" = 0 ]; }; then
            status_wanted=1
        fi
        how=--$mode
        [ $mode != first ] || how=
        # No mode is no option.
        if [ "$3" = - ]; then
            $each wanted find $how --from "$2" "$1" "$4"
        else
            $each wanted find $how --from "$2" --to "$3" "$1" "$4"
        fi
    done
    status_wanted=0
}

: >empty
printf 'a' >one
perl -e 'print "a" x 3000' >alike
perl -e 'print "ab" x 1500' >pairs
perl -e 'print "aab" x 1000, "a" x 100, "aab" x 1000' >threes
perl -e 'srand 1; print join "", map { (qw(a b))[rand 2] } 1 .. 4000' >coins
perl -e 'srand 2; print "\0" x 999, pack("C*", map { int rand 256 } 1 .. 5000), "\0" x 999' >bytes
text prose ascii 9000 1
text letters letters 9000 2

for file in empty one alike pairs threes coins; do
    case $file in
    alike | coins) each=grid ;;
    *) each=turn ;;
    esac
    for sought in a b aa ab aaa aba aab abab baab aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab; do
        expect $sought 0 - $file
    done
done
each=turn
for file in alike threes coins; do
    for range in '0 0' '1 -' '5 2000' '1499 1502' '2999 3000' '7 100000' '100 50'; do
        for sought in a aa aba aabaab; do
            expect $sought $range $file
        done
    done
done
for sought in e the ' ' xyzzy 'of the ' ä ый; do
    expect "$sought" 0 - prose
    expect "$sought" 100 8000 letters
done

# Bytes that no argument can hold.
find_hex() { # HEX FILE
    perl -e 'exec "perl", $ARGV[0], "all", pack("H*", $ARGV[1]), 0, "-", $ARGV[2]' "$here/find.pl" "$1" "$2"
}
for sought in ff ff0a 0aff 4142; do
    find_hex $sought bytes >wanted
    status_wanted=0
    [ -s wanted ] || status_wanted=1
    turn wanted find --all --hex $sought bytes
done
perl -0777 -ne '$at = 0; while (($at = index($_, "\0\0\0\0", $at)) >= 0) { print "$at\n"; $at += 4 }' bytes >wanted
status_wanted=0
grid wanted find --all --hex 00000000 bytes
grid wanted find --all --escape '\0\0\0\x00' bytes
finish
