/*
 * check.c - what several operations do with their words before they are opened.
 *
 * Each check reads one word into the member of the node that is made for it. A word that is wrong
 * is told with its text and a caret, memory that is out as a fault of the tool. A file of patterns
 * is read by a gf_reader, line by line, into the same gf_pattern; one that is too large is read to
 * its end all the same, so that the fault says how much memory it takes.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"
#include "base/file.h"
#include "base/num.h"
#include "base/size.h"
#include "stream/op.h"
#include "text/reader.h"

#include <fcntl.h>
#include <unistd.h>

/* The signs of head -n -2 and tail -n +2, and tail -2. */
static void say_signed(const struct gf_op *op, const char *word, struct gf_fault *f)
{
    const char *digits = word + 1;
    if ((word[0] != '-' && word[0] != '+') || !*digits || digits[strspn(digits, "0123456789")])
        return;
    if (op == &gf_op_limit && word[0] == '-')
        gf_fault_hint(f, "all but the last %s: skip %s", digits, word);
    else if (op == &gf_op_tail && word[0] == '+')
        gf_fault_hint(f, "skip drops the first records: skip 1 for tail -n +2");
    else
        gf_fault_hint(f, "the number has no sign: %s %s", op->cli->name, digits);
}

int gf_check_count(struct gf_node *n, const char *word, uint64_t least, struct gf_fault *f)
{
    struct gf_perr e = {0};
    uint64_t v;
    if (gf_parse_count(word, strlen(word), least, INT64_MAX, &v, &e) != 0) {
        say_signed(n->op, word, f);
        return gf_fault_parse(f, "number", word, &e);
    }
    n->number = (int64_t)v;
    return 0;
}

int gf_check_list(struct gf_node *n, const char *word, struct gf_fault *f)
{
    struct gf_perr e = {0};
    struct gf_buf list = {0};
    int bad = gf_names_list(n->names, word, &list, &e);
    if (bad == 0)
        bad = gf_field_list_parse(&n->list, list.data, list.len, &e);
    gf_buf_release(&list);
    if (bad == 0 && gf_field_list_single(&n->list))
        gf_names_column(n->names, n->list.range[0].lo, n->column);
    return bad == 0 ? 0 : gf_check_names_fault(n->names, "field list", word, &e, f);
}

int gf_check_names_fault(const struct gf_names *names, const char *kind, const char *word,
                         const struct gf_perr *e, struct gf_fault *f)
{
    char said[GF_NAMES_SAID];
    struct gf_perr where = *e;
    if (!e->what[0])
        return gf_fault_nomem(f);
    if (e->hint == gf_names_hint) {
        gf_names_say(names, said);
        gf_fault_hint(f, "%s", said);
        where.hint = NULL;
    }
    return gf_fault_parse(f, kind, word, &where);
}

int gf_check_text(struct gf_node *n, const char *word, const char *kind, struct gf_fault *f)
{
    struct gf_perr e = {0};
    if (gf_buf_add(&n->text, "", 0) == 0 && gf_unescape(&n->text, word, strlen(word), &e) == 0)
        return 0;
    return n->text.failed ? gf_fault_nomem(f) : gf_fault_parse(f, kind, word, &e);
}

/* A pattern that was given as a word, or stands in a line (from 1) of `path`. */
static int bad_pattern(struct gf_slice text, const char *path, uint64_t line,
                       const struct gf_perr *e, struct gf_fault *f)
{
    char kind[sizeof f->kind] = "pattern";
    if (errno == ENOMEM)
        return gf_fault_nomem(f);
    char *word = strndup(text.data ? text.data : "", text.len);
    if (!word)
        return gf_fault_nomem(f);
    if (path)
        snprintf(kind, sizeof kind, "pattern in line %" PRIu64 " of %.100s", line, path);
    gf_fault_parse(f, kind, word, e);
    free(word);
    return -1;
}

/* The pattern in a line: a CR at its end and a byte order mark in front of the first belong to the
 * file, unless every byte counts. */
static struct gf_slice pattern_in(const struct gf_record *rec, uint64_t line,
                                  const struct gf_settings *set)
{
    static const char bom[] = "\357\273\277";
    struct gf_slice p = {rec->data, rec->len};
    if (set->crlf == GF_CRLF_KEEP)
        return p;
    if (line == 1 && p.len >= 3 && memcmp(p.data, bom, 3) == 0)
        p = (struct gf_slice){p.data + 3, p.len - 3};
    p.len -= gf_slice_ends_in_cr(p);
    return p;
}

/* One pattern a line. */
static int add_file(struct gf_node *n, const char *path, const struct gf_settings *set,
                    struct gf_fault *f)
{
    if (n->names && n->names->pending)
        return 0;
    int fd = gf_open(path, O_RDONLY, 0);
    if (fd == -1)
        return gf_fault_errno(f, GF_EXIT_TOOL, "cannot open '%s'", path);
    struct gf_reader r;
    struct gf_perr e = {0};
    struct gf_record rec;
    uint64_t line = 0;
    gf_reader_init(&r, fd, '\n', 1 << 20);
    int got = 0, bad = 0;
    while (!bad && got != GF_READER_END && got >= 0) {
        got = gf_reader_take(&r, &rec);
        line += got == 1;
        if (got == 0) {
            got = gf_reader_fill_on(&r);
        } else if (got == 1) {
            struct gf_slice p = pattern_in(&rec, line, set);
            if (gf_pattern_add(n->pattern, p.data, p.len, &e) != 0 && errno != ENOSPC)
                bad = bad_pattern(p, path, line, &e, f);
        }
    }
    if (got < 0)
        gf_fault_errno(f, GF_EXIT_TOOL, "cannot read '%s'", path);
    gf_reader_release(&r);
    close(fd);
    return f->status ? -1 : 0;
}

static int add_word(struct gf_node *n, const char *word, struct gf_fault *f)
{
    struct gf_perr e = {0};
    struct gf_slice text = {word, strlen(word)};
    if (gf_pattern_add(n->pattern, text.data, text.len, &e) == 0 || errno == ENOSPC)
        return 0;
    return bad_pattern(text, NULL, 0, &e, f);
}

static bool from_file(const struct gf_node *n)
{
    for (size_t i = 0; i < n->pattern_words; i++)
        if (n->pattern_word[i].is_file)
            return true;
    return false;
}

/* All patterns were added, and counted: they take more memory than they may. */
static int too_many(const struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    char need[GF_SIZE_SIZE], room[GF_SIZE_SIZE];
    size_t bytes = gf_pattern_bytes(n->pattern);
    uint64_t enough = set->memory - n->room + bytes;
    gf_format_size(bytes, need);
    gf_format_size(n->room, room);
    gf_fault_hint(f, "--memory %" PRIu64 "M has room for them", (enough >> 20) + 1);
    return gf_fault_set(f, GF_EXIT_TOOL, "%s: the patterns of %s take %s of memory, and may use %s",
                        n->op->cli->name, from_file(n) ? "--patterns" : "-e", need, room);
}

int gf_check_pattern_word(struct gf_node *n, const char *word, const struct gf_settings *set,
                          struct gf_fault *f)
{
    n->pattern = gf_pattern_new(n->regex | (set->utf8 ? GF_REGEX_UTF : 0));
    if (!n->pattern)
        return gf_fault_nomem(f);
    gf_pattern_limit(n->pattern, n->room);
    if (word && add_word(n, word, f) != 0)
        return -1;
    for (size_t i = 0; i < n->pattern_words; i++) {
        const struct gf_pattern_word *w = &n->pattern_word[i];
        if ((w->is_file ? add_file(n, w->word, set, f) : add_word(n, w->word, f)) != 0)
            return -1;
    }
    if (gf_pattern_bytes(n->pattern) > n->room)
        return too_many(n, set, f);
    return gf_pattern_seal(n->pattern) == 0 ? 0 : gf_fault_nomem(f);
}

int gf_check_pattern(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    if (gf_check_pattern_word(n, n->pattern_words ? NULL : n->operand[0], set, f) != 0)
        return -1;
    return n->list_word ? gf_check_list(n, n->list_word, f) : 0;
}

/* n->keys was filled by the option reader; here it is completed. */
int gf_check_keys(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    n->keys.seed = n->has_seed ? n->seed : set->seed;
    n->order.reverse = n->reverse;
    n->order.utf8 = set->utf8;
    if (gf_keyspec_overrides(&n->keys, &n->order)) {
        gf_fault_hint(f, "write its letter behind a key: -k 2,2nr");
        return gf_fault_set(f, GF_EXIT_USAGE,
                            "%s: an option for all keys changes none: each has letters of its own",
                            n->op->cli->name);
    }
    return gf_keyspec_seal(&n->keys, &n->order) == 0 ? 0 : gf_fault_nomem(f);
}

int gf_check_nothing(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    (void)n;
    (void)set;
    (void)f;
    return 0;
}

int gf_check_n(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    (void)set;
    return gf_check_count(n, n->operand[0], 0, f);
}

int gf_check_n1(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    (void)set;
    return gf_check_count(n, n->operand[0], 1, f);
}
