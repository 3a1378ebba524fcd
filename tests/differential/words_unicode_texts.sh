#!/bin/sh
# thrum words by Unicode's rule against one walk of ICU over texts that people wrote: all files below $THRUM_CORPORA, and
# the Debian handbook in all its languages (Debian's package debian-handbook, or another folder of folders of pages in
# $THRUM_HANDBOOK). What is not there is left out.
. "$(dirname "$0")/common.sh"
[ -n "$icu_words" ] || { echo "usage: $0 THRUM ICU_WORDS" >&2; exit 2; }
handbook=${THRUM_HANDBOOK:-/usr/share/doc/debian-handbook/html}

# expect FILE WANTED OPTION...: the list of a file, as ICU cuts it into words.
expect() {
    listed_file=$1 list=$2
    shift 2
    "$icu_words" "$@" <"$listed_file" >cut || { echo "icu_words failed on $listed_file" >&2; exit 2; }
    sort cut | uniq -c | perl "$here/list.pl" >"$list"
}

if [ -d "${THRUM_CORPORA:-}" ]; then
    find "$THRUM_CORPORA" -type f | sort >files
    while read -r file; do
        expect "$file" wanted
        turn wanted words "$file"
        expect "$file" wanted --keep
        turn wanted words --case keep "$file"
    done <files
    echo "$(wc -l <files) files of corpora"
else
    echo "without corpora: THRUM_CORPORA names no folder"
fi

# A line end behind each page keeps their words apart, so that one text of all pages has the words of the pages.
if [ -d "$handbook" ]; then
    for language in "$handbook"/*; do
        find "$language" -type f -name '*.html' | sort | while read -r page; do
            cat "$page"
            echo
        done >pages
        expect pages wanted
        turn wanted words pages
        once wanted words --include '*.html' "$language"
        expect pages wanted --keep
        once wanted words --case keep pages
    done
    echo "the handbook in $(find "$handbook" -mindepth 1 -maxdepth 1 | wc -l) languages"
else
    echo "without the handbook: there is no $handbook; it is in Debian's package debian-handbook"
fi

if [ "$n_compared" -eq 0 ]; then
    echo "skipped: no texts"
    exit 77
fi
finish
