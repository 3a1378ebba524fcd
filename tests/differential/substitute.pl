#!/usr/bin/perl
# perl substitute.pl [--regex] [--bytes] [-i] OLD NEW FILE: Perl's s///g over the whole file, as thrum replace does it
# with the same options. Prints the new text; writes the number of replacements into the file `count`.
use strict;
use warnings;

my ($is_regex, $is_bytes, $caseless) = (0, 0, 0);
while (@ARGV > 3) {
    my $option = shift;
    if ($option eq '--regex') { $is_regex = 1 }
    elsif ($option eq '--bytes') { $is_bytes = 1 }
    elsif ($option eq '-i') { $caseless = 1 }
    else { die "substitute.pl: no option '$option'\n" }
}
my ($old, $new, $path) = @ARGV;
open my $file, '<:raw', $path or die "$path: $!\n";
my $text = do { local $/; <$file> } // '';
close $file;
if (!$is_bytes) {
    utf8::decode($_) || die "substitute.pl: not UTF-8\n" for $text, $old, $new;
}

# The template's parts: texts, and groups by name or by number.
my @parts;
if ($is_regex) {
    my %meaning = (t => "\t", n => "\n", r => "\r", 0 => "\0", '\\' => '\\');
    while ($new =~ /\G(?:\$\{([A-Za-z_]\w*)\}|\$\{?(\d+)\}?|(\$\$)|\\(.)|([^\$\\]+))/gs) {
        push @parts, defined $1   ? [$1]
                   : defined $2 ? [undef, $2]
                   : defined $3 ? '$'
                   : defined $4 ? $meaning{$4}
                   :              $5;
    }
} else {
    @parts = ($new);
}

sub expanded {
    my ($subject) = @_;
    my $made = '';
    for my $part (@parts) {
        if (!ref $part) { $made .= $part; next }
        my ($name, $i) = @$part; # no match may be made here: it would take the place of the one that is replaced
        my $value = defined $name ? $+{$name} : defined $-[$i] ? substr($$subject, $-[$i], $+[$i] - $-[$i]) : undef;
        $made .= $value // '';
    }
    return $made;
}

my $pattern = $is_regex ? $old : quotemeta $old;
$pattern = "(?i)$pattern" if $caseless;
my $regex = $is_bytes ? qr/$pattern/m : qr/$pattern/mu;
my $whole = $text;
my $n = ($text =~ s/$regex/expanded(\$whole)/ge) || 0;
utf8::encode($text) unless $is_bytes;
binmode STDOUT;
print $text;
open my $count, '>', 'count' or die "count: $!\n";
print $count "$n\n";
