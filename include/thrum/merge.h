/* Count files, and what many of them say together.
 *
 * thrum_words_count writes a count file of all words that it counted, where thrum_words_options.save_path asks for it,
 * and thrum_words_merge reads any number of them. It is zstd-compressed text (zstdcat shows it), with a checksum: first
 * a line of "#thrum" and fields "name=value", then for each word a line of word, count and documents in bytewise order
 * of the words; columns and fields are divided by tabs, and tab, newline and backslash are written \t, \n and \\. It
 * says nothing of when, where and from which files it was made: the same texts give the same bytes, however they were
 * divided among machines, and in whatever order their count files were merged. */
#ifndef THRUM_MERGE_H
#define THRUM_MERGE_H

#include "thrum/error.h"
#include "thrum/input.h"
#include "thrum/run.h"
#include "thrum/words.h"

/* Adds up the words of count files into a list. Of the options, those say what is listed (min_chars to sort), and
 * documents, memory_bytes and save_path; how words are made is said by the files, which have to agree in it with the
 * first that can be read. A file that does not, or is no whole and undamaged count file, is told to run->on_error,
 * takes no part, and keeps a new count file from being written. Where documents are asked for, so is a file in which
 * they were not counted. Each file is read twice, except one that is no regular file (a pipe), which is copied to
 * $TMPDIR. Memory is bounded by memory_bytes and a few megabytes a thread. The caller frees *words. Thread-safe. */
THRUM_API thrum_status thrum_words_merge(thrum_words **words, const thrum_inputs *inputs,
                                         const thrum_words_options *options, const thrum_run_options *run,
                                         thrum_error *error);

#endif
