#!/usr/bin/perl
# perl texts.pl KIND BYTES SEED: about so many bytes of made-up text, the same each time.
#
# KIND is one of the kinds below; changes may follow it, each after a point:
#   crlf     lines end with CR LF         endless  there are no line ends
#   ends     lines end in all ways        solid    there are no spaces either
#   open     the last line has no end
use strict;
use warnings;
use utf8;

my ($kind, @changes) = split /\./, shift;
my ($n_bytes, $seed) = @ARGV;
srand $seed;

sub pick { return $_[rand @_] }

# So many characters of the given ones.
sub run_of { my ($most, @characters) = @_; return join '', map { pick(@characters) } 0 .. rand $most }

my @english = qw(the The THE a A I of and to in is was that it he she Quixote Sancho Panza knight windmill horse night
    light three whole house world Their there don't can't it's foo_bar x1 e2 _ __ ___ e-mail a.b.c U.S.A www.example.org
    x@y.z 3.14 10:30 a:b 2024-05-17 1999-12-31 17/05/2024 0xFF key=value naive running sing ring thing
    bookkeeper aaa abab xyzzy internationalization);
my @phrases = ('1,000', '1.000,5', 'the the', 'that that', '(a (b) c)', '"quoted words"', '((', '))', 'foo  bar', '<b>bold</b>', '{"k":"v"}',
    'back\\slash', '$5.00', '100%', 'what?!', '...', '--', '[1]', "it''s", "'tis", "a'1");
my @gaps = ((' ') x 12, "\n", "\n", ', ', '. ', '; ', "\t", '  ', "\n\n", '-', '');

my @letters = (
    [map { chr } 0xC0 .. 0xD6, 0xD8 .. 0xDE, 0xE0 .. 0xF6, 0xF8 .. 0xFF, 0x100 .. 0x12F, ord 'a' .. ord 'z'],
    [map { chr } 0x391 .. 0x3A1, 0x3A3 .. 0x3A9, 0x3B1 .. 0x3C1, 0x3C3 .. 0x3C9],
    [map { chr } 0x410 .. 0x44F], [map { chr } 0x5D0 .. 0x5EA], [map { chr } 0x4E00 .. 0x4E40],
    [map { chr } 0x3042 .. 0x3052], [map { chr } 0x30A2 .. 0x30B2], [map { chr } 0xAC00 .. 0xAC20]);
my @accented = ('café', 'École', 'naïve', 'Ænima', 'Ωμέγα', 'ΑΒΓ', 'Москва', 'Щука', 'שלום', '中文', '東京', 'あいう', 'カナ',
    '한국', '😀', '🎉🎉', '—', '“x”', '…', '€5', '、', '。');

my @thai = ('ภาษาไทย', 'ประเทศ', 'การ', 'ความ', 'ที่', 'เป็น', 'ของ', 'ๆ', 'กรุงเทพมหานคร', 'ก', 'น้ำ');
my @khmer = ('ភាសាខ្មែរ', 'កម្ពុជា', 'មនុស្ស', 'និង', 'ដែល', 'ក', '។');
my @lao = ('ພາສາລາວ', 'ປະເທດ', 'ແລະ', 'ທີ່', 'ຄົນ', 'ກ');
my @burmese = ('မြန်မာ', 'ဘာသာ', 'သည်', 'နှင့်', 'များ', 'လူ', 'က', '။');
my @cjk = ('中华人民共和国', '我们', '的', '研究生命', '東京都', 'です', 'これは', 'コンピュータ', 'ﾊﾝｶｸ', '私', '々', 'ー', 'ーー', '゛', 'ｰ', '〱', '゠', '한', '：', '（', '）', '，', '！');
my @odd = ("e\x{301}", "\x{301}", "\x{308}\x{301}", "n\x{303}", "\x{5D0}\x{5B7}", "\x{5E6}\x{5F4}\x{5DC}", "\x{5D2}'",
    "\x{200D}", "\x{200B}", "\x{200C}", "\x{FE0F}", "\x{AD}", "\x{A0}", "\x{2028}", "\x{2029}", "\x{85}", "\x{FEFF}",
    "\x{1F468}\x{200D}\x{1F469}\x{200D}\x{1F467}", "\x{1F1EB}\x{1F1F7}", "\x{1F1E9}", "1\x{FE0F}\x{20E3}",
    "\x{1F44D}\x{1F3FD}", "\x{10400}\x{10428}", "\x{1D400}x", "Stra\x{DF}e", "\x{17F}", "\x{FB01}n", "\x{149}",
    "\x{130}stanbul", "\x{390}", "\x{1E9E}", "\x{3A3}\x{3AF}\x{3C3}\x{3C5}\x{3C6}\x{3BF}\x{3C2}", "K\x{212A}",
    "\x{930}\x{93E}\x{937}\x{94D}\x{91F}\x{94D}\x{930}", "\x{645}\x{64F}\x{62D}\x{64E}", "\x{640}", "\x{1100}\x{1161}",
    "\x{FF21}\x{FF22}", "\x{2160}", "\x{B2}", "\x{BD}", "\x{BA}", "a\x{B7}b", "l\x{2019}eau", "a\x{2024}b", "x\x{203F}y",
    "\x{661}\x{662}", "5\x{2032}", "\x{20000}\x{20001}", "\x{1950}\x{1951}", "\x{1980}",
    "\x{1A20}", "\x{AA80}_", "\x{11700}", "\x{FFFD}", "\x{10FFFF}", "\x{0}", "\x{1B}[0m", "\x{7F}", "\x{B}");
my @broken = ("\xFF", "\xFE", "\xC3", "\x80", "\xBF\xBF", "\xF0\x9F\x98", "\xC0\x80", "\xED\xA0\x80", "\xE4\xB8",
    "\xF5\x80\x80\x80", "\xF4\x90\x80\x80", "\xE0\x80\xAF", "\xC3(", "a\x80b", "\xE0\xB8", "e\xCC");

sub ascii { return rand() < 0.2 ? pick(@phrases) : pick(@english) }
sub letters { return rand() < 0.4 ? pick(@accented) : rand() < 0.5 ? run_of(6, @{ pick(@letters) }) : ascii() }

sub mixed {
    my $draw = rand;
    return letters() if $draw < 0.3;
    return run_of(8, @thai) if $draw < 0.4;
    return run_of(8, @khmer) if $draw < 0.48;
    return run_of(8, @lao) if $draw < 0.56;
    return run_of(8, @burmese) if $draw < 0.64;
    return run_of(8, @cjk) if $draw < 0.75;
    return run_of(3, map { chr } 0xE01 .. 0xE3A, 0xE40 .. 0xE4E) if $draw < 0.78;
    return run_of(4, map { chr } 0x1000 .. 0x103E) if $draw < 0.8;
    return pick(@odd) . (rand() < 0.3 ? pick(@odd) : '');
}

my %kinds = (
    ascii   => sub { return ascii() . pick(@gaps) },
    letters => sub { return letters() . pick(@gaps) },
    mixed   => sub { return mixed() . (rand() < 0.5 ? pick(@gaps) : '') },
    broken  => sub { return mixed() . (rand() < 0.5 ? pick(@gaps) : '') },
    # White space of every kind and none between, for the rules that look at bytes.
    white   => sub { return run_of(6, 'a' .. 'e', 'A' .. 'E', '0', "'") . pick(' ', "\n", "\t", "\x0B", "\f", "\r", ' ', "\r\n") },
    bytes   => sub { return rand() < 0.5 ? run_of(8, 'a' .. 'c') : pick(map { chr } 0 .. 255) },
);
my $piece = $kinds{$kind} or die "texts.pl: no kind '$kind'\n";

my $text = '';
while (length $text < $n_bytes) {
    my $more = $piece->();
    utf8::encode($more) if $kind ne 'bytes';
    $more = pick(@broken) . $more if $kind eq 'broken' && rand() < 0.15;
    $text .= $more;
}
$text .= "\n" if $text !~ /\n\z/;

my %change = (
    crlf    => sub { $text =~ s/\n/\r\n/g },
    ends    => sub { $text =~ s/\n/pick("\n", "\r\n", "\r", "\n\r")/ge },
    open    => sub { $text =~ s/[\r\n]+\z// },
    endless => sub { $text =~ tr/\r\n/  / },
    solid   => sub { $text =~ tr/\r\n\t //d },
);
for my $name (@changes) {
    die "texts.pl: no change '$name'\n" unless $change{$name};
    $change{$name}->();
}
binmode STDOUT;
print $text;
