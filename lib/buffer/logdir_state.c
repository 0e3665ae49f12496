/*
 * logdir_state.c - rows of text under a sum.
 *
 * Archives are processed oldest first, so those that wait are nearly always one row, however many
 * they are, and a rotation writes a hundred bytes. There are more rows where runs that process took
 * turns with others that do not, or where a state was guessed. Beyond ROWS of them the last row
 * goes on to the last that waits: what lies between may be processed again, and none is forgotten.
 */
#include "buffer/logdir_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/own.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
    ROWS = 1000,      /* of those that wait */
    MOST = 64 * 1024, /* bytes of the file */
    SUM = 21          /* bytes of the last row: "sum ", 16 digits, newline */
};

static const char name_of_file[] = "state";
static const char magic[] = "gf-logs 1\n";

_Static_assert(sizeof magic + 33 + ROWS * 61 + SUM < MOST, "what is written can be read");

static void format_sum(const char *text, size_t len, char row[SUM + 1])
{
    snprintf(row, SUM + 1, "sum %016llx\n", (unsigned long long)XXH3_64bits(text, len));
}

/* ---- reading --------------------------------------------------------------------------------- */

/* A word and the text behind it; the cursor stays where the text has another one. */
static bool take(const char **at, const char *word)
{
    size_t len = strlen(word);
    if (strncmp(*at, word, len) != 0)
        return false;
    *at += len;
    return true;
}

static bool take_name(const char **at, struct gf_logdir_stamp *s)
{
    const char *rest = gf_logdir_name_parse(*at, s);
    if (!rest)
        return false;
    *at = rest;
    return true;
}

/* Whether the text ends with the row that has the sum of the rest, which is cut off then. */
static bool check_sum(char *text, size_t len)
{
    char row[SUM + 1];
    if (len < SUM || strlen(text) != len)
        return false;
    format_sum(text, len - SUM, row);
    if (memcmp(text + len - SUM, row, SUM) != 0)
        return false;
    text[len - SUM] = '\0';
    return true;
}

/* Walks over the rows; with a list those wait that are named. False: a row is none. */
static bool read_rows(const char *at, struct gf_logdir_stamp *last, struct gf_logdir_list *list)
{
    struct gf_logdir_stamp from, to;
    size_t i = list ? list->first : 0;
    if (!take(&at, magic) || !take(&at, "last ") || !take_name(&at, last) || !take(&at, "\n"))
        return false;
    while (*at) {
        if (!take(&at, "wait ") || !take_name(&at, &from) || !take(&at, " ") ||
            !take_name(&at, &to) || !take(&at, "\n"))
            return false;
        while (list && i < list->n && gf_logdir_stamp_compare(&list->all[i].stamp, &from) < 0)
            i++;
        for (; list && i < list->n && gf_logdir_stamp_compare(&list->all[i].stamp, &to) <= 0; i++)
            gf_logdir_list_set_waits(list, &list->all[i], true);
    }
    return true;
}

void gf_logdir_state_guess(struct gf_logdir_list *list, const struct gf_logdir_stamp *last)
{
    for (size_t i = list->n; i > list->first; i--) {
        struct gf_logdir_archive *a = &list->all[i - 1];
        if (gf_logdir_stamp_compare(&a->stamp, last) <= 0)
            break;
        if (!a->beside)
            gf_logdir_list_set_waits(list, a, true);
    }
}

/* The whole file, ended by a NUL; -1 with errno. A larger one than is ever written is cut off, and
 * its sum is wrong then. */
static ssize_t read_text(int dir, char *text, const char **why)
{
    bool made;
    int fd = gf_own_openat(dir, name_of_file, O_RDONLY, &made, why);
    if (fd == -1 || (fd = gf_own_check(fd, false, why)) == -1)
        return -1;
    ssize_t len = gf_pread(fd, text, MOST - 1, 0);
    if (len == -1)
        return gf_own_drop(fd, why);
    text[len] = '\0';
    close(fd);
    return len;
}

enum gf_logdir_state gf_logdir_state_read(int dir, struct gf_logdir_stamp *last,
                                          struct gf_logdir_list *list, const char **why)
{
    enum gf_logdir_state result = GF_LOGDIR_STATE_REFUSED;
    struct gf_logdir_stamp of_file;
    char *text = malloc(MOST);
    if (!text) {
        (void)gf_own_refuse_errno(why);
        return result;
    }
    ssize_t len = read_text(dir, text, why);
    if (len == -1 && errno != ENOENT)
        goto out;
    result = GF_LOGDIR_STATE_NONE;
    if (len == -1 || !check_sum(text, (size_t)len) || !read_rows(text, &of_file, NULL))
        goto out;
    (void)read_rows(text, last, list);
    result = GF_LOGDIR_STATE_GOOD;
out:;
    int code = errno;
    free(text);
    errno = code;
    return result;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* The next of those that wait, from i on; list->n: there is none. */
static size_t next_waiting(const struct gf_logdir_list *list, size_t i)
{
    while (i < list->n && !list->all[i].waits)
        i++;
    return i;
}

static void add_rows(struct gf_buf *text, const struct gf_logdir_list *list)
{
    char from[GF_LOGDIR_NAME], to[GF_LOGDIR_NAME];
    size_t left = list->waiting, rows = 0;
    for (size_t i = list->first; left > 0 && (i = next_waiting(list, i)) < list->n; i++) {
        gf_logdir_name_format(&list->all[i].stamp, from);
        left--;
        while (left > 0 && (list->all[i + 1].waits || rows + 1 == ROWS))
            left -= list->all[++i].waits;
        gf_logdir_name_format(&list->all[i].stamp, to);
        gf_buf_printf(text, "wait %s %s\n", from, to);
        rows++;
    }
}

static int write_text(int dir, const struct gf_buf *text)
{
    char tmp[GF_BESIDE_NAME];
    int fd = gf_beside_make_plain(dir, 0600, tmp);
    if (fd == -1)
        return -1;
    struct stat st;
    int result = fstat(fd, &st);
    if (result == 0 && (st.st_mode & 0777) != 0600) /* the umask has taken from it */
        result = fchmod(fd, 0600);
    if (result == 0)
        result = gf_write_buf(fd, text);
    if (result == 0)
        result = gf_beside_commit_plain(dir, name_of_file, &fd, tmp, true);
    if (result != 0)
        gf_beside_drop(dir, tmp);
    int code = errno;
    if (fd != -1)
        close(fd);
    errno = code;
    return result;
}

int gf_logdir_state_write(int dir, const struct gf_logdir_stamp *last,
                          const struct gf_logdir_list *list)
{
    char name[GF_LOGDIR_NAME], row[SUM + 1];
    struct gf_buf text = GF_BUF_INIT(MOST);
    gf_logdir_name_format(last, name);
    gf_buf_printf(&text, "%slast %s\n", magic, name);
    add_rows(&text, list);
    int result = gf_buf_check(&text);
    if (result == 0) {
        format_sum(text.data, text.len, row);
        gf_buf_puts(&text, row);
        result = write_text(dir, &text);
    }
    int code = errno;
    gf_buf_release(&text);
    errno = code;
    return result;
}

/* gf_beside_commit_plain gives a file the temporary names of the file "" before its own. */
void gf_logdir_state_clean(int dir)
{
    char tmp[GF_BESIDE_NAME];
    int fd = gf_beside_make(dir, "", 0600, tmp);
    gf_beside_drop(dir, tmp);
    if (fd != -1)
        close(fd);
}
