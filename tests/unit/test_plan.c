#define _GNU_SOURCE
#include "inputs.h"

#include <errno.h>

#include "run/plan.h"

/* What a plan handed out, checked on the way. */
typedef struct walk {
    const thrum_inputs *inputs;
    size_t next_input; /* the one whose first piece comes next */
    size_t position, number;
    bool is_open; /* pieces of next_input - 1 are to come */
    size_t n_works, n_pieces, n_failed;
} walk;

static void see_piece(walk *w, const piece *p) {
    const subject *s = p->subject;
    if (!w->is_open) {
        assert_int_equal(s->input, w->next_input++);
        assert_string_equal(s->path, thrum_inputs_path(w->inputs, s->input));
        w->position = w->number = 0;
        w->n_failed += subject_failed(s);
    }
    assert_int_equal(s->input, w->next_input - 1);
    assert_int_equal(p->begin, w->position);
    assert_int_equal(p->number, w->number++);
    assert_true(p->end > p->begin || (s->n_bytes == 0 && p->end == 0));
    assert_true(p->end <= s->n_bytes);
    assert_int_equal(piece_is_first(p), p->begin == 0);
    assert_int_equal(piece_is_last(p), p->end == s->n_bytes);
    w->position = p->end;
    w->is_open = !piece_is_last(p);
    w->n_pieces++;
}

static walk walk_all(const thrum_inputs *inputs, boundary_rule rule, uint64_t chunk_bytes, told *t) {
    walk w = {.inputs = inputs};
    work taken = {0};
    plan p;
    thrum_run_options run = run_with(2, chunk_bytes, t);
    plan_init(&p, inputs, rule, &run);
    while (plan_next(&p, &taken)) {
        w.n_works++;
        work_open(&p, &taken);
        assert_false(taken.failed);
        assert_true(taken.n_pieces > 0);
        assert_true(taken.n_inputs == 0 ? taken.n_pieces == 1 : taken.n_pieces == taken.n_inputs);
        for (size_t i = 0; i < taken.n_pieces; i++) {
            piece *one = &taken.pieces[i];
            see_piece(&w, one);
            if (one->end < one->subject->n_bytes)
                assert_int_equal(boundary_next(rule, one->subject->bytes, one->subject->n_bytes, one->end), one->end);
            bool failed = subject_failed(one->subject), is_last = piece_is_last(one);
            assert_int_equal(piece_close(&taken, one, &run), !(failed && is_last));
        }
    }
    assert_false(plan_next(&p, &taken));
    assert_false(w.is_open);
    assert_int_equal(w.next_input, thrum_inputs_n(inputs));
    work_release(&taken);
    plan_release(&p);
    return w;
}

static void pieces_cover_every_file_in_order(void **state) {
    (void)state;
    char large[3000];
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = i % 9 ? "ab\xc3\xa4\r\n"[i % 6] : ' ';
    large[sizeof large - 1] = '\0';
    const char *const texts[] = {"a b", "", large, "x", "y", "", "", large, "z"};
    thrum_inputs *inputs = inputs_of(texts, 9);
    static const uint64_t chunks[] = {1, 2, 3, 10, 100, 2999, 3000, 100000, 0, UINT64_MAX};
    static const boundary_rule rules[] = {BOUNDARY_CHARACTER, BOUNDARY_BYTE, BOUNDARY_WORD_ASCII, BOUNDARY_WORD_SPACE,
                                          BOUNDARY_WORD_UNICODE};
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++)
        for (size_t j = 0; j < sizeof rules / sizeof *rules; j++) {
            told t = {0};
            walk w = walk_all(inputs, rules[j], chunks[i], &t);
            assert_int_equal(t.n, 0);
            assert_int_equal(w.n_failed, 0);
            if (chunks[i] >= 3000 || chunks[i] == 0)
                assert_int_equal(w.n_pieces, 9);
        }
    assert_int_equal(plan_n_bytes(inputs), 2 * (sizeof large - 1) + 6);
    thrum_inputs_free(inputs);
}

static void small_files_share_a_turn(void **state) {
    (void)state;
    enum { N = 1000 };
    const char *texts[N];
    for (size_t i = 0; i < N; i++)
        texts[i] = "some text";
    thrum_inputs *inputs = inputs_of(texts, N);
    walk w = walk_all(inputs, BOUNDARY_BYTE, 0, NULL);
    assert_int_equal(w.n_pieces, N);
    assert_true(w.n_works < N / 50);
    w = walk_all(inputs, BOUNDARY_BYTE, 90, NULL); /* ten of them fill a chunk */
    assert_int_equal(w.n_works, N / 10);
    thrum_inputs_free(inputs);
}

static void inputs_that_cannot_be_read_have_one_piece(void **state) {
    (void)state;
    static const char *const texts[] = {"small", "", "0123456789", "small"};
    for (uint64_t chunk = 2; chunk < 100; chunk *= 7) {
        thrum_inputs *inputs = inputs_of(texts, 4);
        for (size_t i = 0; i < 3; i++)
            assert_int_equal(unlink(thrum_inputs_path(inputs, i)), 0);
        told t = {0};
        walk w = walk_all(inputs, BOUNDARY_BYTE, chunk, &t);
        assert_int_equal(w.n_failed, 3);
        assert_int_equal(t.n, 3);
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(t.errors[i].code, THRUM_ERROR_SYSTEM);
            assert_int_equal(t.errors[i].system_errno, ENOENT);
            assert_string_equal(t.errors[i].path, thrum_inputs_path(inputs, i));
        }
        thrum_inputs_free(inputs);
    }
}

static void a_file_that_changed_is_told_at_its_last_piece(void **state) {
    (void)state;
    char text[100];
    memset(text, 'a', sizeof text);
    thrum_inputs *inputs = input_of(text, sizeof text);
    told t = {0};
    thrum_run_options run = run_with(1, 40, &t);
    plan p;
    work taken = {0};
    plan_init(&p, inputs, BOUNDARY_BYTE, &run);
    assert_true(plan_next(&p, &taken));
    assert_true(piece_close(&taken, &taken.pieces[0], &run));
    assert_int_equal(truncate(thrum_inputs_path(inputs, 0), 50), 0);
    assert_true(plan_next(&p, &taken));
    assert_true(piece_close(&taken, &taken.pieces[0], &run));
    assert_int_equal(t.n, 0);
    assert_true(plan_next(&p, &taken));
    assert_false(piece_close(&taken, &taken.pieces[0], &run));
    assert_int_equal(t.n, 1);
    assert_int_equal(t.errors[0].code, THRUM_ERROR_CHANGED);
    assert_string_equal(t.errors[0].path, thrum_inputs_path(inputs, 0));
    assert_false(plan_next(&p, &taken));
    work_release(&taken);
    plan_release(&p);
    thrum_inputs_free(inputs);
}

static void failures_of_the_text_stay_with_their_file(void **state) {
    (void)state;
    thrum_inputs *inputs = input_of("abc", 3);
    told t = {0};
    thrum_run_options run = run_with(1, 0, &t);
    plan p;
    work taken = {0};
    plan_init(&p, inputs, BOUNDARY_BYTE, &run);
    assert_true(plan_next(&p, &taken));
    work_open(&p, &taken);
    piece *one = &taken.pieces[0];
    thrum_error first = {.code = THRUM_ERROR_MATCH, .offset = 1}, second = {.code = THRUM_ERROR_TEXT, .offset = 2};
    assert_int_equal(piece_note_failure(one, THRUM_OK, NULL), THRUM_OK);
    assert_int_equal(piece_note_failure(one, THRUM_ERROR_MEMORY, &second), THRUM_ERROR_MEMORY);
    assert_false(subject_failed(one->subject));
    assert_int_equal(piece_note_failure(one, THRUM_ERROR_MATCH, &first), THRUM_OK);
    assert_int_equal(piece_note_failure(one, THRUM_ERROR_TEXT, &second), THRUM_OK);
    assert_true(subject_failed(one->subject));
    assert_false(piece_close(&taken, one, &run));
    assert_int_equal(t.n, 1);
    assert_int_equal(t.errors[0].offset, 1);
    assert_string_equal(t.errors[0].path, thrum_inputs_path(inputs, 0));
    work_release(&taken);
    plan_release(&p);
    thrum_inputs_free(inputs);
}

/* A run that ends early drops what it holds and leaves the rest to plan_release. */
static void a_plan_may_be_left_at_any_time(void **state) {
    (void)state;
    static const char *const texts[] = {"0123456789", "a", "b", "0123456789"};
    thrum_inputs *inputs = inputs_of(texts, 4);
    thrum_run_options run = run_with(1, 4, NULL);
    for (size_t n = 0; n < 9; n++) {
        plan p;
        work taken = {0};
        plan_init(&p, inputs, BOUNDARY_BYTE, &run);
        for (size_t i = 0; i < n && plan_next(&p, &taken); i++) {
            work_open(&p, &taken);
            for (size_t j = 0; j < taken.n_pieces; j++)
                piece_drop(&taken, &taken.pieces[j]);
        }
        work_release(&taken);
        plan_release(&p);
        plan_release(&p);
    }
    thrum_inputs_free(inputs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_cover_every_file_in_order),
        cmocka_unit_test(small_files_share_a_turn),
        cmocka_unit_test(inputs_that_cannot_be_read_have_one_piece),
        cmocka_unit_test(a_file_that_changed_is_told_at_its_last_piece),
        cmocka_unit_test(failures_of_the_text_stay_with_their_file),
        cmocka_unit_test(a_plan_may_be_left_at_any_time),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
