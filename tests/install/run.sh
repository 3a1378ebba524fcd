#!/bin/sh
# sh tests/install/run.sh BUILD COMPILER: installs a build into a temporary prefix, builds the consumer against it in
# four ways and holds its answer against the installed program's.
set -eu

build=$1
compiler=$2
here=$(cd "$(dirname "$0")" && pwd)
text=$here/../../data/english.txt
pattern='\b[a-zA-Z]{5}\b'

case $(sed -n 's/^THRUM_SANITIZE:STRING=//p' "$build/CMakeCache.txt") in
'') ;;
*)
    echo "skipped: a sanitized library needs a sanitized consumer"
    exit 77
    ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
cmake --install "$build" --prefix "$prefix" >"$work/log" || { cat "$work/log"; exit 1; }
libraries=$(dirname "$(find "$prefix" -name libthrum.a)")
expected=$("$prefix/bin/thrum" match -c "$pattern" "$text")
echo "thrum match -c: $expected"
[ "$expected" -gt 0 ]

compare() { # compare NAME PROGRAM
    answer=$(LD_LIBRARY_PATH=$libraries "$2" "$pattern" "$text")
    echo "$1: $answer"
    [ "$answer" = "$expected" ]
}

cmake -S "$here" -B "$work/consumer" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$compiler" \
    -DCMAKE_BUILD_TYPE=Release >"$work/log" 2>&1 &&
    cmake --build "$work/consumer" >>"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
compare "find_package, shared" "$work/consumer/consumer_shared"
compare "find_package, static" "$work/consumer/consumer_static"

# The example of pulling matches prints what the program prints.
"$prefix/bin/thrum" match -H -n --column "$pattern" "$text" >"$work/told"
"$work/consumer/pull" "$pattern" "$text" >"$work/pulled"
cmp "$work/told" "$work/pulled"
echo "pull: $(wc -l <"$work/pulled") matches, the same"

# The example of all that can be done with a mapped file checks what it does.
"$work/consumer/mapped" "$text" "$work/mapped"
echo "mapped: as it should be"

# The example of a parent and its children counts what the program counts, however many they are.
lines=$("$prefix/bin/thrum" count --no-header --format tsv "$text" | cut -f 1)
for children in 1 3 64; do
    [ "$("$work/consumer/fork" "$text" "$children")" = "$lines" ]
done
echo "fork: $lines lines, the same"

flags() { # the words are left to split into options
    PKG_CONFIG_PATH=$libraries/pkgconfig pkg-config "$@" thrum
}
"$compiler" -std=c11 -o "$work/shared" "$here/consumer.c" $(flags --cflags --libs)
compare "pkg-config, shared" "$work/shared"

# Without the shared library in the way, -lthrum is the static one.
find "$libraries" -name 'libthrum.so*' -exec rm {} +
"$compiler" -std=c11 -o "$work/static" "$here/consumer.c" $(flags --cflags --libs --static)
compare "pkg-config, static" "$work/static"
