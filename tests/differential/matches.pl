#!/usr/bin/perl
# perl matches.pl [OPTION]... FILE: Perl's m//g over the whole file, as the files that thrum match shall print with the
# same options:
#
#   plain     the matches                         count    how many there are (-c)
#   places    with -H -n --column -b in front     chars    with -n --column -b, columns in characters
#   tally     --tally                             rows     --format tsv
#   print     --print, when it is among the options
#   folded    the matches case-folded, as thrum words -e takes them, where none has a line end
#
# Options: -e PATTERN, once or more, -i, -w, -x, -F, --bytes, --print TEMPLATE. Patterns that look at line ends (^ $ .)
# mean the same in both for texts whose lines end with LF alone.
use strict;
use warnings;
use feature 'fc';

my ($caseless, $whole_word, $whole_line, $literal, $is_bytes, $template, @patterns) = (0, 0, 0, 0, 0);
while (@ARGV > 1) {
    my $option = shift;
    if ($option eq '-e') { push @patterns, shift }
    elsif ($option eq '-i') { $caseless = 1 }
    elsif ($option eq '-w') { $whole_word = 1 }
    elsif ($option eq '-x') { $whole_line = 1 }
    elsif ($option eq '-F') { $literal = 1 }
    elsif ($option eq '--bytes') { $is_bytes = 1 }
    elsif ($option eq '--print') { $template = shift }
    else { die "matches.pl: no option '$option'\n" }
}
my $path = shift;
open my $file, '<:raw', $path or die "$path: $!\n";
my $text = do { local $/; <$file> } // '';
close $file;

sub decoded {
    my ($bytes) = @_;
    $is_bytes || utf8::decode($bytes) || die "matches.pl: '$bytes' is not UTF-8\n";
    return $bytes;
}

sub encoded {
    my ($characters) = @_;
    utf8::encode($characters) unless $is_bytes;
    return $characters;
}

# The match that starts first wins, at the same start the pattern given first: that is what alternatives do.
my $pattern = join '|', map {
    my $one = decoded($_);
    $one = quotemeta $one if $literal;
    $one = "(?<!\\w)(?:$one)(?!\\w)" if $whole_word;
    $one = "^(?:$one)\$" if $whole_line;
    @patterns > 1 ? "(?:$one)" : $one;
} @patterns;
$pattern = "(?i)$pattern" if $caseless;
my $regex = $is_bytes ? qr/$pattern/m : qr/$pattern/mu;
$text = decoded($text);

my %open;
for my $name (qw(plain count places chars tally rows print folded)) {
    open $open{$name}, '>:raw', $name or die "$name: $!\n";
}
my %escape = ("\t" => '\t', "\n" => '\n', '\\' => '\\\\');

sub escaped {
    my ($field) = @_;
    $field =~ s/([\t\n\\])/$escape{$1}/g;
    return $field;
}

print { $open{rows} } "file\tline\tcolumn\toffset\tmatch\n";
my ($n_matches, $at, $offset, $line, $line_at, $line_offset, %tally) = (0, 0, 0, 1, 0, 0);
while ($text =~ /$regex/g) {
    $n_matches++;
    my ($begin, $match) = ($-[0], encoded(substr $text, $-[0], $+[0] - $-[0]));
    my @groups = map { defined $-[$_] ? encoded(substr $text, $-[$_], $+[$_] - $-[$_]) : '' } 0 .. $#-;
    my %names = map { $_ => encoded($+{$_} // '') } keys %+;
    if (defined $template) {
        my $expanded = $template;
        my %simple = ('$$' => '$', '\t' => "\t", '\n' => "\n", '\\\\' => '\\');
        $expanded =~ s{(\$\$|\\.)|\$(?:([0-9]+)|\{([0-9]+)\}|\{(\w+)\})}
                      {defined $1 ? $simple{$1} : defined $4 ? $names{$4} // '' : $groups[$2 // $3] // ''}ge;
        print { $open{print} } "$expanded\n";
    }
    my $between = substr $text, $at, $begin - $at;
    my $newline = rindex $between, "\n";
    if ($newline >= 0) {
        $line += $between =~ tr/\n//;
        $line_at = $at + $newline + 1;
        $line_offset = $offset + length encoded(substr $between, 0, $newline + 1);
    }
    $offset += length encoded($between);
    $at = $begin;
    my ($column, $character) = ($offset - $line_offset + 1, $begin - $line_at + 1);
    # In columns a character stays one of UTF-8, also where patterns take every byte for one.
    $character = 1 + (substr($text, $line_at, $begin - $line_at) =~ tr/\x80-\xBF//c) if $is_bytes;
    print { $open{plain} } "$match\n";
    print { $open{places} } "$path:$line:$column:$offset:$match\n";
    print { $open{chars} } "$line:$character:$offset:$match\n";
    print { $open{rows} } join("\t", $path, $line, $column, $offset, escaped($match)), "\n";
    print { $open{folded} } encoded(fc decoded($match)), "\n" unless $is_bytes;
    $tally{$match}++;
}
print { $open{count} } "$n_matches\n";
print { $open{tally} } "count\tpercent\tmatch\n";
for my $match (sort { $tally{$b} <=> $tally{$a} || $a cmp $b } keys %tally) {
    use integer;
    my $hundredths = ($tally{$match} * 10000 + $n_matches / 2) / $n_matches;
    printf { $open{tally} } "%d\t%d.%02d\t%s\n", $tally{$match}, $hundredths / 100, $hundredths % 100, escaped($match);
}
close $_ || die "matches.pl: $!\n" for values %open;
