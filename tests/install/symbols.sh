#!/bin/sh
# sh tests/install/symbols.sh LIBRARY: the shared library defines dynamic symbols that begin with thrum_, and no others.
set -eu

symbols=$(nm -D --defined-only "$1" | awk '{ print $NF }')
[ -n "$symbols" ] || { echo "no symbols at all"; exit 1; }
if printf '%s\n' "$symbols" | grep -v '^thrum_'; then
    echo "exported, but not by the name of thrum_"
    exit 1
fi
