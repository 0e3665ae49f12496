/*
 * test.h - the unit tests' harness: small, table-friendly, in one binary.
 *
 *     TEST(duration, units)
 *     {
 *         for (...) { CHECK_INT(got, want); }
 *         CHECK(condition);
 *     }
 *
 * A test registers itself; build/tests/unit runs all, or those whose "suite.name" holds the
 * argument. A failed check prints file, line and both values, and the test goes on to its end
 * (REQUIRE leaves it). SKIP(reason) leaves it as skipped.
 */
#ifndef GF_TESTS_UNIT_TEST_H
#define GF_TESTS_UNIT_TEST_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct test {
    const char *suite;
    const char *name;
    void (*run)(void);
    struct test *next;
};

void test_register(struct test *t);
void test_failed(const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void test_skipped(const char *reason);

#define TEST(suite_, name_)                                                                        \
    static void test_##suite_##_##name_(void);                                                     \
    __attribute__((constructor)) static void register_##suite_##_##name_(void)                     \
    {                                                                                              \
        static struct test t = {#suite_, #name_, test_##suite_##_##name_, NULL};                   \
        test_register(&t);                                                                         \
    }                                                                                              \
    static void test_##suite_##_##name_(void)

#define CHECK(cond)                                                                                \
    do {                                                                                           \
        if (!(cond))                                                                               \
            test_failed(__FILE__, __LINE__, "%s", #cond);                                          \
    } while (0)

#define REQUIRE(cond)                                                                              \
    do {                                                                                           \
        if (!(cond)) {                                                                             \
            test_failed(__FILE__, __LINE__, "%s", #cond);                                          \
            return;                                                                                \
        }                                                                                          \
    } while (0)

/* With a note (printf) that says which row of a table it was. */
#define CHECK_INT(got, want)                                                                       \
    do {                                                                                           \
        int64_t got_ = (int64_t)(got), want_ = (int64_t)(want);                                    \
        if (got_ != want_)                                                                         \
            test_failed(__FILE__, __LINE__, "%s is %" PRId64 ", not %" PRId64, #got, got_, want_); \
    } while (0)

#define CHECK_ROW(cond, ...)                                                                       \
    do {                                                                                           \
        if (!(cond))                                                                               \
            test_failed(__FILE__, __LINE__, __VA_ARGS__);                                          \
    } while (0)

#define CHECK_STR(got, want)                                                                       \
    do {                                                                                           \
        const char *got_ = (got), *want_ = (want);                                                 \
        if (!got_ || __builtin_strcmp(got_, want_) != 0)                                           \
            test_failed(__FILE__, __LINE__, "%s is \"%s\", not \"%s\"", #got,                      \
                        got_ ? got_ : "(null)", want_);                                            \
    } while (0)

#define SKIP(reason)                                                                               \
    do {                                                                                           \
        test_skipped(reason);                                                                      \
        return;                                                                                    \
    } while (0)

#endif
