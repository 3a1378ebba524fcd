/* What is said to people about the engines of a pattern: which one, why, and what would make it another. */
#include "pattern/pattern.h"

static void say(thrum_buffer *words, const char *text) {
    thrum_buffer_append_text(words, text);
}

static void say_bits(bool is_utf, thrum_buffer *words) {
    say(words, "engine bits. The begins and ends of matches are computed for 64 bytes at a time.");
    say(words, is_utf
                   ? " Next to characters of more than two bytes PCRE2 is asked whether a match begins; --bytes, where "
                     "every byte is a character, would do without: it is for patterns that mean ASCII."
                   : " PCRE2 is not needed.");
}

static void say_literal(const literal_search *literal, thrum_buffer *words) {
    bool is_whole = literal_is_whole(literal);
    say(words, is_whole ? "engine literal. The pattern is nothing but plain text: "
                        : "engine literal. Every match has to contain one of these: ");
    literal_describe(literal, words);
    say(words, is_whole ? ". That is searched for, and what is found is the match; PCRE2 is not needed."
                        : ". That is searched for first, and PCRE2 is asked only around what is found.");
}

static void say_reason(const char *what, const char *why, thrum_buffer *words) {
    if (!why)
        return;
    say(words, what);
    say(words, why);
    say(words, ".");
}

static void say_pcre2(const pattern_engine *engine, thrum_buffer *words) {
    say(words, "engine pcre2, that is, on PCRE2 alone");
    if (engine->why_alone) {
        say_reason(": ", engine->why_alone, words);
        return;
    }
    say(words, ".");
    say_reason(" What stands in the way of the faster engines: ", engine->why_opaque, words);
    say_reason(" What stands in the way of the engine bits: ", engine->why_no_bits, words);
    say_reason(" What stands in the way of the engine literal: ", engine->why_no_literal, words);
    say(words, engine->why_opaque
                   ? " Without it, a pattern of texts, classes, alternatives, repeats, \\b, ^ and $ may run "
                     "many times faster."
                   : " A plain sequence of texts, classes and their repeats would run faster, and so "
                     "would a pattern that has a rare text in every match.");
}

static void say_program(const thrum_pattern *pattern, size_t index, thrum_buffer *words) {
    const pattern_engine *engine = &pattern->programs[index].engine;
    say(words, pattern->n_programs > 1 ? "Pattern " : "The pattern");
    if (pattern->n_programs > 1)
        thrum_buffer_append_number(words, index + 1);
    say(words, " runs on the ");
    if (engine->bits)
        say_bits(pattern->is_utf, words);
    else if (engine->literal)
        say_literal(engine->literal, words);
    else
        say_pcre2(engine, words);
    say_reason(" One thread runs it, in the order of the text, because of ", pattern->order_reason, words);
    if (!pattern->is_jit)
        say(words, " Without just-in-time compilation (--no-jit, or a system that forbids it) PCRE2 is some ten times "
                   "slower.");
}

/* Appends a paragraph in lines of 80 characters, as far as its words allow; what stands in quotes is one word. */
static void append_wrapped(thrum_buffer *buffer, const thrum_buffer *words) {
    enum { LINE_BYTES = 80 };
    size_t n_line = 0;
    for (size_t i = 0, end; i < words->n_bytes; i = end + 1) {
        bool is_quoted = false;
        for (end = i; end < words->n_bytes && (is_quoted || words->bytes[end] != ' '); end++)
            is_quoted ^= words->bytes[end] == '"';
        size_t n_word = end - i;
        bool breaks = n_line > 0 && n_line + 1 + n_word > LINE_BYTES;
        if (n_line > 0)
            say(buffer, breaks ? "\n" : " ");
        thrum_buffer_append(buffer, words->bytes + i, n_word);
        n_line = n_line > 0 && !breaks ? n_line + 1 + n_word : n_word;
    }
    say(buffer, "\n");
}

static void say_texts(const thrum_pattern *pattern, thrum_buffer *words) {
    say(words, "The pattern runs on the engine literal. It is nothing but plain text: ");
    const plain_texts *texts = pattern->texts;
    thrum_buffer_append_number(words, texts->n_alternatives > 0 ? texts->n_alternatives : texts->n_texts);
    say(words, " texts. They are searched for together, and what is found is the match; PCRE2 is not needed.");
    if (texts->fold)
        say(words, " Letters beyond ASCII that differ in case alone are made the same first, where the text has any.");
}

void thrum_pattern_explain(const thrum_pattern *pattern, thrum_buffer *buffer) {
    if (pattern->texts) {
        thrum_buffer words = {0};
        say_texts(pattern, &words);
        append_wrapped(buffer, &words);
        buffer->failed |= words.failed;
        thrum_buffer_release(&words);
    }
    for (size_t i = 0; i < pattern->n_programs; i++) {
        thrum_buffer words = {0};
        say_program(pattern, i, &words);
        append_wrapped(buffer, &words);
        buffer->failed |= words.failed;
        thrum_buffer_release(&words);
    }
}
