/* The job log: GNU parallel's columns, and which files it will not touch. */
#include "proc/joblog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

static char dir[64];

static const char *in_dir(const char *name)
{
    static char path[128];
    if (!dir[0]) {
        snprintf(dir, sizeof dir, "/tmp/gf-unit-XXXXXX");
        if (!mkdtemp(dir))
            dir[0] = '\0';
    }
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static void clean(const char *name)
{
    unlink(in_dir(name));
    rmdir(dir);
    dir[0] = '\0';
}

static void slurp(const char *path, char out[1024])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd == -1 ? 0 : read(fd, out, 1023);
    out[n > 0 ? n : 0] = '\0';
    if (fd != -1)
        close(fd);
}

static void write_file(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK_INT(write(fd, text, strlen(text)), (int)strlen(text));
    fchmod(fd, mode);
    close(fd);
}

static const struct gf_joblog_row row = {.seq = 3,
                                         .start_wall = 1700000000 * GF_S + 42 * GF_MS,
                                         .runtime = 1234 * GF_MS,
                                         .received = 17,
                                         .exit = -1,
                                         .signal = 15,
                                         .command = "echo 'a b'",
                                         .command_len = 10};

TEST(proc_joblog, rows)
{
    char text[1024];
    struct gf_joblog log;
    const char *path = in_dir("log");
    REQUIRE(gf_joblog_open(&log, path, false) == 0);
    CHECK_INT(gf_joblog_add(&log, &row), 0);
    CHECK_INT(gf_joblog_close(&log), 0);
    slurp(path, text);
    CHECK_STR(text, "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n"
                    "3\t:\t1700000000.042048691\t     1.234\t0\t17\t-1\t15\techo 'a b'\n");
    struct stat st;
    CHECK_INT(stat(path, &st), 0);
    CHECK_INT(st.st_mode & 0777, 0600);
    clean("log");
}

/* A row as it is written, without its newline. */
static size_t one_row(char text[1024])
{
    struct gf_joblog log;
    const char *path = in_dir("log");
    CHECK_INT(gf_joblog_open(&log, path, false), 0);
    CHECK_INT(gf_joblog_add(&log, &row), 0);
    CHECK_INT(gf_joblog_sync(&log), 0);
    CHECK_INT(gf_joblog_close(&log), 0);
    slurp(path, text);
    clean("log");
    size_t head = strlen(gf_joblog_header), len = strlen(text) - head - 1;
    memmove(text, text + head, len + 1);
    return len;
}

TEST(proc_joblog, a_row_with_a_wrong_bit_says_nothing)
{
    char text[1024];
    struct gf_joblog_ended got;
    size_t len = one_row(text);
    CHECK_INT(gf_joblog_parse(text, len, &got), 0);
    for (size_t bit = 0; bit < len * 8; bit++) {
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
        CHECK_ROW(gf_joblog_parse(text, len, &got) == -1, "bit %zu", bit);
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t cut = 0; cut < len; cut++)
        CHECK_ROW(gf_joblog_parse(text, cut, &got) == -1, "cut to %zu", cut);
}

TEST(proc_joblog, earlier_rows_are_kept)
{
    char text[1024];
    struct gf_joblog log;
    const char *path = in_dir("log");
    char old[256];
    snprintf(old, sizeof old, "%s1\t:\tone\n2\t:\ttorn", gf_joblog_header);
    write_file(path, old, 0600);
    CHECK_INT(gf_joblog_open(&log, path, false), -1);
    CHECK_INT(errno, EEXIST);
    REQUIRE(gf_joblog_open(&log, path, true) == 0);
    CHECK(log.torn);
    gf_joblog_add(&log, &row);
    gf_joblog_close(&log);
    slurp(path, text);
    size_t head = strlen(gf_joblog_header);
    CHECK(strncmp(text + head, "1\t:\tone\n3\t:\t", 12) == 0); /* the torn one is gone */
    clean("log");
}

TEST(proc_joblog, a_header_that_was_cut_off_is_written_again)
{
    char text[1024];
    struct gf_joblog log;
    const char *path = in_dir("log");
    write_file(path, "Seq\tHost\tSta", 0600);
    REQUIRE(gf_joblog_open(&log, path, true) == 0);
    gf_joblog_close(&log);
    slurp(path, text);
    CHECK_STR(text, gf_joblog_header);
    clean("log");
}

TEST(proc_joblog, what_is_no_log_is_left_alone)
{
    char text[1024];
    struct gf_joblog log;
    const char *path = in_dir("log");
    write_file(path, "Seq\nprecious", 0600);
    CHECK_INT(gf_joblog_open(&log, path, true), -1);
    CHECK_INT(errno, EINVAL);
    slurp(path, text);
    CHECK_STR(text, "Seq\nprecious");
    clean("log");
}

TEST(proc_joblog, rows_are_read_back)
{
    static const struct {
        const char *line;
        int result;
        uint64_t seq;
        bool ok;
        const char *command;
    } rows[] = {
        {"3\t:\t1.000\t     0.001\t0\t0\t0\t0\techo a", 0, 3, true, "echo a"},
        {"3\t:\t1.000\t     0.001\t0\t0\t1\t0\techo a\tb", 0, 3, false, "echo a\tb"},
        {"3\t:\t1.000\t     0.001\t0\t0\t0\t9\t", 0, 3, false, ""},
        {"18446744073709551615\t:\t1\t1\t0\t0\t-1\t15\tx", 0, UINT64_MAX, false, "x"},
        {"18446744073709551616\t:\t1\t1\t0\t0\t0\t0\tx", -1, 0, false, NULL},
        {"0\t:\t1\t1\t0\t0\t0\t0\tx", -1, 0, false, NULL},
        {"3\t:\t1\t1\t0\t0\t0\t0", -1, 0, false, NULL},
        {"3\t:\t1\t1\t0\t0\t00\t0\tx", 0, 3, false, "x"},
        {"3\t:\t1\t1\t0\t0\t-2\t15\tinterrupted", 0, 3, false, "interrupted"},
        {"3\t:\t1\t1\t0\t0\t-20\t15\tx", 0, 3, false, "x"},
        {"Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand", -1, 0, false,
         NULL},
        {"3\t:\t1.5e3\t1\t0\t0\t0\t0\tx", -1, 0, false, NULL},
        {"3\t:\t.5\t1\t0\t0\t0\t0\tx", 0, 3, true, "x"},
        {"3\t:\t\t1\t0\t0\t0\t0\tx", -1, 0, false, NULL},
        {"3\t:\t1.000000000\t1\t0\t0\t0\t0\tx", -1, 0, false, NULL},
        {"", -1, 0, false, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_joblog_ended got = {0};
        int result = gf_joblog_parse(rows[i].line, strlen(rows[i].line), &got);
        CHECK_ROW(result == rows[i].result, "%s", rows[i].line);
        if (result != 0 || rows[i].result != 0)
            continue;
        CHECK_ROW(got.seq == rows[i].seq && got.ok == rows[i].ok &&
                      got.interrupted == (strcmp(rows[i].command, "interrupted") == 0) &&
                      got.command_len == strlen(rows[i].command) &&
                      memcmp(got.command, rows[i].command, got.command_len) == 0,
                  "%s", rows[i].line);
    }
}

TEST(proc_joblog, refused)
{
    struct gf_joblog log;
    char target[128];
    snprintf(target, sizeof target, "%s", in_dir("victim"));
    write_file(target, "precious", 0600);
    CHECK_INT(symlink(target, in_dir("log")), 0);
    CHECK_INT(gf_joblog_open(&log, in_dir("log"), true), -1);
    CHECK_INT(errno, ELOOP);
    CHECK_STR(log.why, "is a symbolic link");
    unlink(in_dir("log"));

    CHECK_INT(link(target, in_dir("log")), 0);
    CHECK_INT(gf_joblog_open(&log, in_dir("log"), true), -1);
    CHECK_STR(log.why, "has a second name (a hard link)");
    unlink(in_dir("log"));

    write_file(in_dir("log"), "", 0622);
    CHECK_INT(gf_joblog_open(&log, in_dir("log"), false), -1);
    CHECK_STR(log.why, "group or others may write to it");
    unlink(in_dir("log"));

    CHECK_INT(gf_joblog_open(&log, in_dir("no/such/log"), false), -1);
    CHECK_INT(errno, ENOENT);
    char text[1024];
    slurp(target, text);
    CHECK_STR(text, "precious");
    clean("victim");
}

TEST(proc_joblog, devices)
{
    struct gf_joblog log;
    CHECK_INT(gf_joblog_open(&log, "/dev/full", false), -1);
    CHECK_INT(errno, ENOSPC);
    REQUIRE(gf_joblog_open(&log, "/dev/null", false) == 0);
    CHECK_INT(gf_joblog_add(&log, &row), 0);
    CHECK_INT(gf_joblog_close(&log), 0);
    CHECK_INT(gf_joblog_open(&log, "/dev/fd/987", false), -1);
    CHECK_INT(errno, EBADF);
}
