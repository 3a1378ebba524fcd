#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "run/place.h"

/* The place at an offset, by a loop over bytes. */
static place walked(const uint8_t *bytes, size_t offset, bool characters) {
    place at = {offset, 1, 0, 0};
    for (size_t i = 0; i < offset; i++) {
        at.n_characters += characters && (bytes[i] & 0xC0) != 0x80;
        if (bytes[i] == '\n') {
            at.line++;
            at.line_begin = i + 1;
            at.n_characters = 0;
        }
    }
    return at;
}

static void expect_place(place found, place expected) {
    assert_int_equal(found.offset, expected.offset);
    assert_int_equal(found.line, expected.line);
    assert_int_equal(found.line_begin, expected.line_begin);
    assert_int_equal(found.n_characters, expected.n_characters);
}

/* However a text is cut into steps, the places are those of one walk. */
static void steps_add_up(void **state) {
    (void)state;
    enum { N_BYTES = 700 };
    static const uint8_t letters[] = {'a', '\n', 0xC3, 0xA4, '\r', ' ', 'b', 'c'};
    uint8_t bytes[N_BYTES];
    uint32_t random = 7;
    for (size_t i = 0; i < N_BYTES; i++) {
        random = random * 1664525 + 1013904223;
        bytes[i] = i > 300 && i < 500 ? 'x' : letters[random >> 29];
    }
    for (size_t n_step = 1; n_step < 300; n_step += 1 + n_step / 5)
        for (int characters = 0; characters < 2; characters++) {
            place at = {0, 1, 0, 0};
            while (at.offset < N_BYTES) {
                size_t end = at.offset + n_step < N_BYTES ? at.offset + n_step : N_BYTES;
                at = place_after(at, place_measure(bytes, at.offset, end, characters), end);
                expect_place(at, walked(bytes, end, characters));
            }
        }
}

static void an_empty_step_changes_nothing(void **state) {
    (void)state;
    const place at = {5, 3, 2, 3};
    static const uint8_t bytes[] = "a\nbcd";
    expect_place(place_after(at, place_measure(bytes, 5, 5, true), 5), at);
    const place begin = {0, 1, 0, 0};
    expect_place(place_after(begin, place_measure(bytes, 0, 0, true), 0), begin);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_add_up),
        cmocka_unit_test(an_empty_step_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
