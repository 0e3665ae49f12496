/*
 * main.c - runs the unit tests and prints TAP (testanything.org). See test.h.
 *
 * Each test runs in a child of its own, so that a crash, a hang or a closed descriptor is one
 * failed row and not the end of the run, and so that no test sees what another left behind. What a
 * test prints on either stream goes to an unlinked file and is shown under its row, when it failed,
 * as TAP's comments.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sig.h"
#include "test.h"

enum {
    SECONDS = 60 /* a test that takes longer is ended by SIGALRM */
};

/* What a test tells the runner; shared memory, so that it outlives a crash. */
struct verdict {
    bool failed;
    bool finished;
    char skipped[120];
};

static struct test *tests;
static struct verdict *verdict;

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
    verdict->failed = true;
    printf("%s:%d: ", file, line);
    va_list ap;
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    putchar('\n');
    fflush(stdout); /* a crash must not swallow it */
}

void test_skipped(const char *reason)
{
    snprintf(verdict->skipped, sizeof verdict->skipped, "%s", reason);
}

static void run_in_child(const struct test *t, int out)
{
    if (dup2(out, STDOUT_FILENO) == -1 || dup2(out, STDERR_FILENO) == -1)
        _exit(1);
    alarm(SECONDS);
    t->run();
    verdict->finished = true;
    exit(0); /* not _exit: a leak checker looks here */
}

/* The file's text as comments: each line behind a `# `. */
static void show(FILE *from)
{
    bool at_start = true;
    rewind(from);
    for (int c = getc(from); c != EOF; c = getc(from)) {
        if (at_start)
            fputs("# ", stdout);
        putchar(c);
        at_start = c == '\n';
    }
    if (!at_start)
        putchar('\n');
}

/* Why the child did not end well, or NULL when it did. */
static const char *trouble(int status, char text[64])
{
    if (WIFSIGNALED(status))
        snprintf(text, 64, "ended by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) != 0)
        snprintf(text, 64, "exited with status %d", WEXITSTATUS(status));
    else if (!verdict->finished)
        snprintf(text, 64, "exited before its end");
    else
        return NULL;
    return text;
}

/* Runs one test and prints its row; true when it passed or was skipped. */
static bool run(const struct test *t, int number)
{
    FILE *out = tmpfile();
    if (!out) {
        printf("Bail out! no temporary file: %s\n", strerror(errno));
        exit(1);
    }
    memset(verdict, 0, sizeof *verdict);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        run_in_child(t, fileno(out));
    int status = 0;
    if (pid == -1 || waitpid(pid, &status, 0) != pid) {
        printf("Bail out! cannot run a child: %s\n", strerror(errno));
        exit(1);
    }
    char text[64];
    const char *why = trouble(status, text);
    bool ok = !why && !verdict->failed;
    printf("%s %d - %s.%s", ok ? "ok" : "not ok", number, t->suite, t->name);
    if (ok && verdict->skipped[0])
        printf(" # SKIP %s", verdict->skipped);
    putchar('\n');
    if (why)
        printf("# %s\n", why);
    if (!ok)
        show(out);
    fclose(out);
    return ok;
}

int main(int argc, char **argv)
{
    int n = 0, bad = 0;
    gf_sig_start();
    verdict =
        mmap(NULL, sizeof *verdict, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (verdict == MAP_FAILED) {
        printf("Bail out! no shared memory: %s\n", strerror(errno));
        return 1;
    }
    for (const struct test *t = tests; t; t = t->next) {
        char id[160];
        snprintf(id, sizeof id, "%s.%s", t->suite, t->name);
        if (argc > 1 && !strstr(id, argv[1]))
            continue;
        bad += !run(t, ++n);
    }
    printf("1..%d\n", n);
    return bad != 0;
}
