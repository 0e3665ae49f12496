/* What MAKEFLAGS says of a jobserver, and tokens taken and given. */
#include "proc/jobserver.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

TEST(jobserver, parse)
{
    static const struct {
        const char *text;
        int result, kind, rfd, wfd;
        const char *path;
    } rows[] = {
        {NULL, 0, GF_JOBSERVER_NONE, -1, -1, NULL},
        {"", 0, GF_JOBSERVER_NONE, -1, -1, NULL},
        {"ks -j4 --jobserver-auth=3,4", 0, GF_JOBSERVER_PIPE, 3, 4, NULL},
        {" -j --jobserver-fds=5,6 -k", 0, GF_JOBSERVER_PIPE, 5, 6, NULL},
        {"--jobserver-auth=fifo:/tmp/GMfifo1", 0, GF_JOBSERVER_FIFO, -1, -1, "/tmp/GMfifo1"},
        {"--jobserver-auth=fifo:/tmp/f A=b", 0, GF_JOBSERVER_FIFO, -1, -1, "/tmp/f"},
        /* The last one counts. */
        {"--jobserver-fds=5,6 --jobserver-auth=7,8", 0, GF_JOBSERVER_PIPE, 7, 8, NULL},
        {"--jobserver-auth=fifo:/f --jobserver-auth=-2,-2", 0, GF_JOBSERVER_NONE, -2, -2, NULL},
        /* Behind -- are variables, and a backslash keeps a word together. */
        {"-j2 -- X=--jobserver-auth=1,2 --jobserver-auth=3,4", 0, GF_JOBSERVER_NONE, -1, -1, NULL},
        {"X=a\\ --jobserver-auth=3,4", 0, GF_JOBSERVER_NONE, -1, -1, NULL},
        {"--jobserver-auth=", -1, GF_JOBSERVER_NONE, -1, -1, NULL},
        {"--jobserver-auth=fifo:", -1, GF_JOBSERVER_NONE, -1, -1, NULL},
        {"--jobserver-auth=3", -1, GF_JOBSERVER_NONE, -1, -1, NULL},
        {"--jobserver-auth=3,x", -1, GF_JOBSERVER_NONE, 3, -1, NULL},
        {"--jobserver-auth=99999999999,4", -1, GF_JOBSERVER_NONE, -1, -1, NULL},
        {"--jobserver-authx=3,4", 0, GF_JOBSERVER_NONE, -1, -1, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_jobserver_auth a;
        int r = gf_jobserver_parse(rows[i].text, &a);
        CHECK_ROW(r == rows[i].result && (int)a.kind == rows[i].kind, "row %zu: %d, kind %d", i, r,
                  (int)a.kind);
        if (a.kind == GF_JOBSERVER_PIPE)
            CHECK_ROW(a.rfd == rows[i].rfd && a.wfd == rows[i].wfd, "row %zu", i);
        if (a.kind == GF_JOBSERVER_FIFO)
            CHECK_ROW(a.path_len == strlen(rows[i].path) &&
                          memcmp(a.path, rows[i].path, a.path_len) == 0,
                      "row %zu", i);
    }
}

/* The same bytes go back, and a take from an empty pipe does not wait. */
TEST(jobserver, tokens)
{
    int fd[2];
    char got[8];
    CHECK(pipe(fd) == 0);
    CHECK(write(fd[1], "abc", 3) == 3);
    struct gf_jobserver_auth auth = {.kind = GF_JOBSERVER_PIPE, .rfd = fd[0], .wfd = fd[1]};
    struct gf_jobserver s;
    CHECK(gf_jobserver_open(&s, &auth) == 0);
    for (int i = 0; i < 3; i++)
        CHECK(gf_jobserver_take(&s) == 1);
    CHECK(gf_jobserver_take(&s) == 0);
    CHECK(s.held == 3);
    CHECK(gf_jobserver_give(&s) == 0);
    CHECK(read(fd[0], got, sizeof got) == 1 && got[0] == 'c');
    gf_jobserver_close(&s);
    CHECK(read(fd[0], got, sizeof got) == 2 && memcmp(got, "ba", 2) == 0);
    close(fd[0]);
    close(fd[1]);
    CHECK(gf_jobserver_open(&s, &auth) == -1 && errno == EBADF);
}
