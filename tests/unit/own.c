/* own.c - a hostile neighbour: what is in the place of a file or directory of ours. */
#include "base/own.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

static char scratch[32];

static void enter(void)
{
    snprintf(scratch, sizeof scratch, "/tmp/gf-unit-XXXXXX");
    CHECK(mkdtemp(scratch) && chdir(scratch) == 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static void leave(void)
{
    CHECK_INT(chdir("/"), 0);
    CHECK_INT(nftw(scratch, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static void put(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(fd != -1 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    CHECK_INT(fchmod(fd, mode), 0);
    close(fd);
}

/* What the neighbour has put there, and with what each of the calls answers; NULL: it is opened. */
static const struct row {
    const char *name, *create, *open, *dir;
} rows[] = {
    {"none", NULL, NULL, NULL},
    {"file", NULL, NULL, "Not a directory"},
    {"link", "is a symbolic link", "is a symbolic link", "is a symbolic link"},
    {"dangling", "is a symbolic link", "is a symbolic link", "is a symbolic link"},
    {"hard", NULL, "has a second name (a hard link)", "Not a directory"},
    {"loose", NULL, "group or others may write to it", "Not a directory"},
    {"fifo", "is not a regular file", "is not a regular file", "Not a directory"},
    {"dir", "Is a directory", "is not a regular file", NULL},
    {"dirlink", "is a symbolic link", "is a symbolic link", "is a symbolic link"},
    {"loosedir", "Is a directory", "is not a regular file", "group or others may write to it"},
    {"others", "belongs to another user", "belongs to another user", "Not a directory"},
    {"othersdir", "Is a directory", "is not a regular file", "belongs to another user"},
};

static void plant(void)
{
    put("victim", "old", 0644);
    put("file", "old", 0644);
    put("loose", "old", 0666);
    CHECK_INT(symlink("victim", "link"), 0);
    CHECK_INT(symlink("nowhere", "dangling"), 0);
    CHECK_INT(link("victim", "hard"), 0);
    CHECK_INT(mkfifo("fifo", 0600), 0);
    CHECK_INT(mkdir("dir", 0755), 0);
    CHECK_INT(symlink("dir", "dirlink"), 0);
    CHECK_INT(mkdir("loosedir", 0700), 0);
    CHECK_INT(chmod("loosedir", 0777), 0);
    if (geteuid() != 0)
        return;
    put("others", "old", 0644);
    CHECK_INT(chown("others", 12345, 0), 0);
    CHECK_INT(mkdir("othersdir", 0755), 0);
    CHECK_INT(chown("othersdir", 12345, 0), 0);
}

static bool can_be(const struct row *r)
{
    return geteuid() == 0 || strncmp(r->name, "others", 6) != 0;
}

static void check_answer(const struct row *r, const char *call, int fd, const char *want,
                         const char *why)
{
    CHECK_ROW((fd != -1) == !want, "%s %s: %s", call, r->name, fd == -1 ? why : "opened");
    if (fd == -1 && want)
        CHECK_ROW(strcmp(why, want) == 0, "%s %s: '%s', not '%s'", call, r->name, why, want);
    if (fd != -1)
        CHECK_ROW(fcntl(fd, F_GETFD) & FD_CLOEXEC, "%s %s: stays open", call, r->name);
}

TEST(own, create)
{
    char text[8] = "";
    struct stat st;
    enter();
    plant();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];
        const char *why = NULL;
        if (!can_be(r))
            continue;
        int fd = gf_own_create(AT_FDCWD, r->name, 0600, &why);
        check_answer(r, "create", fd, r->create, why);
        if (fd == -1)
            continue;
        CHECK_INT(fstat(fd, &st), 0);
        CHECK_ROW(st.st_nlink == 1 && st.st_size == 0 && (st.st_mode & 07777) == 0600,
                  "%s: %lu names, mode %o", r->name, (unsigned long)st.st_nlink, st.st_mode);
        close(fd);
    }
    int fd = open("victim", O_RDONLY | O_CLOEXEC);
    CHECK_INT(read(fd, text, sizeof text - 1), 3);
    CHECK_STR(text, "old");
    close(fd);
    leave();
}

TEST(own, open)
{
    enter();
    plant();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];
        const char *why = NULL;
        bool made;
        if (!can_be(r))
            continue;
        bool is_dir = strstr(r->name, "dir") && !strstr(r->name, "link");
        int fd =
            gf_own_openat(AT_FDCWD, r->name, is_dir ? O_RDONLY : O_RDWR | O_CREAT, &made, &why);
        if (fd != -1)
            fd = gf_own_check(fd, false, &why);
        check_answer(r, "open", fd, r->open, why);
        if (fd != -1)
            CHECK_ROW(made == (strcmp(r->name, "none") == 0), "%s: made %d", r->name, made);
        if (fd != -1)
            close(fd);
    }
    leave();
}

TEST(own, directory)
{
    enter();
    plant();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];
        const char *why = NULL;
        bool made;
        if (!can_be(r))
            continue;
        int fd = gf_own_opendir(AT_FDCWD, r->name, true, &made, &why);
        if (fd != -1)
            fd = gf_own_check(fd, true, &why);
        check_answer(r, "opendir", fd, r->dir, why);
        if (fd != -1)
            close(fd);
    }
    leave();
}

TEST(own, what_cannot_be_looked_at_has_its_own_errno)
{
    const char *why = "";
    errno = 0;
    CHECK_INT(gf_own_check(9999, true, &why), -1);
    CHECK_INT(errno, EBADF);
    CHECK_STR(why, strerror(EBADF));
}

TEST(own, modes_do_not_depend_on_the_umask)
{
    static const mode_t masks[] = {0, 022, 077, 0777};
    enter();
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
        const char *why = NULL;
        bool made;
        struct stat st;
        mode_t old = umask(masks[i]);
        int dir = gf_own_opendir(AT_FDCWD, "d", true, &made, &why);
        int file = gf_own_create(dir, "f", 0600, &why);
        int users = gf_own_create(dir, "u", 0666, &why);
        int log = gf_own_openat(dir, "l", O_WRONLY | O_CREAT, &made, &why);
        umask(old);
        REQUIRE(dir != -1 && file != -1 && users != -1 && log != -1);
        CHECK(fstat(dir, &st) == 0 && (st.st_mode & 07777) == 0700);
        CHECK(fstat(file, &st) == 0 && (st.st_mode & 07777) == 0600);
        CHECK(fstat(users, &st) == 0 && (st.st_mode & 07777) == (0666 & ~masks[i]));
        CHECK(fstat(log, &st) == 0 && (st.st_mode & 07777) == 0600);
        close(dir), close(file), close(users), close(log);
        CHECK(unlink("d/f") == 0 && unlink("d/u") == 0 && unlink("d/l") == 0 && rmdir("d") == 0);
    }
    leave();
}

TEST(own, a_directory_for_which_the_umask_left_no_right)
{
    enter();
    CHECK_INT(chmod(".", 0777), 0);
    if (geteuid() == 0)
        CHECK_INT(seteuid(3456), 0);
    const char *why = "";
    bool made;
    mode_t old = umask(0777);
    int dir = gf_own_opendir(AT_FDCWD, "d", true, &made, &why);
    umask(old);
    CHECK_ROW(dir != -1, "%s", why);
    close(dir);
    CHECK_INT(seteuid(getuid()), 0);
    leave();
}
