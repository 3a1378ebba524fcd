#!/bin/sh
# A file stays wholly old or wholly new when thrum replace is killed, two at once do not meet, and a full disk changes
# nothing: sh tests/differential/replace_killed.sh THRUM [ROUNDS]
. "$(dirname "$0")/common.sh"
case ${2:-none} in
*[!0-9]*) rounds=10 ;; # every test of this folder is given the same arguments
*) rounds=$2 ;;
esac

text kind ascii 100000 4
perl -e 'local $/; my $text = <STDIN>; print $text x 200' <kind >old
sed 's/e/E/g' old >new
sed 's/e/EE/g' old >longer
mkdir room

# How long one takes that is not killed.
seconds() {
    perl -MTime::HiRes=time -e 'my $begin = time; system @ARGV; printf "%.4f\n", time - $begin' "$@"
}

# killed SECONDS COMMAND...: kills it after so long.
killed() {
    perl -MTime::HiRes=sleep -e '
        my $seconds = shift;
        defined(my $child = fork) or die "fork: $!\n";
        if (!$child) { exec @ARGV or die "exec: $!\n" }
        sleep $seconds;
        kill 9, $child;
        waitpid $child, 0;' "$@" >/dev/null 2>&1
}

wrong() {
    n_different=$((n_different + 1))
    echo "DIFFERENT: $1"
}

# whole FILE NEW WHAT: it is the old text or the new one.
whole() {
    n_compared=$((n_compared + 1))
    if cmp -s old "$1"; then
        n_old=$((n_old + 1))
    elif cmp -s "$2" "$1"; then
        n_new=$((n_new + 1))
    else
        wrong "a mixture after $3"
    fi
}

# rounds_of NEW ARGUMENT...: kills at random moments.
rounds_of() {
    made=$1
    shift
    n_old=0 n_new=0 n_recovered=0
    cp old room/text
    longest=$(seconds "$thrum" "$@" room/text)
    cmp -s "$made" room/text || wrong "thrum$(quoted "$@")"
    i=0
    while [ $i -lt "$rounds" ]; do
        i=$((i + 1))
        cp old room/text
        moment=$(perl -e 'printf "%.4f\n", rand() * 1.1 * shift' "$longest")
        killed "$moment" "$thrum" "$@" room/text
        what="thrum$(quoted "$@"), killed after $moment s"
        if [ -e room/.text.thrum-undo ]; then
            n_recovered=$((n_recovered + 1))
            n_compared=$((n_compared + 1))
            cp room/text before
            "$thrum" replace --rewrite a b room/text >/dev/null 2>refusal && wrong "not refused after $what"
            grep -q -e --recover refusal || wrong "no word of --recover after $what"
            same before room/text "what is refused after $what"
            "$thrum" replace --recover room/text 2>messages || wrong "$(cat messages)"
        fi
        whole room/text "$made" "$what"
        [ ! -e room/.text.thrum-undo ] || wrong "a journal stays after $what"
        rm -f room/text room/.text.thrum-undo room/.thrum-*
    done
    echo "thrum$(quoted "$@"): $rounds killed, $n_recovered with a journal, $n_old old, $n_new new"
}

rounds_of new replace --in-place --no-sync -j 2 e E
rounds_of new replace --in-place -j 1 e E
rounds_of new replace --in-place --no-sync -j 2 --regex e E
rounds_of longer replace --rewrite --no-sync e EE

# Recovering may be killed too.
n_old=0 n_new=0 i=0
while [ $i -lt "$rounds" ]; do
    i=$((i + 1))
    cp old room/text
    moment=$(perl -e 'printf "%.4f\n", (0.5 + rand() / 2) * shift' "$longest")
    killed "$moment" "$thrum" replace --in-place -j 1 e E room/text
    killed "$(perl -e 'printf "%.4f\n", rand() / 20')" "$thrum" replace --recover --no-sync room/text
    status=0
    "$thrum" replace --recover --no-sync room/text 2>messages || status=$?
    [ $status -lt 2 ] || wrong "$(cat messages)"
    whole room/text new "two recoveries"
    rm -f room/text room/.text.thrum-undo
done

# Two at once: each is done, or refused by the lock of the other.
i=0
while [ $i -lt "$rounds" ]; do
    i=$((i + 1))
    cp old room/text
    "$thrum" replace --in-place --no-sync e E room/text 2>first &
    one=$!
    "$thrum" replace --rewrite --no-sync e EE room/text 2>second
    two=$?
    wait $one
    one=$?
    n_compared=$((n_compared + 1))
    case "$one $two" in
    '0 2') cmp -s new room/text && grep -q 'another process' second ;;
    '2 0') cmp -s longer room/text && grep -q 'another process' first ;;
    '0 1') cmp -s new room/text ;;
    '1 0') cmp -s longer room/text ;;
    *) false ;;
    esac || wrong "two at once, exit statuses $one $two: $(cat first second)"
    rm -f room/text
done

# A full disk: a small one of its own, where this user may mount; elsewhere the test of the library sets a limit.
mkdir small
if mount -t tmpfs -o size=24m none small 2>/dev/null; then
    trap 'umount "$work/small"; [ -n "$THRUM_KEEP" ] || { cd / && rm -rf "$work"; }' EXIT
    cp old small/text
    dd if=/dev/zero of=small/filler bs=1024 2>/dev/null
    : >nothing
    for way in --in-place --rewrite "--in-place --backup .bak" "--rewrite --backup .bak"; do
        status=0
        "$thrum" replace $way e E small/text 2>messages || status=$?
        [ $status -eq 2 ] && [ "$(wc -l <messages)" -eq 1 ] && grep -q 'No space' messages ||
            wrong "full disk, $way, exit status $status: $(cat messages)"
        same old small/text "full disk: $way"
        ls -A small | grep -v -x -e text -e filler >left
        same nothing left "what a full disk leaves: $way"
    done
    umount small
    trap '[ -n "$THRUM_KEEP" ] || { cd / && rm -rf "$work"; }' EXIT
else
    echo "without a full disk: no right to mount"
fi
finish
