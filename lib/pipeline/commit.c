/*
 * commit.c - rows of a commit file.
 *
 * A row is text, so that people can read it: words of the form name=number, blanks up to the sum,
 * and a newline.
 */
#include "pipeline/commit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
    SUM = 22 /* bytes at the end: " sum=", 16 digits, newline */
};

static const char magic[] = "gf-pipeline-commit 1";

uint64_t gf_commit_hash(const void *data, size_t len)
{
    return XXH3_64bits(data, len);
}

size_t gf_commit_head_length(uint64_t offset)
{
    return offset < GF_COMMIT_HEAD ? (size_t)offset : GF_COMMIT_HEAD;
}

size_t gf_commit_tail_length(uint64_t offset)
{
    return offset < GF_COMMIT_TAIL ? (size_t)offset : GF_COMMIT_TAIL;
}

void gf_commit_format(const struct gf_commit *c, char row[GF_COMMIT_ROW])
{
    char text[GF_COMMIT_ROW];
    int n = snprintf(text, sizeof text,
                     "%s number=%llu offset=%llu records=%llu ended=%d input=%llu:%llu "
                     "head=%016llx tail=%016llx output=%llu:%llu length=%llu",
                     magic, (unsigned long long)c->number, (unsigned long long)c->offset,
                     (unsigned long long)c->records, c->ended, (unsigned long long)c->input.dev,
                     (unsigned long long)c->input.ino, (unsigned long long)c->head,
                     (unsigned long long)c->tail, (unsigned long long)c->output.dev,
                     (unsigned long long)c->output.ino, (unsigned long long)c->length);
    memset(row, ' ', GF_COMMIT_ROW);
    memcpy(row, text, (size_t)n);
    char sum[SUM + 1];
    snprintf(sum, sizeof sum, " sum=%016llx\n",
             (unsigned long long)gf_commit_hash(row, GF_COMMIT_ROW - SUM));
    memcpy(row + GF_COMMIT_ROW - SUM, sum, SUM);
}

bool gf_commit_parse(const char row[GF_COMMIT_ROW], struct gf_commit *c)
{
    char text[GF_COMMIT_ROW + 1], back[GF_COMMIT_ROW];
    struct gf_commit got = {0};
    uint64_t ended = 0;
    const struct {
        const char *word; /* in front of the number */
        int base;
        uint64_t *to;
    } form[] = {{" number=", 10, &got.number},     {" offset=", 10, &got.offset},
                {" records=", 10, &got.records},   {" ended=", 10, &ended},
                {" input=", 10, &got.input.dev},   {":", 10, &got.input.ino},
                {" head=", 16, &got.head},         {" tail=", 16, &got.tail},
                {" output=", 10, &got.output.dev}, {":", 10, &got.output.ino},
                {" length=", 10, &got.length}};
    memcpy(text, row, GF_COMMIT_ROW);
    text[GF_COMMIT_ROW] = '\0';
    if (strncmp(text, magic, sizeof magic - 1) != 0)
        return false;
    char *at = text + sizeof magic - 1;
    for (size_t i = 0; i < sizeof form / sizeof *form; i++) {
        size_t len = strlen(form[i].word);
        if (strncmp(at, form[i].word, len) != 0)
            return false;
        *form[i].to = strtoull(at + len, &at, form[i].base);
    }
    got.ended = ended == 1;
    /* The sum, that nothing else stands there, and that strtoull has read what was written: a sign,
     * or a number that is too large, comes back as another text. */
    gf_commit_format(&got, back);
    if (got.number == 0 || memcmp(back, row, GF_COMMIT_ROW) != 0)
        return false;
    *c = got;
    return true;
}

/* Whether the text is the beginning of a first row, of which the rest was never written. */
static bool is_begun(const char *text, size_t len)
{
    size_t known = len < sizeof magic - 1 ? len : sizeof magic - 1;
    return len < GF_COMMIT_ROW && memcmp(text, magic, known) == 0;
}

enum gf_commit_state gf_commit_read(int fd, struct gf_commit *c)
{
    struct gf_commit row[2] = {0};
    char text[2 * GF_COMMIT_ROW];
    ssize_t len = gf_pread(fd, text, sizeof text, 0);
    if (len < 0)
        return GF_COMMIT_ERROR;
    for (size_t i = 0; i < 2 && (size_t)len >= (i + 1) * GF_COMMIT_ROW; i++)
        (void)gf_commit_parse(text + i * GF_COMMIT_ROW, &row[i]);
    const struct gf_commit *newer = row[1].number > row[0].number ? &row[1] : &row[0];
    if (newer->number) {
        *c = *newer;
        return GF_COMMIT_FOUND;
    }
    return is_begun(text, (size_t)len) ? GF_COMMIT_EMPTY : GF_COMMIT_FOREIGN;
}

int gf_commit_write(int fd, struct gf_commit *c)
{
    char row[GF_COMMIT_ROW];
    c->number++;
    gf_commit_format(c, row);
    off_t at = (off_t)((c->number - 1) % 2 * GF_COMMIT_ROW);
    if (gf_pwrite_all(fd, row, sizeof row, at) == 0)
        return 0;
    c->number--;
    return -1;
}
