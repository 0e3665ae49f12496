/* base/secret: passwords of files and variables, and which files are refused. */
#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

static char path[64];

static void write_file(const char *bytes, size_t len, mode_t mode)
{
    snprintf(path, sizeof path, "/tmp/gf-secret-XXXXXX");
    int fd = mkstemp(path);
    if (fd == -1 || write(fd, bytes, len) != (ssize_t)len || fchmod(fd, mode) != 0)
        abort();
    close(fd);
    setenv("TEST_SECRET_FILE", path, 1);
}

TEST(secret, of_a_file)
{
    static const struct {
        const char *bytes;
        size_t len;
        mode_t mode;
        const char *want, *why;
    } rows[] = {
        {"pass word\n", 10, 0600, "pass word", NULL},
        {"pass", 4, 0400, "pass", NULL},
        {"two\n\n", 5, 0600, "two\n", NULL},
        {"", 0, 0600, NULL, "is empty"},
        {"\n", 1, 0600, NULL, "is empty"},
        {"a\0b", 3, 0600, NULL, "a NUL byte"},
        {"pass", 4, 0640, NULL, "others may read or write it; chmod 600"},
        {"pass", 4, 0602, NULL, "others may read or write it; chmod 600"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *got = NULL;
        const char *why = "";
        write_file(rows[i].bytes, rows[i].len, rows[i].mode);
        CHECK_INT(gf_secret_take("TEST_SECRET", &got, &why), rows[i].want ? 0 : -1);
        CHECK_STR(got ? got : "-", rows[i].want ? rows[i].want : "-");
        CHECK_STR(rows[i].why ? why : "", rows[i].why ? rows[i].why : "");
        gf_secret_free(got);
        unlink(path);
    }
}

TEST(secret, too_long_and_no_file)
{
    char *got = NULL, bytes[5000];
    const char *why = "";
    memset(bytes, 'x', sizeof bytes);
    write_file(bytes, sizeof bytes, 0600);
    CHECK_INT(gf_secret_take("TEST_SECRET", &got, &why), -1);
    CHECK_INT(errno, EFBIG);
    unlink(path);
    CHECK_INT(gf_secret_take("TEST_SECRET", &got, &why), -1);
    CHECK_INT(errno, ENOENT);
    setenv("TEST_SECRET_FILE", "/tmp", 1);
    CHECK_INT(gf_secret_take("TEST_SECRET", &got, &why), -1);
    CHECK(!got);
}

/* The variable is gone from what children get, and from where it lay. */
TEST(secret, of_a_variable)
{
    char place[] = "TEST_SECRET=hidden";
    char *got = NULL;
    const char *why = "";
    unsetenv("TEST_SECRET_FILE");
    CHECK_INT(gf_secret_take("TEST_SECRET", &got, &why), 0);
    CHECK(!got);
    putenv(place);
    CHECK_INT(gf_secret_take("TEST_SECRET", &got, &why), 0);
    CHECK_STR(got, "hidden");
    CHECK(!getenv("TEST_SECRET"));
    CHECK_STR(place, "TEST_SECRET=");
    gf_secret_free(got);
    setenv("TEST_SECRET", "", 1);
    CHECK_INT(gf_secret_take("TEST_SECRET", &got, &why), 0);
    CHECK(!got);
    write_file("of the file", 11, 0600);
    setenv("TEST_SECRET", "of the variable", 1);
    CHECK_INT(gf_secret_take("TEST_SECRET", &got, &why), 0);
    CHECK_STR(got, "of the file");
    CHECK(!getenv("TEST_SECRET"));
    gf_secret_free(got);
    unlink(path);
}
