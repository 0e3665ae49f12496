/*
 * joblog.c - rows written and read back, each with a check of its bytes.
 *
 * The check of a row is a cyclic redundancy check of 19 bits, which six digits can hold: it finds
 * every change of one or two bits in rows of up to 64 KiB, and others but for one in half a
 * million.
 */
#include "proc/joblog.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "base/logfile.h"
#include "base/num.h"
#include "base/own.h"

const char gf_joblog_header[] =
    "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";

enum {
    CHECK_DIGITS = 6,
    CHECK_BITS = 19,
    CHECK_POLYNOMIAL = 0x27, /* x^19 + x^5 + x^2 + x + 1, primitive */
};

/* What one byte at the top of the remainder adds to the rest of it, for each byte. */
static const uint32_t *check_table(void)
{
    static uint32_t table[256];
    if (table[1])
        return table;
    const uint32_t top = 1u << (CHECK_BITS - 1), mask = (1u << CHECK_BITS) - 1;
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte << (CHECK_BITS - 8);
        for (int bit = 0; bit < 8; bit++)
            crc = (crc << 1 & mask) ^ (crc & top ? CHECK_POLYNOMIAL : 0);
        table[byte] = crc;
    }
    return table;
}

static uint32_t check_add(uint32_t crc, const char *s, size_t len)
{
    const uint32_t *table = check_table();
    const uint32_t mask = (1u << CHECK_BITS) - 1;
    for (size_t i = 0; i < len; i++) {
        uint32_t top = crc >> (CHECK_BITS - 8) ^ (unsigned char)s[i];
        crc = (crc << 8 & mask) ^ table[top];
    }
    return crc;
}

/* The check of a row whose own digits stand at `at`. */
static uint32_t check_of(const char *row, size_t len, size_t at)
{
    uint32_t crc = check_add(1, row, at);
    return check_add(crc, row + at + CHECK_DIGITS, len - at - CHECK_DIGITS);
}

static void format_check(uint32_t check, char out[CHECK_DIGITS])
{
    for (int i = CHECK_DIGITS; i-- > 0; check /= 10)
        out[i] = (char)('0' + check % 10);
}

static int refuse(struct gf_joblog *log, int err, const char *why)
{
    log->why = why;
    errno = err;
    return -1;
}

static int refuse_locked(struct gf_joblog *log, const struct flock *l)
{
    log->holder = l->l_type != F_UNLCK ? l->l_pid : 0;
    return refuse(log, EBUSY, "another run is writing it");
}

/* Nobody else may write it as long as we do. The children do not inherit the lock. */
static int lock(struct gf_joblog *log)
{
    struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(log->fd, F_SETLK, &l) == 0)
        return 0;
    if (errno != EAGAIN && errno != EACCES)
        return -1;
    if (fcntl(log->fd, F_GETLK, &l) != 0)
        l.l_type = F_UNLCK;
    return refuse_locked(log, &l);
}

/* Nobody writes a log that is only read. */
static int check_lock(struct gf_joblog *log)
{
    struct flock l = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    if (fcntl(log->fd, F_GETLK, &l) != 0)
        return -1;
    return l.l_type == F_UNLCK ? 0 : refuse_locked(log, &l);
}

/* Whether the file begins with the header, or with so much of it as there is. */
static int check_header(struct gf_joblog *log, off_t size)
{
    char head[128];
    size_t want = strlen(gf_joblog_header);
    if ((off_t)want > size)
        want = (size_t)size;
    ssize_t n = gf_pread(log->fd, head, want, 0);
    if (n < 0)
        return -1;
    if ((size_t)n != want || memcmp(head, gf_joblog_header, want) != 0)
        return refuse(log, EINVAL, "it does not begin as a job log");
    return 0;
}

static int write_header(const struct gf_joblog *log)
{
    return gf_write_all(log->fd, gf_joblog_header, strlen(gf_joblog_header));
}

static int take_off_torn_row(struct gf_joblog *log, off_t size)
{
    off_t whole = gf_whole_lines(log->fd, size);
    if (whole == -1)
        return -1;
    log->torn = whole != size;
    if (log->torn && gf_truncate(log->fd, whole) != 0)
        return -1;
    return whole ? 0 : write_header(log);
}

static int prepare(struct gf_joblog *log, bool append)
{
    struct stat st;
    if (!log->is_file)
        return write_header(log);
    if (lock(log) != 0 || fstat(log->fd, &st) != 0)
        return -1;
    if (st.st_size == 0)
        return write_header(log);
    if (!append)
        return refuse(log, EEXIST, "it holds rows already");
    if (check_header(log, st.st_size) != 0)
        return -1;
    return take_off_torn_row(log, st.st_size);
}

static int give_up(struct gf_joblog *log)
{
    int keep = errno;
    close(log->fd);
    log->fd = -1;
    errno = keep;
    return -1;
}

int gf_joblog_open(struct gf_joblog *log, const char *path, bool append)
{
    *log = (struct gf_joblog){.fd = -1};
    log->fd = gf_logfile_open(path, &log->is_file, &log->why);
    if (log->fd == -1)
        return -1;
    return prepare(log, append) == 0 ? 0 : give_up(log);
}

int gf_joblog_open_past(struct gf_joblog *log, const char *path)
{
    struct stat st;
    bool made;
    *log = (struct gf_joblog){.fd = -1, .is_file = true};
    log->fd = gf_own_openat(AT_FDCWD, path, O_RDONLY, &made, &log->why);
    if (log->fd != -1)
        log->fd = gf_own_check(log->fd, false, &log->why);
    if (log->fd == -1)
        return -1;
    if (check_lock(log) != 0 || fstat(log->fd, &st) != 0 || check_header(log, st.st_size) != 0)
        return give_up(log);
    return 0;
}

/* The header of a log that was copied and then emptied. */
static int write_header_again(const struct gf_joblog *log)
{
    struct stat st;
    if (fstat(log->fd, &st) != 0)
        return -1;
    return st.st_size == 0 ? write_header(log) : 0;
}

int gf_joblog_follow(struct gf_joblog *log, const char *path)
{
    struct gf_joblog fresh;
    log->why = NULL;
    if (!log->is_file)
        return 0;
    if (!gf_logfile_is_moved(log->fd, path))
        return 0;
    if (gf_joblog_open(&fresh, path, true) != 0) {
        log->why = fresh.why;
        log->holder = fresh.holder;
        return -1;
    }
    int old = log->fd;
    fresh.row = log->row;
    *log = fresh;
    return gf_close(old) == 0 ? 1 : -1;
}

int gf_joblog_add(struct gf_joblog *log, const struct gf_joblog_row *row)
{
    gf_ns wall = row->start_wall < 0 ? 0 : row->start_wall;
    gf_ns run = row->runtime < 0 ? 0 : row->runtime;
    gf_buf_clear(&log->row);
    gf_buf_printf(&log->row, "%" PRIu64 "\t:\t%" PRId64 ".%03d", row->seq, wall / GF_S,
                  (int)(wall % GF_S / GF_MS));
    size_t check = log->row.len;
    gf_buf_printf(&log->row, "%.*s\t%6" PRId64 ".%03d\t%" PRIu64 "\t%" PRIu64 "\t%d\t%d\t",
                  CHECK_DIGITS, "000000", run / GF_S, (int)(run % GF_S / GF_MS), row->sent,
                  row->received, row->exit, row->signal);
    gf_buf_add(&log->row, row->command, row->command_len);
    if (log->row.failed) /* errno is that of the append; the check of a part would be none */
        return -1;
    format_check(check_of(log->row.data, log->row.len, check), log->row.data + check);
    gf_buf_putc(&log->row, '\n');
    if (log->is_file && write_header_again(log) != 0)
        return -1;
    return gf_write_buf(log->fd, &log->row);
}

int gf_joblog_sync(struct gf_joblog *log)
{
    return log->is_file ? fdatasync(log->fd) : 0;
}

int gf_joblog_close(struct gf_joblog *log)
{
    int r = log->fd == -1 ? 0 : gf_close(log->fd);
    log->fd = -1;
    log->is_file = false;
    gf_buf_release(&log->row);
    return r;
}

/* The next column of [*at, end); *at moves behind its TAB. */
static bool column(const char **at, const char *end, const char **text, size_t *len)
{
    const char *tab = memchr(*at, '\t', (size_t)(end - *at));
    if (!tab)
        return false;
    *text = *at;
    *len = (size_t)(tab - *at);
    *at = tab + 1;
    return true;
}

static bool is_text(const char *s, size_t len, const char *want)
{
    return len == strlen(want) && memcmp(s, want, len) == 0;
}

static size_t digits(const char *s, size_t len)
{
    size_t n = 0;
    while (n < len && isdigit((unsigned char)s[n]))
        n++;
    return n;
}

/* Whether a row with this Starttime is whole: its check agrees, or it has none. */
static bool is_sound(const char *row, size_t len, const char *time, size_t size)
{
    size_t whole = digits(time, size);
    if (whole == size)
        return size > 0;
    size_t fraction = digits(time + whole + 1, size - whole - 1);
    if (time[whole] != '.' || whole + 1 + fraction != size)
        return false;
    if (fraction != 3 + CHECK_DIGITS)
        return true;
    char want[CHECK_DIGITS];
    size_t at = (size_t)(time - row) + whole + 1 + 3;
    format_check(check_of(row, len, at), want);
    return memcmp(row + at, want, CHECK_DIGITS) == 0;
}

int gf_joblog_parse(const char *line, size_t len, struct gf_joblog_ended *out)
{
    enum {
        SEQ,
        STARTTIME = 2,
        EXITVAL = 6,
        SIGNAL,
        COLUMNS /* before the command */
    };
    const char *text[COLUMNS], *at = line, *end = line + len;
    size_t size[COLUMNS];
    for (int i = 0; i < COLUMNS; i++)
        if (!column(&at, end, &text[i], &size[i]))
            return -1;
    if (gf_parse_count(text[SEQ], size[SEQ], 1, UINT64_MAX, &out->seq, NULL) != 0)
        return -1;
    if (!is_sound(line, len, text[STARTTIME], size[STARTTIME]))
        return -1;
    out->ok =
        is_text(text[EXITVAL], size[EXITVAL], "0") && is_text(text[SIGNAL], size[SIGNAL], "0");
    out->interrupted = is_text(text[EXITVAL], size[EXITVAL], "-2");
    out->command = at;
    out->command_len = (size_t)(end - at);
    return 0;
}
