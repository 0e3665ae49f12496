/* file.c - base/file: bytes at an offset, whole; that a signal is not seen is shown by torture. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "test.h"

TEST(file, bytes_at_an_offset)
{
    char got[8] = "";
    int fd = gf_tmpfile("/tmp");
    REQUIRE(fd != -1);
    CHECK_INT(gf_pwrite_all(fd, "abcdef", 6, 2), 0);
    CHECK_INT(gf_pread(fd, got, 3, 3), 3);
    CHECK(memcmp(got, "bcd", 3) == 0);
    CHECK_INT(gf_pread(fd, got, sizeof got, 5), 3); /* the file ends */
    CHECK_INT(gf_pread(fd, got, sizeof got, 8), 0);
    CHECK_INT(gf_truncate(fd, 3), 0);
    CHECK_INT(gf_pread(fd, got, sizeof got, 0), 3);
    CHECK_INT(lseek(fd, 0, SEEK_CUR), 0);
    close(fd);
    errno = 0;
    CHECK_INT(gf_pread(fd, got, 1, 0), -1);
    CHECK_INT(errno, EBADF);
    CHECK_INT(gf_pwrite_all(fd, "a", 1, 0), -1);
    CHECK_INT(gf_truncate(fd, 0), -1);
}

/* Also where a piece is empty. */
TEST(file, pieces_at_an_offset)
{
    char got[16] = "";
    char a[] = "abc", b[] = "defg";
    struct iovec piece[] = {{a, 0}, {a, 3}, {a, 0}, {b, 4}, {b, 0}};
    int fd = gf_tmpfile("/tmp");
    REQUIRE(fd != -1);
    CHECK_INT(gf_pwritev_all(fd, piece, 5, 1), 0);
    CHECK_INT(gf_pread(fd, got, sizeof got, 1), 7);
    CHECK(memcmp(got, "abcdefg", 7) == 0);
    CHECK_INT(gf_pwritev_all(fd, piece, 0, 1), 0);
    close(fd);
    piece[1] = (struct iovec){a, 3};
    CHECK_INT(gf_pwritev_all(fd, piece, 5, 1), -1);
    CHECK_INT(errno, EBADF);
}

TEST(file, opened_close_on_exec)
{
    int fd = gf_open("/dev/null", O_RDONLY, 0);
    REQUIRE(fd != -1);
    CHECK_INT(fcntl(fd, F_GETFD), FD_CLOEXEC);
    close(fd);
    CHECK_INT(gf_open("/dev/null/x", O_RDONLY, 0), -1);
    CHECK_INT(errno, ENOTDIR);
}
