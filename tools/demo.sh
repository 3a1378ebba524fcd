#!/bin/sh
# Builds thrum on a bare Debian 12 and shows it at work on the King James Bible. Runs from any folder.
set -eu

cd "$(dirname "$0")/.."
sh tools/packages.sh

echo "building build/release"
mkdir -p build/demo
cmake --preset release >build/demo/log 2>&1 && cmake --build --preset release >>build/demo/log 2>&1 || {
    cat build/demo/log
    exit 1
}
PATH=$PWD/build/release/bin:$PATH
bible -f 'gen1:1-rev22:21' >build/demo/kjv.txt

# show WORD...: the command as it would be typed, its output, and the time that it took
show() {
    printf '\n$'
    for word in "$@"; do
        case $word in
        *[!A-Za-z0-9_./-]*) printf " '%s'" "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
    printf '\n'
    begin=$(date +%s%N)
    "$@"
    end=$(date +%s%N)
    echo "($(((end - begin) / 1000000)) ms)"
}

kjv=build/demo/kjv.txt
show thrum words -n 20 $kjv
show thrum match --tally --top 20 '\b[a-zA-Z]{5}\b' $kjv
show thrum match -c '\b[a-zA-Z]{5}\b' $kjv
show thrum count $kjv
show thrum words -n 20 data/chinese.txt

cat <<END

What else to try, in $PWD:
  PATH=$PWD/build/release/bin:\$PATH
  thrum words -n 20 --stopwords en build/demo/kjv.txt         the words that carry the meaning
  thrum words --format json -n 5 --include '*.txt' data       every text of a folder, as JSON
  thrum match -H -n --print '\$1' '(\w+)ing\b' data/*.txt      a group of each match, with file and line
  thrum match -j 1 -c '\bthe\b' build/demo/kjv.txt            one thread: the same answer
  build/release/data/generate 1G >/tmp/1g.txt                 a gigabyte of made-up text to time it on
  thrum --help
END
