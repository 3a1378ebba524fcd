#!/usr/bin/perl
# The offsets of a text as Perl's index and rindex find them: the oracle of find.sh.
#
#   perl find.pl first|last|all|count TEXT FROM TO FILE
#
# The text is looked for in what lies between the offsets; TO may be - for the end.
use strict;
use warnings;

my ($mode, $text, $from, $to, $path) = @ARGV;
open(my $file, '<:raw', $path) or die "$path: $!";
my $bytes = do { local $/; <$file> } // '';
$bytes = substr($bytes, 0, $to) if $to ne '-' && $to < length $bytes;
if ($from > length $bytes) {
    print "0\n" if $mode eq 'count';
    exit;
}
if ($mode eq 'last') {
    my $at = rindex($bytes, $text);
    print "$at\n" if $at >= $from;
    exit;
}
my ($n, $at) = (0, $from);
while (($at = index($bytes, $text, $at)) >= 0) {
    $n++;
    print "$at\n" if $mode ne 'count';
    last if $mode eq 'first';
    $at += length $text;
}
print "$n\n" if $mode eq 'count';
