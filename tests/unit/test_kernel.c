/* Each instruction set that this processor knows against one oracle, and so against the others. */
#include <setjmp.h>
#include <stdarg.h>

#include "kernel_cases.h"

#include <cmocka.h>

static void check(const char *name) {
    const kernel *tested = kernel_named(name);
    if (!tested) {
        print_message("this processor has no %s\n", name);
        skip();
    }
    assert_string_equal(tested->name, name);
    assert_true(kernel_passes(tested));
}

static void portable(void **unused) {
    (void)unused;
    check("portable");
}

static void avx2(void **unused) {
    (void)unused;
    check("avx2");
}

static void avx512(void **unused) {
    (void)unused;
    check("avx512");
}

static void one_kernel_is_in_use(void **unused) {
    (void)unused;
    const kernel *chosen = kernel_get();
    assert_ptr_equal(kernel_named(chosen->name), chosen);
    assert_null(kernel_named("foo"));
    setenv("THRUM_ISA", "portable", 1); /* too late */
    assert_ptr_equal(kernel_get(), chosen);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(portable),
        cmocka_unit_test(avx2),
        cmocka_unit_test(avx512),
        cmocka_unit_test(one_kernel_is_in_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
