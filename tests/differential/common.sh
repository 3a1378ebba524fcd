# What the differential tests share. Each is run as
#
#   sh tests/differential/NAME.sh THRUM [ICU_WORDS [GENERATE]]
#
# with the program, the oracle of Unicode words (icu_words.c) and the text generator (data/generate.c). A test sources
# this file, is then in an empty folder of its own, writes what an oracle says into a file and has it compared with what
# thrum prints. It ends with `finish`.
#
# THRUM_KEEP=1 keeps the folder, so that the command lines of differences can be repeated in it. THRUM_BRIEF=1, for
# builds that are slow, has numbers of threads and chunk sizes take turns where otherwise each meets each.

[ $# -ge 1 ] || { echo "usage: $0 THRUM [ICU_WORDS [GENERATE]]" >&2; exit 2; }
unset NO_COLOR POSIXLY_CORRECT OMP_NUM_THREADS
LC_ALL=C
export LC_ALL

absolute() {
    case $1 in
    /*) printf '%s\n' "$1" ;;
    *) printf '%s\n' "$PWD/$1" ;;
    esac
}

here=$(cd "$(dirname "$0")" && pwd) || exit 2
thrum=$(absolute "$1")
icu_words=${2:+$(absolute "$2")}
generate=${3:+$(absolute "$3")}
work=$(mktemp -d "${TMPDIR:-/tmp}/thrum-differential-XXXXXX") || exit 2
trap '[ -n "$THRUM_KEEP" ] || { cd / && rm -rf "$work"; }' EXIT
trap 'exit 2' HUP INT TERM

all_threads='1 2 3 8'
all_chunks='1 2 7 64 4096 4M'
n_compared=0
n_different=0
n_turns=0
n_met=0
status_wanted=0
n_messages_wanted=0

# need PROGRAM...: the test cannot run without them.
need() {
    for program; do
        command -v "$program" >/dev/null 2>&1 || { echo "skipped: there is no $program"; exit 77; }
    done
}

# text NAME KIND BYTES SEED: a made-up text.
text() {
    perl "$here/texts.pl" "$2" "$3" "$4" >"$1" || exit 2
}

quoted() {
    for argument; do
        case $argument in
        '' | *[!A-Za-z0-9_./=,:+-]*) printf " '%s'" "$(printf '%s\n' "$argument" | sed "s/'/'\\\\''/g")" ;;
        *) printf ' %s' "$argument" ;;
        esac
    done
}

# differ WHAT: tells how the files `expected` and `got` differ.
differ() {
    n_different=$((n_different + 1))
    [ "$n_different" -le 20 ] || return 0
    printf 'DIFFERENT: %s\n' "$1"
    diff -a "$2" "$3" | head -n 8 | cut -c 1-300 | sed 's/^/    /'
}

# same EXPECTED GOT WHAT: two files are equal.
same() {
    n_compared=$((n_compared + 1))
    cmp -s "$1" "$2" || differ "$3" "$1" "$2"
}

# check EXPECTED ARGUMENT...: thrum prints what is in the file EXPECTED, exits with $status_wanted and says
# $n_messages_wanted lines on standard error.
check() {
    expected=$1
    shift
    n_compared=$((n_compared + 1))
    status=0 n_messages=0
    "$thrum" "$@" >got 2>messages || status=$?
    [ ! -s messages ] || n_messages=$(wc -l <messages)
    if [ "$status" -ne "$status_wanted" ] || [ "$n_messages" -ne "$n_messages_wanted" ] || ! cmp -s "$expected" got; then
        differ "thrum$(quoted "$@")   (exit status $status of $status_wanted, messages $n_messages of $n_messages_wanted)" "$expected" got
        head -n 3 messages | cut -c 1-300 | sed 's/^/    /'
    fi
}

# takes_turn: true for one in four of the pairs of a number of threads and a chunk size, another one from grid to grid.
takes_turn() {
    n_met=$((n_met + 1))
    [ $((n_met / 4 % 4)) = $((n_met % 4)) ]
}

# grid EXPECTED COMMAND ARGUMENT...: check with every number of threads and every chunk size.
grid() {
    expected=$1 command=$2
    shift 2
    for n_threads in $all_threads; do
        for chunk in $all_chunks; do
            takes_turn || [ -z "$THRUM_BRIEF" ] || continue
            check "$expected" "$command" -j "$n_threads" --chunk-size "$chunk" "$@"
        done
    done
}

# turn EXPECTED COMMAND ARGUMENT...: check with every number of threads, each with one of the chunk sizes, which take
# turns from call to call.
turn() {
    expected=$1 command=$2
    shift 2
    n_turns=$((n_turns + 1))
    for n_threads in $all_threads; do
        once_more "$@"
    done
}

# once EXPECTED COMMAND ARGUMENT...: check once; threads and chunk sizes take turns.
once() {
    expected=$1 command=$2
    shift 2
    case $((n_turns / 6 % 4)) in
    0) n_threads=3 ;;
    1) n_threads=8 ;;
    2) n_threads=2 ;;
    3) n_threads=1 ;;
    esac
    once_more "$@"
}

once_more() {
    n_turns=$((n_turns + 1))
    case $((n_turns % 6)) in
    0) chunk=1 ;;
    1) chunk=2 ;;
    2) chunk=7 ;;
    3) chunk=64 ;;
    4) chunk=4096 ;;
    5) chunk=4M ;;
    esac
    check "$expected" "$command" -j "$n_threads" --chunk-size "$chunk" "$@"
}

finish() {
    [ "$n_different" -eq 0 ] || [ -z "$THRUM_KEEP" ] || echo "the texts are in $work"
    [ "$n_different" -eq 0 ] || [ -n "$THRUM_KEEP" ] || echo "THRUM_KEEP=1 keeps the folder of texts"
    echo "$n_compared comparisons, $n_different differences"
    [ "$n_different" -eq 0 ] || exit 1
    exit 0
}

need perl sort uniq
cd "$work" || exit 2
