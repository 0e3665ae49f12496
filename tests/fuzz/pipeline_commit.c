/*
 * pipeline_commit.c - a commit file of any bytes, and a sound one in which bytes were changed: a
 * row that is read is one that was written, to the byte, and of two the newer one.
 *
 * The input is the file. Where its first byte is even, it is edits instead, of a file with two
 * rows: two bytes of place and one to put there, each.
 */
#include "pipeline/commit.h"

#include <sys/mman.h>
#include <unistd.h>

#include "oracle.h"

static void must_be_row(const char *text, const struct gf_commit *c)
{
    char row[GF_COMMIT_ROW];
    gf_commit_format(c, row);
    MUST(memcmp(row, text, sizeof row) == 0);
}

/* Reads the file, whose bytes are known. */
static enum gf_commit_state look(int fd, const char *text, size_t len, struct gf_commit *c)
{
    enum gf_commit_state state = gf_commit_read(fd, c);
    struct gf_commit row[2] = {0};
    bool is_row[2] = {false, false};
    for (size_t i = 0; i < 2 && len >= (i + 1) * GF_COMMIT_ROW; i++)
        is_row[i] = gf_commit_parse(text + i * GF_COMMIT_ROW, &row[i]);
    for (size_t i = 0; i < 2; i++)
        if (is_row[i]) {
            MUST(row[i].number > 0 && c->number >= row[i].number);
            must_be_row(text + i * GF_COMMIT_ROW, &row[i]);
        }
    MUST((state == GF_COMMIT_FOUND) == (is_row[0] || is_row[1]));
    MUST(state != GF_COMMIT_EMPTY || len < GF_COMMIT_ROW);
    MUST(len > 0 || state == GF_COMMIT_EMPTY);
    MUST(state != GF_COMMIT_ERROR);
    return state;
}

static void read_any(const char *data, size_t size)
{
    struct gf_commit c = {0}, again = {0};
    int fd = memfd_create("commit", MFD_CLOEXEC);
    MUST(fd != -1 && write(fd, data, size) == (ssize_t)size);
    if (look(fd, data, size, &c) == GF_COMMIT_FOUND && c.number < UINT64_MAX) {
        MUST(gf_commit_write(fd, &c) == 0);
        MUST(gf_commit_read(fd, &again) == GF_COMMIT_FOUND);
        MUST(again.number == c.number && again.offset == c.offset && again.length == c.length);
    }
    close(fd);
}

static void read_damaged(const uint8_t *data, size_t size)
{
    char text[2 * GF_COMMIT_ROW], was[sizeof text];
    struct gf_commit row[2] = {{.number = 7, .offset = 70, .records = 3, .length = 9},
                               {.number = 8, .offset = 90, .records = 4, .head = 5}},
                     c = {0};
    gf_commit_format(&row[0], text);
    gf_commit_format(&row[1], text + GF_COMMIT_ROW);
    memcpy(was, text, sizeof text);
    for (; size >= 3; data += 3, size -= 3)
        text[(data[0] << 8 | data[1]) % sizeof text] = (char)data[2];
    int fd = memfd_create("commit", MFD_CLOEXEC);
    MUST(fd != -1 && write(fd, text, sizeof text) == sizeof text);
    enum gf_commit_state state = look(fd, text, sizeof text, &c);
    bool is_newer = memcmp(text + GF_COMMIT_ROW, was + GF_COMMIT_ROW, GF_COMMIT_ROW) == 0;
    bool is_older = memcmp(text, was, GF_COMMIT_ROW) == 0;
    if (is_newer)
        MUST(state == GF_COMMIT_FOUND && c.number == 8 && c.offset == 90);
    else if (is_older)
        MUST(state == GF_COMMIT_FOUND && c.number == 7 && c.offset == 70);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0 && data[0] % 2 == 0)
        read_damaged(data + 1, size - 1);
    else
        read_any((const char *)data, size);
    return 0;
}
