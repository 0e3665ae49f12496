/* Files that rows are appended to: descriptors by name, and what is refused. */
#include "base/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

/* A new directory, and into it. */
static void enter(char dir[32])
{
    snprintf(dir, 32, "/tmp/gf-unit-XXXXXX");
    CHECK(mkdtemp(dir) && chdir(dir) == 0);
}

static void refused(const char *path, int err, const char *why_want)
{
    bool is_file;
    const char *why;
    int fd = gf_logfile_open(path, &is_file, &why);
    CHECK_ROW(fd == -1 && errno == err, "%s: %d, errno %d", path, fd, errno);
    CHECK_STR(why, why_want);
}

TEST(logfile, what_is_refused)
{
    char dir[32];
    enter(dir);
    CHECK_INT(mkdir("sub", 0700), 0);
    CHECK_INT(symlink("target", "link"), 0);
    close(open("open", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    chmod("open", 0620);
    close(open("twice", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    CHECK_INT(link("twice", "again"), 0);
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    char by_number[32];
    snprintf(by_number, sizeof by_number, "fd:%d", null);
    refused("sub", EISDIR, "Is a directory");
    refused("link", ELOOP, "is a symbolic link");
    refused("open", EPERM, "group or others may write to it");
    refused("twice", EPERM, "has a second name (a hard link)");
    refused("no/such", ENOENT, "No such file or directory");
    refused("fd:987", EBADF, "Bad file descriptor");
    refused("/dev/fd/987", EBADF, "Bad file descriptor");
    refused(by_number, EBADF, "it is not open for writing");
    close(null);
    unlink("link");
    unlink("open");
    unlink("twice");
    unlink("again");
    CHECK_INT(rmdir("sub"), 0);
    CHECK_INT(rmdir(dir), 0);
}

TEST(logfile, a_file_that_was_moved)
{
    char dir[32];
    bool is_file;
    const char *why;
    enter(dir);
    int fd = gf_logfile_open("log", &is_file, &why);
    CHECK(fd != -1 && !gf_logfile_is_moved(fd, "log"));
    CHECK_INT(rename("log", "log.1"), 0);
    CHECK(gf_logfile_is_moved(fd, "log"));
    CHECK(!gf_logfile_is_moved(fd, "log.1"));
    CHECK_INT(mkfifo("log", 0600), 0);
    CHECK(!gf_logfile_is_moved(fd, "log")); /* it would be waited for */
    CHECK_INT(unlink("log"), 0);
    CHECK_INT(symlink("log.1", "log"), 0);
    CHECK(gf_logfile_is_moved(fd, "log"));
    CHECK_INT(unlink("log"), 0);
    close(open("log", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    CHECK(gf_logfile_is_moved(fd, "log"));
    CHECK(!gf_logfile_is_moved(fd, "log/there"));
    close(fd);
    unlink("log");
    unlink("log.1");
    CHECK_INT(rmdir(dir), 0);
}

TEST(logfile, rows_go_behind_what_is_there)
{
    char dir[32], text[8] = "";
    bool is_file;
    const char *why;
    enter(dir);
    for (int i = 0; i < 2; i++) {
        int fd = gf_logfile_open("log", &is_file, &why);
        REQUIRE(fd != -1);
        CHECK(is_file && fcntl(fd, F_GETFD) & FD_CLOEXEC);
        CHECK_INT(write(fd, i ? "b" : "a", 1), 1);
        CHECK_INT(pread(fd, text, sizeof text - 1, 0), i + 1);
        close(fd);
    }
    CHECK_STR(text, "ab");
    struct stat st;
    CHECK_INT(stat("log", &st), 0);
    CHECK_INT(st.st_mode & 0777, 0600);
    unlink("log");
    rmdir(dir);
}

TEST(logfile, a_descriptor_by_its_number)
{
    int p[2];
    char name[32], c = 0;
    bool is_file;
    const char *why;
    REQUIRE(pipe2(p, O_CLOEXEC) == 0);
    snprintf(name, sizeof name, "fd:%d", p[1]);
    int fd = gf_logfile_open(name, &is_file, &why);
    REQUIRE(fd != -1);
    CHECK(fd != p[1] && !is_file);
    CHECK_INT(write(fd, "x", 1), 1);
    CHECK_INT(close(fd), 0);
    CHECK_INT(write(p[1], "y", 1), 1); /* it stays open */
    CHECK_INT(read(p[0], &c, 1), 1);
    CHECK_INT(c, 'x');
    close(p[0]);
    close(p[1]);
}
