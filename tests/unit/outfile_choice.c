/* outfile_choice.c - links that are refused, backups, files that stay since they have the bytes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/outfile.h"
#include "base/own.h"
#include "test.h"

static char dir[64];

/* These take the place of libc's. */
static bool links_fail;
static int dirs_synced, dir_error;

int linkat(int from, const char *old, int to, const char *new, int flags)
{
    if (links_fail && flags == 0) {
        errno = EPERM;
        return -1;
    }
    return (int)syscall(SYS_linkat, from, old, to, new, flags);
}

int fsync(int fd)
{
    struct stat st = {0};
    CHECK_INT(fstat(fd, &st), 0);
    if (!S_ISDIR(st.st_mode))
        return (int)syscall(SYS_fsync, fd);
    dirs_synced++;
    errno = dir_error;
    return dir_error ? -1 : 0;
}

static bool enter(void)
{
    snprintf(dir, sizeof dir, "/tmp/gf-outfile-XXXXXX");
    return mkdtemp(dir) != NULL && chdir(dir) == 0;
}

static void put(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0640);
    CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
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

static struct stat look(const char *path)
{
    struct stat st = {0};
    CHECK_ROW(lstat(path, &st) == 0, "%s: %s", path, strerror(errno));
    return st;
}

/* Removes what the test knows of; the directory can be removed when there is nothing else. */
static void leave(const char *const *names)
{
    for (; *names; names++)
        unlink(*names);
    CHECK_INT(chdir("/"), 0);
    CHECK_INT(rmdir(dir), 0);
}

static enum gf_outfile_end over(const char *file, const char *text,
                                const struct gf_outfile_choice *how)
{
    struct gf_outfile out;
    if (gf_outfile_open_as(&out, file, how) != 0) {
        CHECK_ROW(false, "%s: %s", file, strerror(errno));
        return GF_OUTFILE_FAILED;
    }
    CHECK(write(out.fd, text, strlen(text)) == (ssize_t)strlen(text));
    return gf_outfile_finish(&out);
}

TEST(outfile_choice, no_follow)
{
    const struct gf_outfile_choice how = {.no_follow = true};
    struct gf_outfile out;
    REQUIRE(enter());
    put("f", "old");
    CHECK_INT(symlink("f", "link"), 0);
    CHECK_INT(symlink("missing", "dangling"), 0);
    static const char *const links[] = {"link", "dangling"};
    for (size_t i = 0; i < 2; i++) {
        CHECK_INT(gf_outfile_open_as(&out, links[i], &how), -1);
        CHECK_INT(errno, ELOOP);
        CHECK_STR(out.why, GF_OWN_LINK);
    }
    CHECK_INT(over("f", "new", &how), GF_OUTFILE_REPLACED);
    check_holds("link", "new");
    leave((const char *const[]){"f", "link", "dangling", NULL});
}

/* The kernel says so too in a directory like /tmp, but that is a setting. */
TEST(outfile_choice, link_of_another_user)
{
    enum {
        OURS = 0,
        THEIRS = 12345,
        OTHERS = 12346
    };
    static const struct {
        mode_t dir;
        uid_t dir_owner, link_owner, we;
        bool refused;
    } rows[] = {{01777, OURS, THEIRS, OURS, true},    {0777, OURS, THEIRS, OURS, true},
                {0770, OURS, THEIRS, OURS, true},     {0755, OURS, THEIRS, OURS, false},
                {01777, THEIRS, THEIRS, OURS, false}, {0777, OTHERS, THEIRS, OURS, true},
                {0777, OURS, OURS, OURS, false},      {0777, OTHERS, OURS, THEIRS, false},
                {0777, OTHERS, THEIRS, THEIRS, false}};
    struct gf_outfile out;
    if (geteuid() != 0) /* only root can give a link away */
        return;
    REQUIRE(enter());
    CHECK_INT(chmod(".", 0755), 0);
    CHECK_INT(mkdir("d", 0777), 0);
    put("f", "old");
    CHECK_INT(chmod("f", 0666), 0);
    CHECK_INT(symlink("../f", "d/link"), 0);
    CHECK_INT(symlink("d/link", "first"), 0);
    CHECK_INT(chmod(".", 0777), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK_INT(chmod(".", rows[i].we == OURS ? 0755 : 0777), 0);
        CHECK_INT(chmod("d", rows[i].dir), 0);
        CHECK_INT(chown("d", rows[i].dir_owner, 0), 0);
        CHECK_INT(lchown("d/link", rows[i].link_owner, 0), 0);
        CHECK_INT(seteuid(rows[i].we), 0);
        for (int by = 0; by < 2; by++) {
            int r = gf_outfile_open(&out, by ? "first" : "d/link");
            if (!rows[i].refused) {
                CHECK_ROW(r == 0, "row %zu: %s", i, strerror(errno));
                gf_outfile_abandon(&out);
                continue;
            }
            CHECK_ROW(r == -1 && errno == EACCES, "row %zu: %s", i, strerror(errno));
            CHECK_STR(out.why, GF_OWN_FOREIGN_LINK);
        }
        CHECK_INT(seteuid(0), 0);
    }
    check_holds("f", "old");
    unlink("d/link");
    CHECK_INT(rmdir("d"), 0);
    leave((const char *const[]){"f", "first", NULL});
}

TEST(outfile_choice, backup)
{
    const struct gf_outfile_choice how = {.backup = "~"};
    REQUIRE(enter());
    CHECK_INT(over("f", "one", &how), GF_OUTFILE_REPLACED); /* nothing to keep */
    CHECK(access("f~", F_OK) != 0);
    ino_t one = look("f").st_ino;
    CHECK_INT(over("f", "two", &how), GF_OUTFILE_REPLACED);
    check_holds("f", "two");
    check_holds("f~", "one");
    CHECK_INT(look("f~").st_ino, one);
    CHECK_INT(over("f", "three", &how), GF_OUTFILE_REPLACED);
    check_holds("f~", "two");
    CHECK_INT(look("f~").st_nlink, 1);
    /* a run that was killed behind its backup, and one that was killed in the midst of it */
    unlink("f~");
    CHECK_INT(link("f", "f~"), 0);
    CHECK_INT(over("f", "four", &how), GF_OUTFILE_REPLACED);
    check_holds("f~", "three");
    CHECK_INT(symlink("f", "link"), 0);
    CHECK_INT(over("link", "five", &how), GF_OUTFILE_REPLACED);
    check_holds("f~", "four"); /* beside the file, not beside the link */
    leave((const char *const[]){"f", "f~", "link", NULL});
}

TEST(outfile_choice, a_link_that_was_left_becomes_the_backup)
{
    const struct gf_outfile_choice how = {.backup = "~"};
    char left[GF_BESIDE_NAME];
    REQUIRE(enter());
    put("f", "old");
    put("f~", "older");
    int here = open(".", O_PATH | O_DIRECTORY);
    CHECK_INT(gf_beside_link(here, "f", left), 0);
    close(here);
    CHECK_INT(look("f").st_nlink, 2);
    CHECK_INT(over("f", "new", &how), GF_OUTFILE_REPLACED);
    check_holds("f", "new");
    check_holds("f~", "old");
    CHECK(access(left, F_OK) != 0);
    leave((const char *const[]){"f", "f~", NULL});
}

TEST(outfile_choice, backup_by_a_copy)
{
    const struct gf_outfile_choice how = {.backup = "~"};
    REQUIRE(enter());
    put("f", "old");
    put("f~", "older");
    ino_t old = look("f").st_ino;
    links_fail = true;
    CHECK_INT(over("f", "new", &how), GF_OUTFILE_REPLACED);
    check_holds("f", "new");
    check_holds("f~", "old");
    CHECK(look("f~").st_ino != old);
    CHECK_INT(look("f~").st_mode & 07777, look("f").st_mode & 07777);
    leave((const char *const[]){"f", "f~", NULL});
}

TEST(outfile_choice, without_its_backup_the_file_stays)
{
    char suffix[300];
    struct gf_outfile_choice how = {.backup = "~"};
    REQUIRE(enter());
    put("f", "old");
    CHECK_INT(mkdir("f~", 0700), 0);
    CHECK_INT(over("f", "new", &how), GF_OUTFILE_NO_BACKUP);
    CHECK_INT(errno, EISDIR);
    check_holds("f", "old");
    CHECK_INT(look("f").st_nlink, 1);
    memset(suffix, '~', sizeof suffix - 1);
    suffix[sizeof suffix - 1] = '\0';
    how.backup = suffix;
    CHECK_INT(over("f", "new", &how), GF_OUTFILE_NO_BACKUP);
    CHECK_INT(errno, ENAMETOOLONG);
    suffix[254] = '\0'; /* the longest name that there is */
    CHECK_INT(over("f", "new", &how), GF_OUTFILE_REPLACED);
    suffix[0] = 'f';
    suffix[254] = '~';
    suffix[255] = '\0';
    check_holds(suffix, "old");
    CHECK_INT(rmdir("f~"), 0);
    leave((const char *const[]){"f", suffix, NULL});
}

TEST(outfile_choice, if_changed)
{
    const struct gf_outfile_choice how = {.if_changed = true, .backup = "~"};
    static const struct timespec past[2] = {{1000000000, 5}, {1000000000, 7}};
    struct gf_outfile out;
    REQUIRE(enter());
    put("f", "bytes");
    CHECK_INT(utimensat(AT_FDCWD, "f", past, 0), 0);
    struct stat was = look("f");
    CHECK_INT(over("f", "bytes", &how), GF_OUTFILE_SAME);
    struct stat now = look("f");
    CHECK_INT(now.st_ino, was.st_ino);
    CHECK_INT(now.st_mtim.tv_sec, 1000000000);
    CHECK_INT(now.st_mtim.tv_nsec, 7);
    CHECK_INT(now.st_atim.tv_nsec, 5);
    CHECK_INT(now.st_ctim.tv_nsec, was.st_ctim.tv_nsec);
    CHECK(access("f~", F_OK) != 0);
    static const char *const others[] = {"byteS", "bytes and more", "byt", ""};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        CHECK_INT(over("f", others[i], &how), GF_OUTFILE_REPLACED);
        check_holds("f", others[i]);
    }
    CHECK_INT(over("f", "", &how), GF_OUTFILE_SAME);
    CHECK_INT(over("new", "", &how), GF_OUTFILE_REPLACED); /* one that was not there */
    check_holds("new", "");
    /* what was opened had the bytes; what has the name now has others */
    put("f", "bytes");
    CHECK_INT(gf_outfile_open_as(&out, "f", &how), 0);
    CHECK_INT(write(out.fd, "bytes", 5), 5);
    put("g", "other");
    CHECK_INT(rename("g", "f"), 0);
    CHECK_INT(gf_outfile_finish(&out), GF_OUTFILE_REPLACED);
    check_holds("f", "bytes");
    leave((const char *const[]){"f", "f~", "new", NULL});
}

TEST(outfile_choice, if_changed_compares_all_blocks)
{
    const struct gf_outfile_choice how = {.if_changed = true};
    enum {
        SIZE = 3 * 4096 + 5
    };
    static char bytes[SIZE + 1];
    struct gf_outfile out;
    REQUIRE(enter());
    memset(bytes, 'a', SIZE);
    put("f", bytes);
    for (size_t i = 0; i < 2; i++) {
        CHECK_INT(gf_outfile_open_as(&out, "f", &how), 0);
        CHECK_INT(write(out.fd, bytes, SIZE), SIZE);
        CHECK_INT(gf_outfile_finish(&out), i ? GF_OUTFILE_REPLACED : GF_OUTFILE_SAME);
        bytes[SIZE - 1] = 'b';
    }
    leave((const char *const[]){"f", NULL});
}

TEST(outfile_choice, sync_name)
{
    const struct gf_outfile_choice none = {0}, how = {.sync_name = true};
    REQUIRE(enter());
    CHECK_INT(over("f", "one", &none), GF_OUTFILE_REPLACED);
    CHECK_INT(dirs_synced, 0);
    CHECK_INT(over("f", "two", &how), GF_OUTFILE_REPLACED);
    CHECK_INT(dirs_synced, 1);
    dir_error = EINVAL; /* a file system where there is nothing to wait for */
    CHECK_INT(over("f", "three", &how), GF_OUTFILE_REPLACED);
    dir_error = EIO;
    CHECK_INT(over("f", "four", &how), GF_OUTFILE_NOT_SYNCED);
    CHECK_INT(errno, EIO);
    check_holds("f", "four");
    leave((const char *const[]){"f", NULL});
}

TEST(outfile_choice, nobody_else_reads_it_before_the_end)
{
    static const mode_t masks[] = {022, 0777, 0};
    struct gf_outfile out;
    struct stat st;
    REQUIRE(enter());
    put("f", "old");
    CHECK_INT(chmod("f", 0666), 0);
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
        umask(masks[i]);
        for (int fresh = 0; fresh < 2; fresh++) {
            const char *name = fresh ? "new" : "f";
            CHECK_INT(gf_outfile_open(&out, name), 0);
            CHECK_INT(write(out.fd, "new", 3), 3);
            CHECK_INT(fstat(out.fd, &st), 0);
            CHECK_INT(st.st_mode & 0177, 0);
            CHECK_INT(gf_outfile_commit(&out), 0);
            CHECK_INT(look(name).st_mode & 0777, fresh ? 0666 & ~masks[i] : 0666);
        }
        unlink("new");
    }
    leave((const char *const[]){"f", NULL});
}

/* What gf_tool_output_as and gf_tool_output_end say; the status of the second. */
static int told(const struct gf_outfile_choice *how, const char *file, char text[512])
{
    struct gf_outfile out;
    int saved = dup(2), fd = open("said", O_RDWR | O_CREAT | O_TRUNC, 0600), status = -1;
    gf_msg_init("tool");
    CHECK_INT(dup2(fd, 2), 2);
    if (gf_tool_output_as(&out, file, how) == 0) {
        CHECK(write(out.fd, "new", 3) == 3);
        status = gf_tool_output_end(&out, file, GF_EXIT_OK);
    }
    CHECK_INT(dup2(saved, 2), 2);
    ssize_t n = pread(fd, text, 511, 0);
    text[n > 0 ? n : 0] = '\0';
    close(saved);
    close(fd);
    unlink("said");
    return status;
}

TEST(outfile_choice, what_a_tool_says)
{
    struct gf_outfile_choice how = {.backup = "~", .sync_name = true};
    char text[512];
    REQUIRE(enter());
    put("f", "old");
    CHECK_INT(symlink("f", "link"), 0);
    CHECK_INT(mkdir("f~", 0700), 0);
    CHECK_INT(told(&how, "f", text), GF_EXIT_TOOL);
    CHECK_STR(text, "tool: cannot keep the old 'f' as 'f~': Is a directory\n"
                    "tool: 'f' stays as it was\n");
    check_holds("f", "old");
    CHECK_INT(rmdir("f~"), 0);
    dir_error = EIO;
    CHECK_INT(told(&how, "f", text), GF_EXIT_TOOL);
    CHECK_STR(text, "tool: 'f' is replaced, but its directory cannot be synced: "
                    "Input/output error\n");
    check_holds("f", "new");
    dir_error = 0;
    CHECK_INT(told(&how, "f", text), GF_EXIT_OK);
    how.if_changed = true;
    CHECK_INT(told(&how, "f", text), GF_EXIT_OK);
    CHECK_STR(text, "");
    how.no_follow = true;
    CHECK_INT(told(&how, "link", text), -1);
    CHECK_STR(text, "tool: cannot write to 'link': is a symbolic link\n"
                    "hint: name what 'link' points to\n");
    leave((const char *const[]){"f", "f~", "link", NULL});
}
