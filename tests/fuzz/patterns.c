/*
 * patterns.c - a FILE of --patterns as gf-stream reads it, then records: what its patterns find
 * together is what each of them finds alone, plain texts by the simplest search there is and
 * patterns by PCRE2, called here without anything around it.
 *
 * Input: a byte of flags, the number of lines that are the file, these lines, and the records.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stream/op.h"
#include "text/pattern.h"
#include "text/required.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "oracle.h"

enum {
    MOST = 64,     /* patterns */
    STEPS = 20000, /* of PCRE2 for a record; what takes more is not compared */
};

struct lone {
    struct gf_slice text;
    pcre2_code *code; /* NULL: it is plain text */
};

struct all {
    unsigned flags;
    struct lone lone[MOST];
    size_t n;
    bool bad, slow; /* one is no pattern; one took too many steps */
    bool moves;     /* one says itself where its match begins, or asks where the search does */
};

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* ---- plain text ------------------------------------------------------------------------------ */

static char fold(char c, unsigned flags)
{
    return (flags & GF_REGEX_ICASE) && c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool stands_at(struct gf_slice text, struct gf_slice rec, size_t at, unsigned flags)
{
    for (size_t i = 0; i < text.len; i++)
        if (fold(text.data[i], flags) != fold(rec.data[at + i], flags))
            return false;
    if (flags & GF_REGEX_LINE)
        return text.len == rec.len;
    size_t end = at + text.len;
    return !(flags & GF_REGEX_WORD) ||
           ((at == 0 || !is_word(rec.data[at - 1])) && (end == rec.len || !is_word(rec.data[end])));
}

static bool find_text(struct gf_slice text, struct gf_slice rec, size_t from, unsigned flags,
                      struct gf_place *place)
{
    for (size_t at = from; at + text.len <= rec.len; at++)
        if (stands_at(text, rec, at, flags)) {
            place->from = at;
            place->to = at + text.len;
            return true;
        }
    return false;
}

/* ---- patterns -------------------------------------------------------------------------------- */

static uint32_t options(unsigned flags)
{
    uint32_t o = PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY;
    o |= flags & GF_REGEX_ICASE ? PCRE2_CASELESS : 0;
    o |= flags & GF_REGEX_LINE ? PCRE2_ANCHORED | PCRE2_ENDANCHORED : 0;
    return o | (flags & GF_REGEX_UTF ? PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF
                                     : PCRE2_NEVER_UTF);
}

static pcre2_code *compile(const char *text, size_t len, uint32_t o)
{
    int code;
    size_t at;
    pcre2_compile_context *cc = pcre2_compile_context_create(NULL);
    MUST(cc);
    pcre2_set_newline(cc, PCRE2_NEWLINE_LF);
    pcre2_code *re = pcre2_compile((PCRE2_SPTR)text, len, o, &code, &at, cc);
    pcre2_compile_context_free(cc);
    /* Around bytes that are no UTF-8 the JIT and the interpreter do not agree on empty matches. */
    if (re && (o & PCRE2_UTF))
        (void)pcre2_jit_compile(re, PCRE2_JIT_COMPLETE);
    return re;
}

/* A pattern is good by itself; as a word it then stands between look-arounds, and is closed by \E
 * in case it has an open \Q. */
static pcre2_code *compile_lone(struct gf_slice text, unsigned flags)
{
    pcre2_code *re = compile(text.data, text.len, options(flags));
    if (!re || !(flags & GF_REGEX_WORD))
        return re;
    pcre2_code_free(re);
    struct gf_buf b = {0};
    size_t verbs = gf_regex_verbs(text.data, text.len);
    gf_buf_add(&b, text.data, verbs);
    gf_buf_puts(&b, "(?<!\\w)(?:");
    gf_buf_add(&b, text.data + verbs, text.len - verbs);
    gf_buf_puts(&b, "\\E)(?!\\w)");
    re = compile(b.data, b.len, options(flags));
    gf_buf_release(&b);
    return re;
}

static bool find_pattern(struct all *all, const pcre2_code *re, struct gf_slice rec, size_t from,
                         struct gf_place *place)
{
    pcre2_match_data *m = pcre2_match_data_create_from_pattern(re, NULL);
    pcre2_match_context *c = pcre2_match_context_create(NULL);
    MUST(m && c);
    pcre2_set_match_limit(c, STEPS);
    int r = pcre2_match(re, (PCRE2_SPTR)rec.data, rec.len, from, 0, m, c);
    *place = (struct gf_place){.from = pcre2_get_ovector_pointer(m)[0],
                               .to = pcre2_get_ovector_pointer(m)[1]};
    all->slow = all->slow || (r < 0 && r != PCRE2_ERROR_NOMATCH);
    pcre2_match_data_free(m);
    pcre2_match_context_free(c);
    /* Its anchors also hold at bytes that are no UTF-8. */
    bool is_whole = place->from == 0 && place->to == rec.len;
    return r >= 0 && (is_whole || !(all->flags & GF_REGEX_LINE));
}

/* ---- one by one ------------------------------------------------------------------------------ */

static bool has(struct gf_slice text, const char *what)
{
    return memmem(text.data, text.len, what, strlen(what));
}

static void add(struct all *all, struct gf_slice text)
{
    struct lone *l = &all->lone[all->n++];
    *l = (struct lone){.text = text};
    if (all->flags & GF_REGEX_FIXED)
        return;
    l->code = compile_lone(text, all->flags);
    all->bad = all->bad || !l->code;
    all->moves = all->moves || has(text, "\\K") || has(text, "\\G");
}

static bool finds(struct all *all, const struct lone *l, struct gf_slice rec, size_t from,
                  struct gf_place *place)
{
    return l->code ? find_pattern(all, l->code, rec, from, place)
                   : find_text(l->text, rec, from, all->flags, place);
}

static bool any_matches(struct all *all, struct gf_slice rec)
{
    bool any = false;
    struct gf_place place;
    for (size_t i = 0; i < all->n; i++)
        any = finds(all, &all->lone[i], rec, 0, &place) || any;
    return any;
}

/* Among several, the empty text is no place. */
static bool is_passed_over(const struct all *all, const struct lone *l)
{
    return all->n > 1 && l->text.len == 0 && !(all->flags & GF_REGEX_WORD);
}

/* The leftmost place, and of those the longest. */
static bool next_place(struct all *all, struct gf_slice rec, size_t from, struct gf_place *best)
{
    bool any = false;
    struct gf_place p;
    for (size_t i = 0; i < all->n; i++) {
        if (is_passed_over(all, &all->lone[i]) || !finds(all, &all->lone[i], rec, from, &p))
            continue;
        if (!any || p.from < best->from || (p.from == best->from && p.to > best->to))
            *best = p;
        any = true;
    }
    return any;
}

/* ---- beside the tool ------------------------------------------------------------------------- */

static void compare_places(struct all *all, struct gf_finder *f, struct gf_slice rec)
{
    for (size_t from = 0; from <= rec.len;) {
        struct gf_place want = {0}, got = {0};
        bool is = next_place(all, rec, from, &want);
        int r = gf_finder_next(f, rec, from, &got);
        if (all->slow || r == GF_REGEX_BOUND)
            return;
        MUST(r == is);
        if (!is)
            return;
        MUST(got.from == want.from && got.to == want.to);
        from = want.to > want.from ? want.to : want.to + 1;
    }
}

static void compare_records(struct all *all, struct gf_finder *f, struct gf_slice block)
{
    struct gf_slice found = {0};
    const char *end = block.data + block.len;
    int more = gf_finder_search(f, block, '\n', &found);
    for (const char *at = block.data; at < end && more != GF_REGEX_BOUND;) {
        const char *to = memchr(at, '\n', (size_t)(end - at));
        struct gf_slice rec = {at, (size_t)(to - at)};
        int want = any_matches(all, rec), got = gf_finder_test(f, rec);
        if (all->slow || got == GF_REGEX_BOUND)
            return;
        MUST(got == want);
        MUST((more == 1 && found.data == at && found.len == rec.len) == want);
        if (!(all->flags & GF_REGEX_LINE) && !all->moves)
            compare_places(all, f, rec);
        at = to + 1;
        if (want)
            more = gf_finder_search(f, (struct gf_slice){at, (size_t)(end - at)}, '\n', &found);
    }
}

/* The patterns of the file: its lines, of which a CR at the end and a byte order mark in front are
 * no part unless they are kept. */
static void read_file(struct all *all, struct gf_slice file, bool keep)
{
    const char *end = file.data + file.len;
    for (const char *at = file.data; at < end;) {
        const char *to = memchr(at, '\n', (size_t)(end - at));
        struct gf_slice line = {at, (size_t)((to ? to : end) - at)};
        if (!keep && at == file.data && line.len >= 3 && memcmp(at, "\357\273\277", 3) == 0)
            line = (struct gf_slice){at + 3, line.len - 3};
        if (!keep && line.len && line.data[line.len - 1] == '\r')
            line.len--;
        add(all, line);
        at = to ? to + 1 : end;
    }
}

static void release(struct all *all)
{
    for (size_t i = 0; i < all->n; i++)
        pcre2_code_free(all->lone[i].code);
}

static void run(struct all *all, struct gf_slice file, struct gf_slice records, bool keep)
{
    char path[64];
    struct gf_settings set = {.separator = '\n',
                              .crlf = keep ? GF_CRLF_KEEP : GF_CRLF_AUTO,
                              .utf8 = all->flags & GF_REGEX_UTF};
    struct gf_fault fault = {0};
    struct gf_finder f;
    int fd = memfd_create("patterns", MFD_CLOEXEC);
    MUST(fd != -1 && write(fd, file.data, file.len) == (ssize_t)file.len);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct gf_pattern_word word = {path, true};
    struct gf_node n = {.op = &gf_op_filter,
                        .regex = all->flags,
                        .pattern_word = &word,
                        .pattern_words = 1,
                        .room = 64 << 20};
    int r = gf_check_pattern_word(&n, NULL, &set, &fault);
    MUST((r != 0) == all->bad);
    if (r == 0) {
        MUST(gf_pattern_count(n.pattern) == all->n && gf_finder_open(&f, n.pattern) == 0);
        compare_records(all, &f, records);
        gf_finder_release(&f);
    }
    gf_pattern_free(n.pattern);
    gf_fault_release(&fault);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *p = (const char *)data;
    if (size < 3 || size > 2048 || p[size - 1] != '\n' || data[1] > MOST)
        return 0;
    size_t at = 2;
    for (int lines = data[1]; lines && at < size; lines--)
        at = (size_t)((const char *)memchr(p + at, '\n', size - at) + 1 - p);
    /* The last line of a file may have no newline. */
    bool cut = data[0] & 32;
    struct gf_slice file = {p + 2, at - 2 - (cut && at > 2)}, records = {p + at, size - at};
    struct all all = {.flags = data[0] & (GF_REGEX_ICASE | GF_REGEX_WORD | GF_REGEX_LINE)};
    if (data[0] & 16)
        all.flags |= GF_REGEX_FIXED;
    else if (data[0] & 8)
        all.flags |= GF_REGEX_UTF;
    if ((all.flags & GF_REGEX_WORD) && (all.flags & GF_REGEX_LINE))
        return 0;
    read_file(&all, file, data[0] & 64);
    run(&all, file, records, data[0] & 64);
    release(&all);
    return 0;
}
