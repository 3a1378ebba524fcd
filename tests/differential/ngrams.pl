#!/usr/bin/perl
# perl ngrams.pl [OPTION]... FILE...: the list that thrum words prints with the same options, made the plain way. Each
# file holds the words of one input, one a line.
use strict;
use warnings;

my %option = ('--ngrams' => 1, '--skip' => 0);
my $documents = 0;
while (@ARGV && $ARGV[0] =~ /^--/) {
    my $name = shift;
    $documents = 1, next if $name eq '--documents';
    $option{$name} = shift;
}

sub folded {
    my ($word) = @_;
    $word =~ tr/A-Z/a-z/ unless ($option{'--case'} // '') eq 'keep';
    return $word;
}

sub lines_of {
    my ($path) = @_;
    open my $file, '<', $path or die "$path: $!\n";
    my @lines = <$file>;
    chomp @lines;
    return grep { !/^#/ } @lines;
}

my (%lemma, %is_stopword);
if (defined $option{'--lemmas'}) {
    for (lines_of($option{'--lemmas'})) {
        my ($form, $lemma) = map { folded($_) } split /\t/;
        $lemma{$form} //= $lemma;
    }
}
$is_stopword{ folded($_) } = 1 for defined $option{'--stopwords'} ? lines_of($option{'--stopwords'}) : ();
my $least = $option{'--length'} // $option{'--min-length'} // 0;
my $most = $option{'--length'} // $option{'--max-length'} // 9e15;

# All ways to choose n of the places from .. to, in order.
sub choices {
    my ($n, $from, $to) = @_;
    return [] if $n == 0;
    return map { my $first = $_; map { [$first, @$_] } choices($n - 1, $first + 1, $to) } $from .. $to;
}

my ($total, %count, %documents, %words) = (0);
my $others = $option{'--ngrams'} - 1;
for my $path (@ARGV) {
    open my $file, '<', $path or die "$path: $!\n";
    my @words = map { chomp; $lemma{$_} // $_ } <$file>;
    my %seen;
    for my $i (0 .. $#words) {
        my $last = $i + $others + $option{'--skip'};
        $last = $#words if $last > $#words;
        for my $places (choices($others, $i + 1, $last)) {
            my $gram = join ' ', @words[$i, @$places];
            $words{$gram} = [@words[$i, @$places]];
            $count{$gram}++;
            $seen{$gram} = 1;
            $total++;
        }
    }
    $documents{$_}++ for keys %seen;
}

sub is_listed {
    my ($gram) = @_;
    return 0 if $count{$gram} < ($option{'--min-count'} // 0);
    for my $word (@{ $words{$gram} }) {
        my $n_characters = () = $word =~ /[^\x80-\xBF]/g;
        return 0 if $n_characters < $least || $n_characters > $most || $is_stopword{$word};
    }
    return 1;
}

my @rows = sort { $count{$b} <=> $count{$a} || $a cmp $b } grep { is_listed($_) } keys %count;
my (%rank, $place, $last);
for my $gram (@rows) {
    $place++;
    $rank{$gram} = defined $last && $count{$gram} == $count{$last} ? $rank{$last} : $place;
    $last = $gram;
}
@rows = sort @rows if ($option{'--sort'} // 'count') eq 'word';
splice @rows, $option{'--top'} if $option{'--top'} && @rows > $option{'--top'};

# Parts of the whole with two decimals, halves up.
sub share {
    my ($part, $scale) = @_;
    use integer;
    my $hundredths = ($part * $scale * 100 + $total / 2) / $total;
    return sprintf '%d.%02d', $hundredths / 100, $hundredths % 100;
}

print "rank\tword\tcount\tper_million\tcumulative_percent", $documents ? "\tdocuments" : '', "\n";
my %escape = ("\t" => '\t', "\n" => '\n', '\\' => '\\\\');
my $seen = 0;
for my $gram (@rows) {
    $seen += $count{$gram};
    (my $word = $gram) =~ s/([\t\n\\])/$escape{$1}/g;
    print join("\t", $rank{$gram}, $word, $count{$gram}, share($count{$gram}, 1_000_000), share($seen, 100)),
        $documents ? "\t$documents{$gram}" : '', "\n";
}
