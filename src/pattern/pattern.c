/* Compiling patterns.
 *
 * What a user writes is compiled first as it stands, so that every fault is reported at its place; options that
 * surround a pattern (whole words, whole lines) are put around it only then. "\E" closes a quotation that the text left
 * open, and a line end a comment of (?x); verbs that must stand at the very front, such as (*UCP), stay there. */
#include "pattern/pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

void pattern_error_words(int pcre2_errno, char *words, size_t n_bytes) {
    if (pcre2_get_error_message(pcre2_errno, (PCRE2_UCHAR *)words, n_bytes) < 0)
        snprintf(words, n_bytes, "PCRE2 error %d", pcre2_errno);
}

void pattern_library(char *words, size_t n_bytes) {
    char version[64] = "unknown";
    uint32_t has_jit = 0;
    if (pcre2_config(PCRE2_CONFIG_VERSION, NULL) <= (int)sizeof version)
        pcre2_config(PCRE2_CONFIG_VERSION, version);
    pcre2_config(PCRE2_CONFIG_JIT, &has_jit);
    version[strcspn(version, " ")] = '\0';
    snprintf(words, n_bytes, "pcre2 %s (%s)", version, has_jit ? "JIT" : "no JIT");
}

enum {
    DEFAULT_MATCH_LIMIT = 10000000,
    DEFAULT_HEAP_LIMIT_KIBIBYTES = 256 * 1024,
    MOST_WINDOW_BYTES = 8 << 20 /* of a thread, for bit streams */
};

/* --- what the text of a pattern tells ---------------------------------------------------------------------------- */

static bool contains(const char *text, size_t n_bytes, const char *part) {
    size_t n_part = strlen(part);
    for (size_t i = 0; i + n_part <= n_bytes; i++)
        if (memcmp(text + i, part, n_part) == 0)
            return true;
    return false;
}

/* The first of the parts that the text contains, or NULL. */
static const char *contains_any(const char *text, size_t n_bytes, const char *const *parts) {
    for (; *parts; parts++)
        if (contains(text, n_bytes, *parts))
            return *parts;
    return NULL;
}

/* Matches may depend on where the search began, or the search may end early. Read from the text without parsing it: a
 * literal "\\K" is taken for \K, which costs speed and nothing else. "(*" also finds verbs after leading options. */
static const char *depends_on_path(const char *text, size_t n_bytes) {
    static const char *const marks[] = {"\\G", "\\K", "(*", "(?C", NULL};
    return contains_any(text, n_bytes, marks);
}

/* Under JIT a group keeps what it captured in an attempt that failed, when it did so inside something that is never
 * entered again: an atomic group, a possessive repeat, an assertion. */
static bool keeps_captures(const char *text, size_t n_bytes) {
    static const char *const atomic[] = {"(?>", "*+", "++", "?+", "}+", "(?=", "(?!", "(?<=", "(?<!", NULL};
    return contains_any(text, n_bytes, atomic);
}

/* Where later parts of the pattern ask for such a group, the match depends on where the search began. */
static const char *asks_for_kept_captures(const pattern_program *program, const char *text, size_t n_bytes) {
    uint32_t n_back_references = 0;
    pcre2_pattern_info(program->code, PCRE2_INFO_BACKREFMAX, &n_back_references);
    bool asks = n_back_references > 0 || contains(text, n_bytes, "(?(");
    return asks && program->keeps_captures ? "a group asked for after an atomic part" : NULL;
}

/* Repeats without an end, recursion, and what PCRE2 repeats by itself. Again a mark inside a class or a quotation is
 * taken for the real thing. */
static bool may_read_far(const char *text, size_t n_bytes) {
    static const char *const marks[] = {"*",   "+",   "{",   "\\X", "\\g", "(?R", "(?&", "(?P", "(?(", "(?-", "(?0",
                                        "(?1", "(?2", "(?3", "(?4", "(?5", "(?6", "(?7", "(?8", "(?9", NULL};
    return contains_any(text, n_bytes, marks);
}

/* JIT remembers where a repeat failed and does not try it before that place again. It should: behind a group with
 * alternatives, in an atomic group and beside verbs the memory is wrong, and matches are passed over ("(?:ab|a)b*b" on
 * "ab" fails). With newline CRLF, JIT's search for "^" takes the offset limit for the end of the text. */
static bool needs_plain_start(const char *text, size_t n_bytes, thrum_newline newline) {
    static const char *const marks[] = {"(?>", "(*", NULL};
    static const char *const repeats[] = {"*", "+", "{", NULL};
    bool has_group_of_alternatives = contains(text, n_bytes, "(") && contains(text, n_bytes, "|");
    return newline == THRUM_NEWLINE_CRLF || contains_any(text, n_bytes, marks) ||
           (has_group_of_alternatives && contains_any(text, n_bytes, repeats));
}

/* Length of the option that a text begins with, such as "(*UCP)" or "(*LIMIT_MATCH=1000)"; 0 when it begins with none.
 */
static size_t leading_option(const char *text, size_t n_bytes) {
    static const char *const names[] = {"UTF)",
                                        "UCP)",
                                        "CR)",
                                        "LF)",
                                        "CRLF)",
                                        "ANYCRLF)",
                                        "ANY)",
                                        "NUL)",
                                        "BSR_ANYCRLF)",
                                        "BSR_UNICODE)",
                                        "NO_AUTO_POSSESS)",
                                        "NO_DOTSTAR_ANCHOR)",
                                        "NO_JIT)",
                                        "NO_START_OPT)",
                                        "NOTEMPTY)",
                                        "NOTEMPTY_ATSTART)",
                                        "LIMIT_HEAP=",
                                        "LIMIT_MATCH=",
                                        "LIMIT_DEPTH=",
                                        "LIMIT_RECURSION=",
                                        NULL};
    if (n_bytes < 2 || memcmp(text, "(*", 2) != 0)
        return 0;
    for (size_t i = 0; names[i]; i++) {
        size_t n_name = strlen(names[i]);
        if (n_name > n_bytes - 2 || memcmp(text + 2, names[i], n_name) != 0)
            continue;
        const char *close = memchr(text, ')', n_bytes);
        return close ? (size_t)(close - text) + 1 : 0;
    }
    return 0;
}

static size_t leading_options(const char *text, size_t n_bytes) {
    size_t done = 0, n_option;
    while ((n_option = leading_option(text + done, n_bytes - done)) > 0)
        done += n_option;
    return done;
}

/* --- compiling --------------------------------------------------------------------------------------------------- */

uint32_t pattern_compile_bits(const thrum_pattern_options *options) {
    uint32_t bits = PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT;
    /* A leading ".*" must not tie the search to line starts: it does not cross ill-formed text. */
    bits |=
        options->bytes ? PCRE2_NEVER_UTF : PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NO_DOTSTAR_ANCHOR;
    if (options->caseless)
        bits |= PCRE2_CASELESS;
    return bits;
}

static void append_quoted_byte(thrum_buffer *buffer, char byte) {
    if (byte == 0)
        thrum_buffer_append_text(buffer, "\\x00");
    else if (strchr("\\^$.[]|()?*+{}#", byte))
        thrum_buffer_append(buffer, (char[]){'\\', byte}, 2);
    else
        thrum_buffer_append(buffer, &byte, 1);
}

/* Quotes every byte that means something in a pattern. */
static void append_quoted(thrum_buffer *buffer, const char *text, size_t n_bytes) {
    for (size_t i = 0; i < n_bytes; i++)
        append_quoted_byte(buffer, text[i]);
}

/* The place in a text that stands at an offset once the text is quoted. */
static size_t offset_before_quoting(const char *text, size_t n_bytes, uint64_t offset) {
    thrum_buffer quoted = {0};
    size_t at = 0;
    for (; at < n_bytes && quoted.n_bytes < offset && !quoted.failed; at++)
        append_quoted_byte(&quoted, text[at]);
    thrum_buffer_release(&quoted);
    return at;
}

static void append_surrounded(thrum_buffer *buffer, const char *text, size_t n_bytes, const char *close_comment,
                              const thrum_pattern_options *options) {
    size_t n_front = leading_options(text, n_bytes);
    thrum_buffer_append(buffer, text, n_front);
    thrum_buffer_append_text(buffer, options->whole_line ? "^(?:" : "(?<!\\w)(?:");
    thrum_buffer_append(buffer, text + n_front, n_bytes - n_front);
    thrum_buffer_append_text(buffer, "\\E");
    thrum_buffer_append_text(buffer, close_comment);
    thrum_buffer_append_text(buffer, options->whole_line ? ")$" : ")(?!\\w)");
}

static pcre2_code *compile_text(const char *text, size_t n_bytes, uint32_t bits, pcre2_compile_context *context,
                                thrum_error *error) {
    int code = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)text, n_bytes, bits, &code, &offset, context);
    if (compiled)
        return compiled;
    char words[THRUM_ERROR_MESSAGE_BYTES];
    pattern_error_words(code, words, sizeof words);
    error_set(error, THRUM_ERROR_PATTERN, NULL, "%s", words);
    if (error) {
        error->pcre2_errno = code;
        error->offset = offset;
    }
    return NULL;
}

static pcre2_code *compile_surrounded(const char *text, size_t n_bytes, const thrum_pattern_options *options,
                                      uint32_t bits, pcre2_compile_context *context, thrum_buffer *whole,
                                      thrum_error *error) {
    static const char *const comment_ends[] = {"", "\r\n"};
    pcre2_code *compiled = NULL;
    for (size_t i = 0; i < 2 && !compiled; i++) {
        thrum_buffer_clear(whole);
        append_surrounded(whole, text, n_bytes, comment_ends[i], options);
        if (whole->failed)
            error_memory(error);
        else
            compiled = compile_text((const char *)whole->bytes, whole->n_bytes, bits, context, error);
    }
    return compiled;
}

/* A pattern that runs in order and against the clock stops to look at it. */
static uint32_t order_options(const char *text, size_t n_bytes, const thrum_pattern_options *options) {
    return options->time_limit_seconds > 0 && depends_on_path(text, n_bytes) ? PCRE2_AUTO_CALLOUT : 0;
}

/* Compiles a text, surrounded as the options say. Sets *whole, if not NULL, to what was compiled. */
static pcre2_code *compile_whole(const char *text, size_t n_bytes, const thrum_pattern_options *options, uint32_t bits,
                                 pcre2_compile_context *context, thrum_buffer *whole, thrum_error *error) {
    thrum_buffer surrounded = {0};
    pcre2_code *code = compile_text(text, n_bytes, bits, context, error);
    if (code && (options->whole_word || options->whole_line)) {
        pcre2_code_free(code);
        code = compile_surrounded(text, n_bytes, options, bits, context, &surrounded, error);
    } else if (code && whole) {
        thrum_buffer_append(&surrounded, text, n_bytes);
    }
    if (code && whole)
        *whole = surrounded;
    else
        thrum_buffer_release(&surrounded);
    return code;
}

static uint32_t start_options(const pattern_program *program) {
    return program->is_plain_start ? PCRE2_NO_START_OPTIMIZE : 0;
}

/* The short cut to line starts steps over the one between CR and LF, at which a pattern with line ends of its own may
 * match: whether it is found would depend on where the search begins. */
static bool steps_over_line_starts(const pcre2_code *code) {
    enum { FIRST_CODE_LINE_START = 2 };
    uint32_t has_cr_or_lf = 0, first_code = 0;
    pcre2_pattern_info(code, PCRE2_INFO_HASCRORLF, &has_cr_or_lf);
    pcre2_pattern_info(code, PCRE2_INFO_FIRSTCODETYPE, &first_code);
    return has_cr_or_lf && first_code == FIRST_CODE_LINE_START;
}

/* What takes the ends of a stretch of the subject for those of the subject (see interpreter.c). */
static bool asks_for_ends(const char *text, size_t n_bytes) {
    static const char *const marks[] = {"^", "\\A", "\\b", "\\B", "\\G", "\\z", "\\Z", "(*COMMIT", NULL};
    return contains_any(text, n_bytes, marks) != NULL;
}

/* How many bytes before its position a program may look at, nested look-behind included. */
static size_t look_behind_bytes(const pcre2_code *code, const char *text, size_t n_bytes) {
    enum { MOST_CHARACTER_BYTES = 4 };
    uint32_t n_characters = 0;
    size_t n_groups = 1;
    pcre2_pattern_info(code, PCRE2_INFO_MAXLOOKBEHIND, &n_characters);
    for (size_t i = 0; i < n_bytes; i++)
        n_groups += text[i] == '(';
    return n_groups * MOST_CHARACTER_BYTES * ((size_t)n_characters + 1);
}

/* Adds the codes for the interpreter. */
static thrum_status add_interpreted_codes(pattern_program *program, const char *text, size_t n_bytes,
                                          const thrum_pattern_options *options, pcre2_compile_context *context,
                                          thrum_error *error) {
    const uint32_t for_stretches = PCRE2_AUTO_CALLOUT | PCRE2_ALT_CIRCUMFLEX;
    uint32_t bits = (pattern_compile_bits(options) & ~PCRE2_MATCH_INVALID_UTF) | start_options(program) |
                    (options->time_limit_seconds > 0 ? PCRE2_AUTO_CALLOUT : 0);
    bool has_stretches = !options->bytes && (options->whole_line || asks_for_ends(text, n_bytes));
    thrum_error fault;
    program->interpreted_code = compile_whole(text, n_bytes, options, bits, context, NULL, &fault);
    if (program->interpreted_code && has_stretches)
        program->stretch_code =
            compile_whole(text, n_bytes, options, bits | for_stretches, context, &program->stretch_text, &fault);
    bool ok = program->interpreted_code && (program->stretch_code || !has_stretches);
    if (ok && program->stretch_text.failed)
        ok = error_memory(&fault) == THRUM_OK;
    if (!ok) {
        if (error)
            *error = fault;
        return fault.code;
    }
    program->n_bytes_back = look_behind_bytes(program->interpreted_code, text, n_bytes);
    return THRUM_OK;
}

static thrum_status compile_program(pattern_program *program, const char *text, size_t n_bytes,
                                    const thrum_pattern_options *options, pcre2_compile_context *context,
                                    thrum_error *error) {
    uint32_t bits = pattern_compile_bits(options) | order_options(text, n_bytes, options);
    thrum_error fault;
    program->is_plain_start = needs_plain_start(text, n_bytes, options->newline);
    program->code = compile_whole(text, n_bytes, options, bits | start_options(program), context, NULL, &fault);
    if (program->code && !program->is_plain_start && steps_over_line_starts(program->code)) {
        pcre2_code_free(program->code);
        program->is_plain_start = true;
        program->code = compile_whole(text, n_bytes, options, bits | start_options(program), context, NULL, &fault);
    }
    if (!program->code) {
        if (error)
            *error = fault;
        return fault.code;
    }
    uint32_t n_groups = 0;
    pcre2_pattern_info(program->code, PCRE2_INFO_CAPTURECOUNT, &n_groups);
    uint32_t has_cr_or_lf = 0;
    pcre2_pattern_info(program->code, PCRE2_INFO_HASCRORLF, &has_cr_or_lf);
    uint32_t newline = 0;
    pcre2_pattern_info(program->code, PCRE2_INFO_NEWLINE, &newline);
    bool crlf_ends_line =
        newline == PCRE2_NEWLINE_CRLF || newline == PCRE2_NEWLINE_ANYCRLF || newline == PCRE2_NEWLINE_ANY;
    program->passes_over_crlf = crlf_ends_line && !has_cr_or_lf;
    program->n_groups = n_groups;
    program->is_bounded = options->literal || !may_read_far(text, n_bytes);
    program->keeps_captures = n_groups > 0 && keeps_captures(text, n_bytes);
    return add_interpreted_codes(program, text, n_bytes, options, context, error);
}

/* Complete matches, and hard partial ones: the matcher uses those to learn that a match attempt looked past the end
 * of what it was shown. */
bool pattern_compile_jit(pcre2_code *code) {
    size_t n_bytes = 0;
    return pcre2_jit_compile(code, PCRE2_JIT_COMPLETE | PCRE2_JIT_PARTIAL_HARD) == 0 &&
           pcre2_pattern_info(code, PCRE2_INFO_JITSIZE, &n_bytes) == 0 && n_bytes > 0;
}

/* What means the same with and without Unicode where the text is ASCII. "\R" does not: PCRE2 10.42 makes \R*\s
 * possessive without Unicode, and then it fails. */
static bool may_match_as_ascii(const char *text, size_t n_bytes) {
    static const char *const marks[] = {"\\p", "\\P", "\\X", "\\N", "\\x",       "\\o",       "\\R", "\\h",
                                        "\\H", "\\v", "\\V", "(?C", "[:upper:]", "[:lower:]", NULL};
    for (size_t i = 0; i < n_bytes; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return !contains_any(text, n_bytes, marks);
}

/* Adds the code for ASCII text; without it the program only is slower. */
static void add_ascii_code(pattern_program *program, const char *text, size_t n_bytes,
                           const thrum_pattern_options *options, pcre2_compile_context *context) {
    const uint32_t unicode = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NO_DOTSTAR_ANCHOR;
    uint32_t n_back = 0;
    if (options->bytes || !may_match_as_ascii(text, n_bytes))
        return;
    uint32_t bits = (pattern_compile_bits(options) & ~unicode) | start_options(program);
    program->ascii_code = compile_whole(text, n_bytes, options, bits, context, NULL, NULL);
    if (!program->ascii_code)
        return;
    pcre2_pattern_info(program->ascii_code, PCRE2_INFO_MAXLOOKBEHIND, &n_back);
    if (n_back > PATTERN_MOST_LOOK_BEHIND || !pattern_compile_jit(program->ascii_code)) {
        pcre2_code_free(program->ascii_code);
        program->ascii_code = NULL;
    }
}

static thrum_status add_program(thrum_pattern *pattern, const char *text, size_t n_bytes,
                                const thrum_pattern_options *options, pcre2_compile_context *context,
                                thrum_error *error) {
    thrum_buffer quoted = {0};
    const char *literal = text;
    size_t n_literal_bytes = n_bytes;
    if (options->literal) {
        append_quoted(&quoted, text, n_bytes);
        if (quoted.failed) {
            thrum_buffer_release(&quoted);
            return error_memory(error);
        }
        text = quoted.bytes ? (const char *)quoted.bytes : "";
        n_bytes = quoted.n_bytes;
    }
    pattern_program *program = &pattern->programs[pattern->n_programs];
    pattern->n_programs++;
    thrum_status status = compile_program(program, text, n_bytes, options, context, error);
    if (status == THRUM_OK) {
        if (!pattern->order_reason && !options->literal)
            pattern->order_reason = depends_on_path(text, n_bytes);
        if (!pattern->order_reason)
            pattern->order_reason = asks_for_kept_captures(program, text, n_bytes);
        pattern->is_jit = pattern->is_jit && !options->no_jit && pattern_compile_jit(program->code);
        if (pattern->is_jit && !pattern->order_reason)
            add_ascii_code(program, text, n_bytes, options, context);
    } else if (options->literal && error && error->offset != THRUM_NO_OFFSET) {
        error->offset = offset_before_quoting(literal, n_literal_bytes, error->offset);
    }
    thrum_buffer_release(&quoted);
    return status;
}

const uint32_t pattern_newlines[] = {[THRUM_NEWLINE_ANYCRLF] = PCRE2_NEWLINE_ANYCRLF,
                                     [THRUM_NEWLINE_LF] = PCRE2_NEWLINE_LF,
                                     [THRUM_NEWLINE_CRLF] = PCRE2_NEWLINE_CRLF};

static uint32_t limit_or(uint64_t limit, uint32_t otherwise) {
    return limit == 0 ? otherwise : limit < UINT32_MAX ? (uint32_t)limit : UINT32_MAX;
}

static void set_limits(thrum_pattern *pattern, const thrum_pattern_options *options) {
    pattern->newline = options->newline;
    pattern->match_limit = limit_or(options->match_limit, DEFAULT_MATCH_LIMIT);
    pattern->heap_limit_kibibytes = limit_or((options->heap_limit_bytes + 1023) / 1024, DEFAULT_HEAP_LIMIT_KIBIBYTES);
    pattern->time_limit_seconds = options->time_limit_seconds;
}

/* Why nothing may be put in front of PCRE2, or NULL. */
static const char *why_alone(const thrum_pattern *pattern) {
    return !pattern->is_jit        ? "PCRE2 cannot compile it just in time here"
           : pattern->order_reason ? "its matches depend on the way taken to them, so it runs in order"
                                   : NULL;
}

static thrum_status choose_engines(thrum_pattern *pattern, const char *const *texts, const size_t *n_bytes,
                                   const thrum_pattern_options *options, thrum_error *error) {
    thrum_status status = THRUM_OK;
    size_t n_window_bytes = MOST_WINDOW_BYTES;
    for (size_t i = 0; i < pattern->n_programs && status == THRUM_OK; i++)
        status = engine_choose(&pattern->programs[i].engine, texts[i], pattern_text_bytes(texts, n_bytes, i), options,
                               why_alone(pattern), &n_window_bytes, error);
    return status;
}

/* A NUL in a text appears as \0, by which PCRE2 knows it too. */
static char *describe_source(const char *const *texts, const size_t *n_bytes, size_t n_texts,
                             const thrum_pattern_options *options) {
    thrum_buffer source = {0};
    thrum_buffer_append_text(&source, options->literal ? "F" : "");
    thrum_buffer_append_text(&source, options->caseless ? "i" : "");
    thrum_buffer_append_text(&source, options->whole_word ? "w" : "");
    thrum_buffer_append_text(&source, options->whole_line ? "x" : "");
    thrum_buffer_append_text(&source, options->newline == THRUM_NEWLINE_LF     ? "L"
                                      : options->newline == THRUM_NEWLINE_CRLF ? "C"
                                                                               : "");
    for (size_t i = 0; i < n_texts; i++) {
        size_t n = pattern_text_bytes(texts, n_bytes, i);
        thrum_buffer_append_text(&source, i == 0 ? ":" : "\n");
        for (size_t at = 0, n_part; at <= n; at += n_part + 1) {
            const char *nul = at < n ? memchr(texts[i] + at, 0, n - at) : NULL;
            n_part = nul ? (size_t)(nul - texts[i]) - at : n - at;
            thrum_buffer_append(&source, texts[i] + at, n_part);
            thrum_buffer_append_text(&source, nul ? "\\0" : "");
        }
    }
    thrum_buffer_append(&source, "", 1);
    if (!source.failed)
        return (char *)source.bytes;
    thrum_buffer_release(&source);
    return NULL;
}

thrum_status thrum_pattern_compile(thrum_pattern **pattern, const char *const *texts, const size_t *n_bytes,
                                   size_t n_texts, const thrum_pattern_options *options, thrum_error *error) {
    *pattern = NULL;
    if (n_texts == 0)
        return error_set(error, THRUM_ERROR_ARGUMENT, NULL, "no pattern was given");
    thrum_status status = THRUM_OK;
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    thrum_pattern *made = calloc(1, sizeof *made);
    if (made)
        made->programs = calloc(n_texts, sizeof *made->programs);
    if (made)
        made->source = describe_source(texts, n_bytes, n_texts, options);
    if (!context || !made || !made->programs || !made->source) {
        status = error_memory(error);
        goto out;
    }
    pcre2_set_newline(context, pattern_newlines[options->newline]);
    made->is_jit = true;
    made->is_utf = !options->bytes;
    set_limits(made, options);
    made->texts = plain_texts_compile(texts, n_bytes, n_texts, options, context);
    for (size_t i = 0; i < n_texts && status == THRUM_OK && !made->texts; i++)
        status = add_program(made, texts[i], pattern_text_bytes(texts, n_bytes, i), options, context, error);
    if (status == THRUM_OK)
        status = choose_engines(made, texts, n_bytes, options, error);
out:
    pcre2_compile_context_free(context);
    if (status == THRUM_OK)
        *pattern = made;
    else
        thrum_pattern_free(made);
    return status;
}

size_t thrum_pattern_n_texts(const thrum_pattern *pattern) {
    return pattern->texts ? pattern->texts->n_texts : pattern->n_programs;
}

bool thrum_pattern_is_parallel(const thrum_pattern *pattern) {
    return pattern->order_reason == NULL;
}

const char *thrum_pattern_order_reason(const thrum_pattern *pattern) {
    return pattern->order_reason;
}

bool thrum_pattern_is_jit(const thrum_pattern *pattern) {
    return pattern->is_jit;
}

thrum_engine thrum_pattern_engine(const thrum_pattern *pattern, size_t text) {
    return pattern->texts ? THRUM_ENGINE_LITERAL : engine_kind(&pattern->programs[text].engine);
}

bool pattern_is_bounded(const thrum_pattern *pattern) {
    for (size_t i = 0; i < pattern->n_programs; i++)
        if (!pattern->programs[i].is_bounded)
            return false;
    return true;
}

bool pattern_stays_in_line(const thrum_pattern *pattern) {
    for (size_t i = 0; i < pattern->n_programs; i++) {
        const pattern_engine *engine = &pattern->programs[i].engine;
        bool asks_again = engine->is_cut && pattern->programs[i].keeps_captures;
        if (engine_kind(engine) == THRUM_ENGINE_PCRE2 || !engine->stays_in_line || asks_again)
            return false;
    }
    return pattern->is_jit && (!pattern->texts || pattern->texts->stay_in_line);
}

bool pattern_knows_no_returns(const thrum_pattern *pattern) {
    for (size_t i = 0; i < pattern->n_programs; i++)
        if (pattern->programs[i].engine.is_cut)
            return pattern->newline != THRUM_NEWLINE_LF;
    return false;
}

size_t pattern_group_number(const pattern_program *program, const char *name, size_t n_bytes) {
    uint32_t n_names = 0, entry_bytes = 0;
    PCRE2_SPTR entry = NULL;
    pcre2_pattern_info(program->code, PCRE2_INFO_NAMECOUNT, &n_names);
    pcre2_pattern_info(program->code, PCRE2_INFO_NAMEENTRYSIZE, &entry_bytes);
    pcre2_pattern_info(program->code, PCRE2_INFO_NAMETABLE, &entry);
    for (uint32_t i = 0; i < n_names; i++, entry += entry_bytes) {
        const char *entry_name = (const char *)entry + 2;
        if (strlen(entry_name) == n_bytes && memcmp(entry_name, name, n_bytes) == 0)
            return (size_t)entry[0] << 8 | entry[1];
    }
    return 0;
}

size_t thrum_pattern_n_groups(const thrum_pattern *pattern) {
    size_t n_groups = 0;
    for (size_t i = 0; i < pattern->n_programs; i++)
        if (pattern->programs[i].n_groups > n_groups)
            n_groups = pattern->programs[i].n_groups;
    return n_groups;
}

size_t thrum_pattern_text_n_groups(const thrum_pattern *pattern, size_t text) {
    return pattern->texts ? 0 : pattern->programs[text].n_groups;
}

const char *thrum_pattern_group_name(const thrum_pattern *pattern, size_t number) {
    const char *name = NULL;
    for (size_t i = 0; i < pattern->n_programs && !name; i++)
        name = thrum_pattern_text_group_name(pattern, i, number);
    return name;
}

const char *thrum_pattern_text_group_name(const thrum_pattern *pattern, size_t text, size_t number) {
    if (pattern->texts)
        return NULL;
    const pcre2_code *code = pattern->programs[text].code;
    uint32_t n_names = 0, entry_bytes = 0;
    PCRE2_SPTR entry = NULL;
    pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &n_names);
    pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &entry_bytes);
    pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &entry);
    for (uint32_t i = 0; i < n_names; i++, entry += entry_bytes)
        if (((size_t)entry[0] << 8 | entry[1]) == number)
            return (const char *)entry + 2;
    return NULL;
}

void thrum_pattern_free(thrum_pattern *pattern) {
    if (!pattern)
        return;
    for (size_t i = 0; i < pattern->n_programs; i++) {
        engine_release(&pattern->programs[i].engine);
        pcre2_code_free(pattern->programs[i].code);
        pcre2_code_free(pattern->programs[i].ascii_code);
        pcre2_code_free(pattern->programs[i].interpreted_code);
        pcre2_code_free(pattern->programs[i].stretch_code);
        thrum_buffer_release(&pattern->programs[i].stretch_text);
    }
    plain_texts_free(pattern->texts);
    free(pattern->programs);
    free(pattern->source);
    free(pattern);
}
