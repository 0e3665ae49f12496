/* outfile.c - what a name means, what becomes of the file, and that nothing is left over. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/outfile.h"
#include "test.h"

static char dir[64];

static bool enter(void)
{
    snprintf(dir, sizeof dir, "/tmp/gf-outfile-XXXXXX");
    return mkdtemp(dir) != NULL && chdir(dir) == 0;
}

static void put(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    CHECK_INT(fchmod(fd, mode), 0);
    close(fd);
}

static void check_holds(const char *path, const char *want)
{
    char text[64] = "";
    int fd = open(path, O_RDONLY);
    CHECK_ROW(fd != -1, "%s is not there", path);
    CHECK(read(fd, text, sizeof text - 1) >= 0);
    close(fd);
    CHECK_STR(text, want);
}

static mode_t mode_of(const char *path)
{
    struct stat st = {0};
    CHECK_INT(lstat(path, &st), 0);
    return st.st_mode;
}

/* Removes what the test knows of; the directory can be removed when there is nothing else. */
static void leave(const char *const *names)
{
    for (; *names; names++)
        unlink(*names);
    CHECK_INT(chdir("/"), 0);
    CHECK_INT(rmdir(dir), 0);
}

static void write_over(const char *file, const char *text)
{
    struct gf_outfile out;
    CHECK_INT(gf_outfile_open(&out, file), 0);
    CHECK(write(out.fd, text, strlen(text)) == (ssize_t)strlen(text));
    CHECK_INT(gf_outfile_commit(&out), 0);
    CHECK_INT(out.kind, GF_OUTFILE_NONE);
}

TEST(outfile, mode_is_that_of_the_file_that_was_there)
{
    static const struct {
        mode_t old, kept;
    } rows[] = {{0600, 0600}, {0644, 0644}, {0660, 0660}, {0755, 0755}, {04755, 0755}};
    REQUIRE(enter());
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        put("f", "old", rows[i].old);
        write_over("f", "new");
        check_holds("f", "new");
        CHECK_INT(mode_of("f"), S_IFREG | rows[i].kept);
    }
    umask(027);
    write_over("g", "new");
    CHECK_INT(mode_of("g"), S_IFREG | 0640);
    leave((const char *const[]){"f", "g", NULL});
}

static void check_owned(const char *path, uid_t uid, gid_t gid, mode_t mode)
{
    struct stat st = {0};
    CHECK_INT(stat(path, &st), 0);
    CHECK_INT(st.st_uid, uid);
    CHECK_INT(st.st_gid, gid);
    CHECK_INT(st.st_mode & 0777, mode);
}

TEST(outfile, owner_is_that_of_the_file_that_was_there)
{
    static const struct {
        mode_t old, kept;
    } rows[] = {{0646, 0644}, {0642, 0600}, {0606, 0600}, {0677, 0677}};
    bool root = geteuid() == 0;
    uid_t uid = root ? 1234 : geteuid();
    gid_t gid = root ? 2345 : getegid();
    REQUIRE(enter());
    put("f", "old", 0640);
    CHECK_INT(chown("f", uid, gid), 0);
    write_over("f", "new");
    check_owned("f", uid, gid, 0640);
    /* Who may write it but not give it away makes a file of its own. Its group counted among the
     * others before, and the old group does now: both have what both had. */
    CHECK_INT(chmod(".", 0777), 0);
    if (root)
        CHECK_INT(setgid(3456), 0);
    for (size_t i = 0; root && i < sizeof rows / sizeof *rows; i++) {
        put("f", "old", rows[i].old);
        CHECK_INT(chown("f", uid, gid), 0);
        CHECK_INT(seteuid(3456), 0);
        write_over("f", "other");
        CHECK_INT(seteuid(0), 0);
        check_owned("f", 3456, 3456, rows[i].kept);
        unlink("f");
    }
    leave((const char *const[]){"f", NULL});
}

TEST(outfile, what_may_not_be_written_is_not_replaced)
{
    struct gf_outfile out;
    REQUIRE(enter());
    put("f", "old", 0444);
    CHECK_INT(chmod(".", 0777), 0);
    if (geteuid() == 0)
        CHECK_INT(seteuid(3456), 0);
    CHECK_INT(gf_outfile_open(&out, "f"), -1);
    CHECK_INT(errno, EACCES);
    CHECK(!out.no_room);
    CHECK_INT(seteuid(getuid()), 0);
    CHECK_INT(chmod(".", 0555), 0);
    CHECK_INT(chmod("f", 0666), 0);
    if (geteuid() == 0)
        CHECK_INT(seteuid(3456), 0);
    CHECK_INT(gf_outfile_open(&out, "f"), -1);
    CHECK_INT(errno, EACCES);
    CHECK(out.no_room);
    CHECK_INT(seteuid(getuid()), 0);
    check_holds("f", "old");
    CHECK_INT(chmod(".", 0700), 0);
    leave((const char *const[]){"f", NULL});
}

TEST(outfile, links_stay_and_what_they_lead_to_is_replaced)
{
    REQUIRE(enter());
    CHECK_INT(mkdir("sub", 0700), 0);
    put("sub/f", "old", 0644);
    CHECK_INT(symlink("sub/f", "one"), 0);
    CHECK_INT(symlink("one", "two"), 0);
    CHECK_INT(symlink("../two", "sub/three"), 0);
    CHECK_INT(link("sub/f", "hard"), 0);
    write_over("sub/three", "new");
    check_holds("sub/f", "new");
    check_holds("hard", "old");
    CHECK(S_ISLNK(mode_of("one")) && S_ISLNK(mode_of("two")) && S_ISLNK(mode_of("sub/three")));
    CHECK_INT(symlink("sub/made", "dangling"), 0);
    write_over("dangling", "made");
    check_holds("sub/made", "made");
    CHECK(S_ISLNK(mode_of("dangling")));
    unlink("sub/f");
    unlink("sub/three");
    unlink("sub/made");
    CHECK_INT(rmdir("sub"), 0);
    leave((const char *const[]){"one", "two", "hard", "dangling", NULL});
}

TEST(outfile, abandoned_and_nothing_is_left)
{
    struct gf_outfile out, none = {0};
    REQUIRE(enter());
    put("f", "old", 0644);
    CHECK_INT(gf_outfile_open(&out, "f"), 0);
    CHECK(out.there);
    CHECK_INT(write(out.fd, "new", 3), 3);
    check_holds("f", "old");
    errno = ENOSPC;
    gf_outfile_abandon(&out);
    CHECK_INT(errno, ENOSPC);
    check_holds("f", "old");
    CHECK_INT(gf_outfile_open(&out, "g"), 0);
    CHECK(!out.there);
    gf_outfile_abandon(&out);
    CHECK(access("g", F_OK) != 0);
    gf_outfile_abandon(&out);
    gf_outfile_abandon(&none);
    CHECK(fcntl(0, F_GETFD) != -1);
    leave((const char *const[]){"f", NULL});
}

TEST(outfile, what_cannot_be)
{
    static const struct {
        const char *file;
        int error;
    } rows[] = {{"", ENOENT},    {".", EISDIR},    {"missing/", EISDIR}, {"missing/f", ENOENT},
                {"loop", ELOOP}, {"f/g", ENOTDIR}, {"sock", ENXIO}};
    struct gf_outfile out;
    REQUIRE(enter());
    put("f", "old", 0644);
    CHECK_INT(symlink("loop", "loop"), 0);
    CHECK_INT(mknod("sock", S_IFSOCK | 0600, 0), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK_ROW(gf_outfile_open(&out, rows[i].file) == -1, "'%s' was opened", rows[i].file);
        CHECK_ROW(errno == rows[i].error, "'%s': %s", rows[i].file, strerror(errno));
        CHECK_INT(out.kind, GF_OUTFILE_NONE);
    }
    /* the directory becomes one that is no more: the file is as it was, and that is nowhere */
    CHECK_INT(mkdir("gone", 0700), 0);
    CHECK_INT(gf_outfile_open(&out, "gone/f"), 0);
    if (rmdir("gone") == 0)
        CHECK_INT(gf_outfile_commit(&out), -1);
    gf_outfile_abandon(&out);
    leave((const char *const[]){"f", "loop", "sock", NULL});
}

TEST(outfile, what_is_replaced_as_a_whole)
{
    static const struct {
        const char *file;
        bool whole;
    } rows[] = {{"f", true},
                {"new", true},
                {"to-f", true},
                {"fifo", false},
                {"to-out", false},
                {"/dev/null", false},
                {"/dev/stdout", false},
                {"/dev/fd/1", false},
                {"/proc/self/fd/1", false},
                {"/dev/shm/gf-none", true}};
    struct gf_outfile out;
    REQUIRE(enter());
    put("f", "old ", 0644);
    CHECK_INT(symlink("f", "to-f"), 0);
    CHECK_INT(symlink("/dev/stdout", "to-out"), 0);
    CHECK_INT(mkfifo("fifo", 0600), 0);
    int fd = open("f", O_WRONLY | O_APPEND), saved = dup(1);
    CHECK_INT(dup2(fd, 1), 1); /* standard output is a regular file */
    close(fd);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_ROW(gf_outfile_is_whole(rows[i].file) == rows[i].whole, "%s", rows[i].file);
    CHECK_INT(gf_outfile_open(&out, "to-out"), 0);
    CHECK_INT(out.kind, GF_OUTFILE_THROUGH);
    CHECK_INT(write(out.fd, "more", 4), 4);
    CHECK_INT(gf_outfile_commit(&out), 0);
    CHECK_INT(dup2(saved, 1), 1);
    check_holds("f", "old more");
    leave((const char *const[]){"f", "to-f", "to-out", "fifo", NULL});
}
