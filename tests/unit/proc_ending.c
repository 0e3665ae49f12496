/* proc/ending: how a command ended, from the status of wait(2) and its life. */
#include "proc/ending.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/exit.h"
#include "test.h"

/* What wait(2) would say. */
#define EXITED(code) ((code) << 8)
#define BY(sig) (sig)
#define DUMPED(sig) ((sig) | 0x80)

TEST(proc_ending, rows)
{
    static const struct {
        int wait_status;
        bool timed_out, told;
        int sent;
        enum gf_ending_how how;
        int code, signal, status;
        const char *text;
        bool exceeded;
    } rows[] = {
        {EXITED(0), false, false, 0, GF_ENDING_OK, 0, 0, 0, "ok", false},
        {EXITED(3), false, false, 0, GF_ENDING_EXIT, 3, 0, 3, "exit status 3", false},
        {EXITED(255), false, false, 0, GF_ENDING_EXIT, 255, 0, 255, "exit status 255", false},
        {EXITED(130), false, false, 0, GF_ENDING_EXIT, 130, 0, 130, "exit status 130", false},
        {BY(SIGKILL), false, false, 0, GF_ENDING_SIGNAL, -1, 9, 137, "signal 9", false},
        {DUMPED(SIGSEGV), false, false, 0, GF_ENDING_SIGNAL, -1, 11, 139, "signal 11", false},
        {BY(64), false, false, 0, GF_ENDING_SIGNAL, -1, 64, 192, "signal 64", false},
        {BY(SIGTERM), true, false, SIGTERM, GF_ENDING_TIMEOUT, -1, 15, 124, "timed out", false},
        {BY(SIGKILL), true, false, SIGKILL, GF_ENDING_TIMEOUT, -1, 9, 124, "timed out", false},
        {EXITED(0), true, false, SIGTERM, GF_ENDING_TIMEOUT, 0, 0, 124, "timed out", false},
        {EXITED(7), true, false, SIGTERM, GF_ENDING_TIMEOUT, 7, 0, 124, "timed out", false},
        /* It had ended by itself when the signal came, which went to the rest of its group. */
        {EXITED(0), false, false, SIGTERM, GF_ENDING_OK, 0, 0, 0, "ok", false},
        {EXITED(7), false, false, SIGTERM, GF_ENDING_EXIT, 7, 0, 7, "exit status 7", false},
        {BY(SIGTERM), false, true, SIGTERM, GF_ENDING_INTERRUPTED, -1, 15, 143, "interrupted",
         false},
        {BY(SIGKILL), false, true, SIGKILL, GF_ENDING_INTERRUPTED, -1, 9, 137, "interrupted",
         false},
        {EXITED(7), false, true, SIGTERM, GF_ENDING_INTERRUPTED, 7, 0, 7, "interrupted", false},
        {EXITED(0), false, true, SIGTERM, GF_ENDING_OK, 0, 0, 0, "ok", false},
        {BY(SIGTERM), true, true, SIGTERM, GF_ENDING_TIMEOUT, -1, 15, 124, "timed out", false},
        /* It wrote too much: however it ended. */
        {BY(SIGTERM), false, true, SIGTERM, GF_ENDING_EXCEEDED, -1, 15, 143, "wrote too much",
         true},
        {BY(SIGKILL), false, true, SIGKILL, GF_ENDING_EXCEEDED, -1, 9, 137, "wrote too much", true},
        {EXITED(0), false, true, SIGTERM, GF_ENDING_EXCEEDED, -1, 15, 143, "wrote too much", true},
        {EXITED(0), false, false, 0, GF_ENDING_EXCEEDED, -1, 15, 143, "wrote too much", true},
        {BY(SIGTERM), true, true, SIGTERM, GF_ENDING_TIMEOUT, -1, 15, 124, "timed out", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_child life = {.timed_out = rows[i].timed_out,
                                .told = rows[i].told,
                                .exceeded = rows[i].exceeded,
                                .last_signal = rows[i].sent};
        struct gf_ending e = gf_ending_of(rows[i].wait_status, &life);
        char text[GF_ENDING_SIZE];
        CHECK_ROW(e.how == rows[i].how && e.code == rows[i].code && e.signal == rows[i].signal &&
                      e.sent == rows[i].sent && e.err == 0,
                  "row %zu: how %d, code %d, signal %d, sent %d, err %d", i, (int)e.how, e.code,
                  e.signal, e.sent, e.err);
        CHECK_ROW(gf_ending_status(&e) == rows[i].status, "row %zu: status %d", i,
                  gf_ending_status(&e));
        CHECK_INT(gf_ending_is_failure(&e),
                  e.how != GF_ENDING_OK && strcmp(rows[i].text, "interrupted") != 0);
        CHECK(gf_ending_text(&e, text) == text);
        CHECK_STR(text, rows[i].text);
    }
}

TEST(proc_ending, unstarted)
{
    static const struct {
        int err, status;
    } rows[] = {{ENOENT, GF_EXIT_NOTFOUND},
                {EACCES, GF_EXIT_CANNOT},
                {EMFILE, GF_EXIT_CANNOT},
                {E2BIG, GF_EXIT_CANNOT}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_ending e = gf_ending_unstarted(rows[i].err);
        char text[GF_ENDING_SIZE];
        CHECK_INT(e.how, GF_ENDING_UNSTARTED);
        CHECK_INT(e.err, rows[i].err);
        CHECK_INT(e.code, rows[i].status);
        CHECK_INT(gf_ending_status(&e), rows[i].status);
        CHECK_STR(gf_ending_text(&e, text), "could not start");
    }
}
