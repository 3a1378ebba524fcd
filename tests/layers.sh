#!/bin/sh
# The law of the layers: sh tests/layers.sh ROOT
#
# Refuses, in the sources below ROOT/src,
#   - an include from a layer of the library to a higher one, or to a folder that is none;
#   - an include of cli other than thrum/thrum.h, report and cli, or of report other than thrum/ and report;
#   - OpenMP and other threads outside src/run, PCRE2 outside src/pattern, ICU outside src/text, zstd outside
#     src/count, libarchive and zlib outside src/map;
#   - a call that opens or maps a file outside src/map/system.c.
# With --self-test before ROOT it plants breaches in a copy of src, one at a time, and sees each of them refused.
set -eu

check() { # check ROOT: prints breaches, fails if there are any
    (cd "$1" && find src -name '*.[ch]' | LC_ALL=C sort | xargs awk '
        BEGIN {
            n = split("base map text pattern count stats run", order, " ")
            for (i = 1; i <= n; i++)
                height[order[i]] = i
            owner["omp.h"] = owner["pthread.h"] = owner["threads.h"] = "run"
            owner["pcre2.h"] = "pattern"
            owner["unicode/"] = "text"
            owner["archive.h"] = owner["zlib.h"] = "map"
            owner["zstd.h"] = "count"
            opening = "open|openat|creat|fopen|freopen|fdopen|opendir|fdopendir|mmap|shm_open|mkstemp|mkostemp|" \
                      "tmpfile|popen|dlopen"
            breaches = 0
        }
        function refuse(why) {
            printf "%s:%d: %s\n", FILENAME, FNR, why
            breaches++
        }
        # The line without comments and without what stands in quotes.
        function code_of(line,    out, rest) {
            out = ""
            while (line != "") {
                if (in_comment) {
                    if (!match(line, /\*\//))
                        return out
                    line = substr(line, RSTART + 2)
                    in_comment = 0
                } else if (match(line, /\/\*|\/\/|"(\\.|[^"\\])*"|\047(\\.|[^\047\\])*\047/)) {
                    out = out substr(line, 1, RSTART - 1) " "
                    rest = substr(line, RSTART, 2)
                    line = substr(line, RSTART + RLENGTH)
                    if (rest == "//")
                        return out
                    in_comment = rest == "/*"
                } else {
                    return out line
                }
            }
            return out
        }
        function check_quoted(name,    to) {
            to = name
            if (!sub(/\/.*/, "", to))
                return # a header beside the file
            if (layer == "cli") {
                if (name != "thrum/thrum.h" && to != "report" && to != "cli")
                    refuse("cli includes " name)
            } else if (to != "thrum" && to != layer) {
                if (layer == "report" || layer == "stats" || !(to in height))
                    refuse(layer " includes " name)
                else if (height[to] > height[layer])
                    refuse(layer " includes " name ", a higher layer")
            }
        }
        function check_system(name,    header) {
            for (header in owner)
                if (index(name, header) == 1 && layer != owner[header])
                    refuse("<" name "> belongs to src/" owner[header])
        }
        FNR == 1 {
            in_comment = 0
            layer = FILENAME
            sub(/^src\//, "", layer)
            if (!sub(/\/.*/, "", layer))
                layer = ""
            if (!(layer in height) && layer != "cli" && layer != "report")
                refuse("src/" layer " is no layer")
        }
        /^[ \t]*#[ \t]*include[ \t]*["<]/ {
            name = $0
            sub(/^[^"<]*/, "", name)
            quoted = substr(name, 1, 1) == "\""
            name = substr(name, 2)
            sub(/[">].*/, "", name)
            if (quoted)
                check_quoted(name)
            else
                check_system(name)
            next
        }
        {
            code = " " code_of($0)
            if (layer != "run" && code ~ /#[ \t]*pragma[ \t]+omp|_Pragma|[^A-Za-z0-9_](omp|pthread|thrd)_[a-z]/)
                refuse("threads belong to src/run")
            if (FILENAME != "src/map/system.c" && code ~ ("[^A-Za-z0-9_.>](" opening ")[ \t]*\\("))
                refuse("files are opened in src/map/system.c")
        }
        END { exit breaches > 0 }
    ')
}

# plant FILE LINE: the copy of src with the line added to the file is refused
plant() {
    rm -rf "$copy"
    mkdir "$copy"
    cp -R "$root/src" "$copy/src"
    mkdir -p "$(dirname "$copy/$1")"
    printf '%s\n' "$2" >>"$copy/$1"
    if breaches=$(check "$copy") || [ "$(printf '%s\n' "$breaches" | wc -l)" -ne 1 ]; then
        printf 'not refused, or not once: %s: %s\n%s\n' "$1" "$2" "$breaches"
        failed=1
    fi
}

# allow FILE LINE: the copy with the line added passes
allow() {
    rm -rf "$copy"
    mkdir "$copy"
    cp -R "$root/src" "$copy/src"
    mkdir -p "$(dirname "$copy/$1")"
    printf '%s\n' "$2" >>"$copy/$1"
    if ! check "$copy"; then
        printf 'refused wrongly: %s: %s\n' "$1" "$2"
        failed=1
    fi
}

self_test() {
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    copy=$work/copy
    failed=0
    plant src/base/planted.c '#include "text/token.h"'
    plant src/text/planted.c '#include "run/parallel.h"'
    plant src/count/planted.h '  #  include "run/parallel.h"'
    plant src/stats/planted.c '#include "base/error.h"'
    plant src/run/planted.c '#include "report/format.h"'
    plant src/report/planted.c '#include "../run/parallel.h"'
    plant src/report/planted.c '#include "count/word_table.h"'
    plant src/cli/planted.c '#include "run/parallel.h"'
    plant src/cli/planted.c '#include "thrum/words.h"'
    plant src/count/planted.c '#include <omp.h>'
    plant src/count/planted.c '#pragma omp parallel for'
    plant src/map/planted.c 'int n = omp_get_num_threads();'
    plant src/count/planted.c '#include <unicode/ubrk.h>'
    plant src/run/planted.c '#include <pcre2.h>'
    plant src/map/planted.c '#include <zstd.h>'
    plant src/map/planted.c 'int fd = open(path, O_RDONLY);'
    plant src/cli/planted.c 'FILE *file = /* why */ fopen (path, "r");'
    plant src/elsewhere.c 'int n;'
    allow src/run/planted.c '#include "text/token.h"
#include "run/parallel.h"
#include "thrum/run.h"
#include <omp.h>'
    allow src/cli/planted.c '#include "thrum/thrum.h"
#include "report/format.h"
#include "cli/options.h"
#include "options.h"'
    allow src/map/system.c 'int fd = open(path, O_RDONLY);'
    allow src/map/planted.c 'int a = thrum_mapping_open(path) + api->open(path); // open(path)
const char *text = "open(\"path\")"; /* open(path)
 * mmap(path) */'
    return $failed
}

if [ "$1" = --self-test ]; then
    root=$2
    check "$root" >/dev/null || { echo "breaches without a planted one"; exit 1; }
    self_test
else
    check "$1"
fi
