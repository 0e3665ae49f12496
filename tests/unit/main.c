/* main.c - runs the unit tests and prints TAP (testanything.org). See test.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/sig.h"
#include "test.h"

static struct test *tests;
static bool failed;
static const char *skipped;

void test_register(struct test *t)
{
    struct test **at = &tests;
    while (*at && (strcmp((*at)->suite, t->suite) < 0 ||
                   (strcmp((*at)->suite, t->suite) == 0 && strcmp((*at)->name, t->name) < 0)))
        at = &(*at)->next;
    t->next = *at;
    *at = t;
}

void test_failed(const char *file, int line, const char *fmt, ...)
{
    failed = true;
    printf("# %s:%d: ", file, line);
    va_list ap;
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    putchar('\n');
}

void test_skipped(const char *reason)
{
    skipped = reason;
}

int main(int argc, char **argv)
{
    int n = 0, bad = 0;
    gf_sig_start();
    setvbuf(stdout, NULL, _IOLBF, 0); /* a crash must not swallow the rows before it */
    for (struct test *t = tests; t; t = t->next) {
        char id[160];
        snprintf(id, sizeof id, "%s.%s", t->suite, t->name);
        if (argc > 1 && !strstr(id, argv[1]))
            continue;
        failed = false;
        skipped = NULL;
        t->run();
        n++;
        bad += failed;
        printf("%s %d - %s%s%s\n", failed ? "not ok" : "ok", n, id, skipped ? " # SKIP " : "",
               skipped ? skipped : "");
    }
    printf("1..%d\n", n);
    return bad != 0;
}
