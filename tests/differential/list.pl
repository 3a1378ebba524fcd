#!/usr/bin/perl
# perl list.pl [OPTION]...: turns "count word" lines, as sort | uniq -c prints them, into the list that thrum words
# prints with the same options.
use strict;
use warnings;

my (%option, %is_stopword);
while (@ARGV) {
    my $name = shift;
    $option{$name} = shift;
}
if (defined $option{'--stopwords'}) {
    open my $file, '<', $option{'--stopwords'} or die "$option{'--stopwords'}: $!\n";
    while (my $word = <$file>) {
        chomp $word;
        $word =~ tr/A-Z/a-z/ unless ($option{'--case'} // '') eq 'keep';
        $is_stopword{$word} = 1 unless $word =~ /^#/;
    }
}
my $least = $option{'--length'} // $option{'--min-length'} // 0;
my $most = $option{'--length'} // $option{'--max-length'} // 9e15;

my ($total, @rows) = (0);
while (my $line = <STDIN>) {
    my ($count, $word) = $line =~ /^ *([0-9]+) (.*)\n\z/s or die "list.pl: what is '$line'?\n";
    $total += $count;
    my $n_characters = () = $word =~ /[^\x80-\xBF]/g;
    next if $count < ($option{'--min-count'} // 0) || $n_characters < $least || $n_characters > $most;
    push @rows, { count => $count, word => $word } unless $is_stopword{$word};
}

@rows = sort { $b->{count} <=> $a->{count} || $a->{word} cmp $b->{word} } @rows;
my ($rank, $place, $last) = (0, 0, 0);
for my $row (@rows) {
    $place++;
    $rank = $place if $row->{count} != $last;
    $last = $row->{count};
    $row->{rank} = $rank;
}
@rows = sort { $a->{word} cmp $b->{word} } @rows if ($option{'--sort'} // 'count') eq 'word';
splice @rows, $option{'--top'} if $option{'--top'} && @rows > $option{'--top'};

# Parts of the whole with two decimals, halves up.
sub share {
    my ($part, $scale) = @_;
    use integer;
    my $hundredths = ($part * $scale * 100 + $total / 2) / $total;
    return sprintf '%d.%02d', $hundredths / 100, $hundredths % 100;
}

my $file = defined $option{'--file'} ? "$option{'--file'}\t" : '';
print $option{'--file'} ? "file\t" : '', "rank\tword\tcount\tper_million\tcumulative_percent\n"
    unless $option{'--no-header'};
my %escape = ("\t" => '\t', "\n" => '\n', '\\' => '\\\\');
my $seen = 0;
for my $row (@rows) {
    $seen += $row->{count};
    (my $word = $row->{word}) =~ s/([\t\n\\])/$escape{$1}/g;
    print $file, join("\t", $row->{rank}, $word, $row->{count}, share($row->{count}, 1_000_000), share($seen, 100)), "\n";
}
