/*
 * single.c - the quickest of three ways to the next record that matches.
 *
 * Plain text is found by its literal and that is all. A required text of some length is found
 * first, and the record around it tested. Else the pattern, rewritten for a block of lines, is
 * matched against all of them at once; a block that is too hard as a whole is looked through record
 * by record.
 */
#include "text/single.h"

#include <errno.h>
#include <stdlib.h>

#include "text/block.h"
#include "text/required.h"

/* What is put around a pattern for words and whole records (regex.c) must not make `a)(b` a good
 * one. */
static bool is_unbalanced(const char *pattern, size_t len, unsigned flags, struct gf_perr *e)
{
    if ((flags & GF_REGEX_FIXED) || !(flags & (GF_REGEX_WORD | GF_REGEX_LINE)))
        return false;
    struct gf_regex *re =
        gf_regex_compile(pattern, len, flags & ~(unsigned)(GF_REGEX_WORD | GF_REGEX_LINE), e);
    gf_regex_free(re);
    return !re;
}

int gf_single_open(struct gf_single *s, const char *pattern, size_t len, unsigned flags,
                   struct gf_perr *e)
{
    struct gf_buf needs = {0};
    *s = (struct gf_single){.flags = flags, .source_len = len};
    if (is_unbalanced(pattern, len, flags, e))
        return -1;
    s->re = gf_regex_compile(pattern, len, flags, e);
    if (!s->re)
        return -1;
    s->source = malloc(len + 1);
    if (!s->source || gf_required(pattern, len, flags, &needs) != 0) {
        gf_single_release(s);
        errno = ENOMEM;
        return -1;
    }
    memcpy(s->source, len ? pattern : "", len);
    s->text = needs.data; /* its owner from here on */
    if (needs.len)
        gf_literal_init(&s->needs, s->text, needs.len);
    s->is_text = needs.len == len && gf_required_plain(pattern, len, flags) &&
                 !(flags & (GF_REGEX_WORD | GF_REGEX_LINE | GF_REGEX_ICASE));
    return 0;
}

void gf_single_release(struct gf_single *s)
{
    gf_regex_free(s->re);
    gf_regex_free(s->block);
    free(s->source);
    free(s->text);
    *s = (struct gf_single){0};
}

/* Whether the required text is looked for byte by byte. */
static bool by_text(const struct gf_single *s)
{
    return s->needs.len && !(s->flags & GF_REGEX_ICASE);
}

static int add_quoted(struct gf_buf *b, const char *s, size_t len)
{
    static const char special[] = "\\^$.[]|()?*+{}#&-~ \t\n";
    for (size_t i = 0; i < len; i++) {
        if (s[i] && strchr(special, s[i]))
            gf_buf_putc(b, '\\');
        gf_buf_putc(b, s[i]);
    }
    return b->failed ? -1 : 0;
}

/* 1: *b is the pattern for a block; 0: there is none; -1: ENOMEM. */
static int rewrite_for_block(const struct gf_single *s, struct gf_buf *b)
{
    if (!(s->flags & GF_REGEX_FIXED))
        return gf_regex_for_block(s->source, s->source_len, b);
    struct gf_buf quoted = {0};
    int can = add_quoted(&quoted, s->source, s->source_len);
    if (can == 0)
        can = gf_regex_for_block(quoted.data ? quoted.data : "", quoted.len, b);
    gf_buf_release(&quoted);
    return can;
}

/* A literal this long is found faster than the pattern, and rare enough. */
enum {
    LITERAL_PAYS = 3
};

/* Whether it is worth a pattern for blocks. */
static bool wants_block(const struct gf_single *s)
{
    return !s->is_text && !(by_text(s) && s->needs.len >= LITERAL_PAYS) &&
           !(s->flags & (GF_REGEX_UTF | GF_REGEX_EXTENDED));
}

size_t gf_single_bytes(const struct gf_single *s)
{
    size_t re = gf_regex_bytes(s->re);
    return sizeof *s + s->source_len + s->needs.len + (wants_block(s) ? 2 * re : re);
}

int gf_single_prepare(struct gf_single *s)
{
    struct gf_buf b = {0};
    int can = 0;
    if (wants_block(s))
        can = rewrite_for_block(s, &b);
    if (can == 1) {
        unsigned flags = (s->flags & ~(unsigned)GF_REGEX_FIXED) | GF_REGEX_BLOCK;
        s->block = gf_regex_compile(b.data ? b.data : "", b.len, flags, NULL);
        can = s->block || errno != ENOMEM ? 0 : -1;
    }
    gf_buf_release(&b);
    free(s->source);
    s->source = NULL;
    return can;
}

int gf_single_test(const struct gf_single *s, struct gf_matcher *m, struct gf_slice rec)
{
    if (s->is_text && s->needs.len == 0)
        return 1;
    if (by_text(s) && !gf_literal_find(&s->needs, rec.data, rec.len))
        return 0;
    if (s->is_text)
        return 1;
    gf_matcher_turn(m, s->re);
    return gf_regex_match(m, rec, 0);
}

struct gf_slice gf_record_around(struct gf_slice block, const char *at, char sep)
{
    const char *end = block.data + block.len;
    const char *from = gf_scan_last(block.data, (size_t)(at - block.data), sep);
    const char *to = memchr(at, sep, (size_t)(end - at));
    from = from ? from + 1 : block.data;
    return (struct gf_slice){from, (size_t)((to ? to : end) - from)};
}

/*
 * Where the first record that may match begins or is under way; NULL: none matches. With *sure it
 * does match. *blocks becomes false when the block is too hard.
 */
static const char *find_place(const struct gf_single *s, struct gf_matcher *m,
                              struct gf_slice block, bool *blocks, bool *sure)
{
    *sure = false;
    if (*blocks) {
        gf_matcher_turn(m, s->block);
        int got = gf_regex_match(m, block, 0);
        *sure = got == 1;
        *blocks = got != GF_REGEX_BOUND;
        if (*blocks)
            return got == 1 && m->at[0] < block.len ? block.data + m->at[0] : NULL;
    }
    return by_text(s) ? gf_literal_find(&s->needs, block.data, block.len) : block.data;
}

int gf_single_search(const struct gf_single *s, struct gf_matcher *m, struct gf_slice block,
                     char sep, struct gf_slice *rec)
{
    const char *end = block.data + block.len;
    bool blocks = s->block && sep == '\n', sure;
    while (block.len) {
        const char *at = find_place(s, m, block, &blocks, &sure);
        if (!at)
            return 0;
        *rec = gf_record_around(block, at, sep);
        /* A needed text that holds the separator may lie across records. */
        int got = sure ? 1 : gf_single_test(s, m, *rec);
        if (got != 0)
            return got;
        const char *next = rec->data + rec->len + 1;
        if (next >= end)
            return 0;
        block = (struct gf_slice){next, (size_t)(end - next)};
    }
    return 0;
}
