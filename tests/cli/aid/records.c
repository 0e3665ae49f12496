/*
 * records.c - records for a buffer, and a judge of what came out of it.
 *
 *     records write SEED TOTAL [MOST]    writes the records 1 to TOTAL
 *     records read SEED TOTAL HOW        reads what came of them
 *
 * The sizes (payloads of at most MOST bytes, of 8 MiB without it) follow from SEED. Both write and
 * read in pieces of random sizes and stall at random moments, which follow from SEED too; with the
 * seed 0 neither stalls. The reader tells what it saw, `records N bytes N missing N markers N`, and
 * exits with 1 after a line about the first thing that is wrong: a line that is no record as a
 * whole, one that was due before, and, by HOW:
 *
 *   whole      one that is missing
 *   start      one that is missing, but for those behind the last that came
 *   gaps       none: any may be missing
 *   markers    one that is missing where no line `gf-buffer: N records dropped` says so, and lines
 *              of that kind that together say more or less than what is missing there
 */
#include <errno.h>
#include <unistd.h>

#include "records.h"

enum {
    PIECE = 64 * 1024,
    LINE = RECORD_HEAD + RECORD_LONGEST + 1
};

static uint64_t stalls; /* 0: there are none */

static void stall(unsigned one_in, unsigned most_us)
{
    if (stalls && chance(&stalls, one_in) == 0)
        nap_us(chance(&stalls, most_us));
}

static size_t piece(void)
{
    return stalls && chance(&stalls, 8) == 0 ? 1 + chance(&stalls, 999) : PIECE;
}

static void fails(const char *what)
{
    perror(what);
    exit(125);
}

/* ---- writing --------------------------------------------------------------------------------- */

static void write_out(const char *data, size_t len)
{
    while (len) {
        size_t part = piece();
        ssize_t n = write(STDOUT_FILENO, data, len < part ? len : part);
        if (n == -1)
            fails("records: cannot write");
        data += n;
        len -= (size_t)n;
        stall(32, 4000);
    }
}

static int write_records(uint64_t seed, unsigned total, unsigned most)
{
    static char line[LINE], held[PIECE];
    size_t have = 0;
    uint64_t sizes = chance_from(seed);
    for (unsigned i = 1; i <= total; i++) {
        size_t len = record_make(line, i, record_size(&sizes, most));
        if (have + len > sizeof held) {
            write_out(held, have);
            have = 0;
        }
        if (len > sizeof held) {
            write_out(line, len);
        } else {
            memcpy(held + have, line, len);
            have += len;
        }
    }
    write_out(held, have);
    return 0;
}

/* ---- reading --------------------------------------------------------------------------------- */

struct seen {
    const char *how;
    unsigned due; /* the next number */
    uint64_t records, missing, markers;
    uint64_t bytes;     /* without markers */
    uint64_t announced; /* missing, by a marker in front of what comes now */
    bool marked;
};

static bool is(const struct seen *s, const char *how)
{
    return strcmp(s->how, how) == 0;
}

static int wrong(const struct seen *s, const char *what, unsigned number)
{
    fprintf(stderr, "records: %s: behind %llu records, %u was due, %u came, %llu were announced\n",
            what, (unsigned long long)s->records, s->due, number, (unsigned long long)s->announced);
    return -1;
}

/* Up to `number`, which is there, some are missing. */
static int look_at_gap(struct seen *s, unsigned number)
{
    unsigned gap = number - s->due;
    if (gap && (is(s, "whole") || is(s, "start")))
        return wrong(s, "missing", number);
    if (is(s, "markers") && (s->announced != gap || s->marked != (gap > 0)))
        return wrong(s, "the marker is wrong", number);
    s->missing += gap;
    s->announced = 0;
    s->marked = false;
    return 0;
}

static int look_at(struct seen *s, const char *line, size_t len)
{
    static const char marker[] = "gf-buffer: ", rest[] = " records dropped";
    if (is(s, "markers") && len > sizeof marker && memcmp(line, marker, sizeof marker - 1) == 0) {
        char *end;
        unsigned long long n = strtoull(line + sizeof marker - 1, &end, 10);
        size_t left = len - (size_t)(end - line);
        if (left != sizeof rest - 1 || memcmp(end, rest, left) != 0 || n == 0)
            return wrong(s, "a torn marker", 0);
        s->announced += n; /* more may be dropped when the first line is out */
        s->marked = true;
        s->markers++;
        return 0;
    }
    unsigned number = record_of(line, len);
    if (number == 0)
        return wrong(s, "torn, or none of ours", 0);
    if (number < s->due)
        return wrong(s, "out of order, or twice", number);
    if (look_at_gap(s, number) != 0)
        return -1;
    s->due = number + 1;
    s->records++;
    s->bytes += len + 1;
    return 0;
}

/* The whole lines of the text; what is left moves to its front. */
static int look_at_lines(struct seen *s, char *text, size_t *len, size_t *looked)
{
    char *line = text, *end;
    while ((end = memchr(text + *looked, '\n', *len - *looked))) {
        if (look_at(s, line, (size_t)(end - line)) != 0)
            return -1;
        line = end + 1;
        *looked = (size_t)(line - text);
    }
    *len -= (size_t)(line - text);
    *looked = *len;
    memmove(text, line, *len);
    return 0;
}

static int read_records(unsigned total, const char *how)
{
    static char text[LINE + PIECE];
    struct seen s = {.how = how, .due = 1};
    size_t len = 0, looked = 0;
    stall(1, 50000);
    for (;;) {
        size_t room = sizeof text - len, part = piece();
        ssize_t n = read(STDIN_FILENO, text + len, room < part ? room : part);
        if (n == -1)
            fails("records: cannot read");
        if (n == 0)
            break;
        len += (size_t)n;
        if (look_at_lines(&s, text, &len, &looked) != 0)
            return 1;
        if (len == sizeof text)
            return -wrong(&s, "longer than any", 0);
        stall(16, 4000);
    }
    if (len)
        return -wrong(&s, "cut at the end", 0);
    if (!is(&s, "start") && look_at_gap(&s, total + 1) != 0)
        return 1;
    printf("records %llu bytes %llu missing %llu markers %llu\n", (unsigned long long)s.records,
           (unsigned long long)s.bytes, (unsigned long long)s.missing,
           (unsigned long long)s.markers);
    return fflush(stdout) == 0 ? 0 : 125;
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    uint64_t seed = strtoull(argv[2], NULL, 10);
    unsigned total = (unsigned)strtoul(argv[3], NULL, 10);
    bool writes = strcmp(argv[1], "write") == 0;
    stalls = seed ? chance_from(seed * 2 + writes) : 0;
    if (writes)
        return write_records(seed, total,
                             argc > 4 ? (unsigned)strtoul(argv[4], NULL, 10) : RECORD_LONGEST);
    return argc == 5 && strcmp(argv[1], "read") == 0 ? read_records(total, argv[4]) : 2;
}
