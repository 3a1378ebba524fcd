#!/bin/sh
# The portable kernel and the table of words on 64-bit Arm: tests/arm/run.sh SOURCE_FOLDER
#
# What needs neither ICU nor PCRE2 is built by a cross compiler and run in an emulator. Without them: 77, skipped.
[ $# -eq 1 ] || { echo "usage: $0 SOURCE_FOLDER" >&2; exit 2; }
compiler=aarch64-linux-gnu-gcc
emulator=qemu-aarch64-static
for program in $compiler $emulator; do
    command -v $program >/dev/null 2>&1 || { echo "skipped: there is no $program"; exit 77; }
done
cd "$1" || exit 2
work=$(mktemp -d "${TMPDIR:-/tmp}/thrum-arm-XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM

$compiler -std=c11 -D_POSIX_C_SOURCE=200809L -O2 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror \
    -static -Isrc -Iinclude -Itests/unit -o "$work/kernel_and_table" tests/arm/kernel_and_table.c \
    src/text/kernel.c src/text/kernel_portable.c src/count/word_table.c src/count/word_tail.c \
    src/count/word_rows.c src/base/memory.c || exit 1
$emulator "$work/kernel_and_table"
