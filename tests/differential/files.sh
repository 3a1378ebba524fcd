#!/bin/sh
# Many inputs of every sort, against one run for each and against grep, wc, tr and uniq.
. "$(dirname "$0")/common.sh"
need wc mkfifo xargs find

# 2,000 small files in folders whose names sort otherwise than their paths, an empty one in every hundred, and three
# large ones among them.
perl -e '
    srand 1;
    my @folders = map { "tree/$_" } "a", "a-b", "a.b", "a/b", "B", "with space", "\xC3\xA9", "some", "some/deeper";
    my @words = qw(the The THE of Sancho knight light night a I x 12 3.5 thing sing);
    mkdir $_ or die "$_: $!\n" for "tree", @folders;
    for my $i (0 .. 2002) {
        my $path = sprintf "%s/%s%d", $folders[rand @folders], ("", "a", "-", "Z")[rand 4], $i;
        my $n_words = $i % 100 == 7 ? 0 : $i >= 2000 ? 30000 : rand 80;
        open my $file, ">", $path or die "$path: $!\n";
        print $file $words[rand @words], (" ", " ", ", ", "\n")[rand 4] for 1 .. $n_words;
        print $file "\n" if $i % 3;
        close $file or die "$path: $!\n";
    }' || exit 2
find tree -type f | sort >paths
find tree/some -type f | sort >some_paths
tr '\n' '\0' <paths >paths0
head -n 400 paths | tail -n 9 >few
text long ascii 70000 2
: >empty

# A tree at once.
{
    printf 'lines\twords\tchars\tbytes\tpath\n'
    xargs -0 wc -l -w -m -c <paths0 | perl -pe 's/^ *(\d+) +(\d+) +(\d+) +(\d+) /$1\t$2\t$3\t$4\t/'
} >wanted
turn wanted count --token space tree

xargs -0 perl -0777 -pe '$_ .= "\n"' <paths0 | tr A-Z a-z | tr -cs a-z '\n' | sed '/^$/d' | sort | uniq -c |
    perl "$here/list.pl" >wanted
turn wanted words --token ascii tree

if echo a | grep -oP 'a(?=$)' >/dev/null 2>&1; then
    for pattern in '\b[a-zA-Z]{5}\b' '^[a-z]+' '(?<=, )\w+$'; do
        xargs -0 grep -onbHP -e "$pattern" <paths0 >wanted
        turn wanted match -H -n -b -e "$pattern" tree
        wc -l <wanted | tr -d ' ' >counted
        turn counted match -c -e "$pattern" tree
        perl -ne 'chomp; if (@ARGV) { $n{(split /:/)[0]}++ } else { print "$_:", $n{$_} // 0, "\n" }' wanted paths >by_file
        turn by_file match --count-by-file -e "$pattern" tree
        sed -n '/:0$/!s/:[0-9]*$//p' by_file >with
        turn with match -l -e "$pattern" tree
        perl -ne 'print if m{/a[^/]*:\d+$}' by_file >wanted
        once wanted match --count-by-file -e "$pattern" --include 'a*' tree
        perl -ne 'print unless m{/[^/]*1[^/]*:\d+$} || m{^tree/B/}' by_file >wanted
        once wanted match --count-by-file -e "$pattern" --exclude '*1*' --exclude 'tree/B/*' tree
    done
else
    echo "without grep -P"
fi

# A folder of it against a run for each file.
: >counts
: >lists
: >matches
while IFS= read -r path; do
    "$thrum" count --no-header -j 1 -e 'th' -e '(?s)a.*?n' "$path" >>counts
    "$thrum" words --no-header --per-file -j 1 --top 5 "$path" >>lists
    "$thrum" match -H -n --column -b -j 1 -e '\w+ing|x*$' "$path" >>matches
done <some_paths
awk -F '\t' -v OFS='\t' '{ print; for (i = 1; i < NF; i++) n[i] += $i }
    END { for (i = 1; i < NF; i++) printf "%d\t", n[i]; print "total" }' counts >counted
turn counted count --no-header -e 'th' -e '(?s)a.*?n' tree/some
turn lists words --no-header --per-file --top 5 tree/some
turn matches match -H -n --column -b -e '\w+ing|x*$' tree/some

# In the order of the command line, whatever it is.
"$thrum" match -H -b -j 1 -e 'n\w+' long >matches.long
"$thrum" match -H -b -j 1 -e 'n\w+' tree/B >matches.B
cat matches.long matches.B matches.long >wanted
turn wanted match -H -b -e 'n\w+' long empty tree/B long empty

# Standard input, pipes, files of /proc, links; what is no file in a folder is left out.
"$thrum" match -H -b -j 1 -e 'n\w+' - <long >matches.input
sed 's/^-:/long:/' matches.input >renamed
same matches.long renamed "thrum match -H -b -j 1 -e 'n\\w+' - <long"
cat matches.B matches.input matches.long >wanted
for n_threads in $all_threads; do
    check wanted match -H -b -e 'n\w+' -j "$n_threads" --chunk-size 64 tree/B - long <long
    check matches.input match -H -b -e 'n\w+' -j "$n_threads" --chunk-size 7 <long
done

mkfifo pipe
sed 's/^long:/pipe:/' matches.long >matches.pipe
cat matches.long matches.pipe matches.B >wanted
for n_threads in $all_threads; do
    cat long >pipe &
    writer=$!
    check wanted match -H -b -e 'n\w+' -j "$n_threads" --chunk-size 100 long pipe tree/B
    kill "$writer" 2>/dev/null
    wait "$writer"
    cat long >pipe &
    writer=$!
    check matches.input match -H -b -e 'n\w+' -j "$n_threads" --chunk-size 4096 <pipe
    kill "$writer" 2>/dev/null
    wait "$writer"
done

mkdir folder folder/below folder/nothing
cp long folder/below/long
ln -s ../long folder/link
ln -s below folder/linked
ln -s long link
mv pipe folder/below/pipe
sed 's/^long:/folder\/below\/long:/' matches.long >wanted
turn wanted match -H -b -e 'n\w+' folder
sed 's/^long:/link:/' matches.long >wanted
turn wanted match -H -b -e 'n\w+' link
printf 'lines\twords\tchars\tbytes\tpath\n' >wanted
turn wanted count folder/nothing

if cat /proc/version >version 2>/dev/null && [ -s version ]; then
    printf '%d\t%d\t%d\t/proc/version\n' "$(wc -l <version)" "$(wc -w <version)" "$(wc -c <version)" >wanted
    "$thrum" count --no-header --token space -j 3 --chunk-size 7 /proc/version | cut -f 1,2,4,5 >got
    same wanted got 'thrum count --no-header --token space -j 3 --chunk-size 7 /proc/version | cut -f 1,2,4,5'
    { cat version && sed 's/ /  /g' version && cat version; } >wanted
    sed 's/ /  /g' version >wider
    turn wanted match -e '.+' /proc/version wider /proc/version
    printf 'Name:\nState:\n' >wanted
    turn wanted match -e '^(Name|State):' /proc/self/status
else
    echo "without /proc"
fi

# Inputs that fail leave the others done.
status_wanted=2
n_messages_wanted=1
cat matches.long matches.B >wanted
turn wanted match -H -b -e 'n\w+' long missing tree/B
turn wanted match -H -b -e 'n\w+' missing long tree/B
turn wanted match -H -b -e 'n\w+' long tree/B missing/too
n_messages_wanted=2
turn wanted match -H -b -e 'n\w+' long missing tree/B link/too
n_messages_wanted=1
: >wanted
check wanted match -e x missing
tr A-Z a-z <long | tr -cs a-z '\n' | sed '/^$/d' | sort | uniq -c | perl "$here/list.pl" >wanted
turn wanted words --token ascii missing long empty
printf '%d\t%d\t%d\t%d\tlong\n' "$(wc -l <long)" "$(wc -w <long)" "$(wc -c <long)" "$(wc -c <long)" >row
{ cat row row && perl -lne '@n = split /\t/; print join "\t", (map { 2 * $_ } @n[0 .. 3]), "total"' row; } >wanted
turn wanted count --no-header --token space long missing long

# Without the right to read. Root has it always, so another user does this.
chmod 755 "$work"
other=
if [ "$(id -u)" -ne 0 ]; then
    other=$thrum
elif setpriv --reuid=65534 --clear-groups "$thrum" --version >/dev/null 2>&1; then
    other=$work/other
    printf '#!/bin/sh\nexec setpriv --reuid=65534 --clear-groups "%s" "$@"\n' "$thrum" >other
    chmod 755 other
fi
if [ -n "$other" ]; then
    cp long folder/below/secret
    mkdir folder/shut
    cp long folder/shut/long
    chmod 0 folder/below/secret folder/shut
    thrum=$other
    sed 's/^long:/folder\/below\/long:/' matches.long >wanted.folder
    cat matches.B wanted.folder matches.long >wanted
    n_messages_wanted=2
    turn wanted match -H -b -e 'n\w+' tree/B folder long
    n_messages_wanted=1
    turn matches.long match -H -b -e 'n\w+' folder/below/secret long
    cat wanted.folder matches.long >wanted
    turn wanted match -H -b -e 'n\w+' folder/below long
    chmod 755 folder/shut
else
    echo "without unreadable files: this is root, and there is no other user"
fi
finish
