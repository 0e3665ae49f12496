/*
 * misfit.c - a command that answers each record with itself until it misbehaves: misfit FAULT [AT]
 *
 * FAULT is a row of the table below. With AT the fault comes when that record has been read and
 * before it is answered; without, at the start, or with each record where the row says so. Records
 * are lines, answered one by one, so that nothing is held back.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *record; /* with its newline */
static size_t cap;
static ssize_t len;

static void put(const char *text, size_t n)
{
    while (n) {
        ssize_t w = write(1, text, n);
        if (w <= 0)
            _exit(1);
        text += w;
        n -= (size_t)w;
    }
}

static void answer(void)
{
    put(record, (size_t)len);
}

static void stall(void)
{
    for (;;)
        pause();
}

/* ---- faults ---------------------------------------------------------------------------------- */

static void ends(void)
{
    _exit(0);
}

static void fails(void)
{
    _exit(3);
}

static void killed(void)
{
    raise(SIGKILL);
}

static void twice(void)
{
    answer();
    answer();
}

static void early(void)
{
    put("early\n", 6);
    answer();
}

static void half_killed(void)
{
    put(record ? record : "half", 3);
    raise(SIGKILL);
}

static void mega(void)
{
    static char x[1 << 20];
    memset(x, 'x', sizeof x);
    put(x, sizeof x);
    put("\n", 1);
}

static void floods(void)
{
    static char x[4096];
    memset(x, 'e', sizeof x);
    for (int i = 0; i < 256; i++)
        if (write(2, x, sizeof x) <= 0)
            _exit(1);
    answer();
}

static void mute(void)
{
    close(1);
    stall();
}

/* Reads no more, and does not end. */
static void closed(void)
{
    close(0);
    stall();
}

static void deaf(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGTERM, &ignore, NULL);
    stall();
}

static void stopped(void)
{
    raise(SIGSTOP);
    answer();
}

/* A process of its group has its pipes, for longer than any test waits. */
static void leaves(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        sleep(30);
        _exit(0);
    }
    _exit(pid == -1);
}

static void last(void)
{
    answer();
    _exit(3);
}

/* Reads at once as much as it can, and answers three. */
static void three(void)
{
    static int n;
    answer();
    if (++n == 3)
        _exit(0);
}

static const struct fault {
    const char *name;
    void (*act)(void);
    int needs_record; /* it is no fault of the start */
} faults[] = {
    {"none", answer, 1}, {"ends", ends, 0},       {"fails", fails, 0},   {"killed", killed, 0},
    {"idle", stall, 0},  {"twice", twice, 1},     {"early", early, 1},   {"half", half_killed, 0},
    {"mega", mega, 1},   {"floods", floods, 1},   {"mute", mute, 0},     {"closed", closed, 0},
    {"deaf", deaf, 0},   {"stopped", stopped, 1}, {"leaves", leaves, 0}, {"last", last, 1},
    {"three", three, 1},
};

static const struct fault *find(const char *name)
{
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        if (strcmp(faults[i].name, name) == 0)
            return &faults[i];
    fprintf(stderr, "misfit: no fault '%s'\n", name);
    exit(2);
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3)
        return 2;
    const struct fault *fault = find(argv[1]);
    const char *at = argc == 3 ? argv[2] : NULL;
    size_t n = at ? strlen(at) : 0;
    if (!at && !fault->needs_record)
        fault->act();
    while ((len = getline(&record, &cap, stdin)) != -1) {
        if (!at || ((size_t)len == n + 1 && memcmp(record, at, n) == 0))
            fault->act();
        else
            answer();
    }
    return 0;
}
