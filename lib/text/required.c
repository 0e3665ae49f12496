/*
 * required.c - one walk over the top level of a pattern.
 *
 * A run of plain bytes is required as it stands; a byte before a quantifier that may be zero is
 * not; groups, classes and escapes end a run; an alternation at the top, or anything the reading
 * does not know, and nothing is required. The longest run is kept.
 *
 * Where a character may be several bytes (GF_REGEX_UTF), a quantifier is about all of them, so only
 * ASCII is plain there.
 */
#include "text/required.h"

#include <string.h>

#include "text/regex.h"

struct reading {
    unsigned flags;
    struct gf_buf run, best;
};

/* Whether the byte as it stands, or the other case of it, is in every match. */
static bool is_sure(const struct reading *r, int c)
{
    bool utf = r->flags & GF_REGEX_UTF, icase = r->flags & GF_REGEX_ICASE;
    if (c < 0 || (utf && c >= 0x80))
        return false;
    return !(utf && icase && c && strchr("kKsS", c));
}

static void end_run(struct reading *r)
{
    if (r->run.len > r->best.len) {
        gf_buf_clear(&r->best);
        gf_buf_add(&r->best, r->run.data, r->run.len);
    }
    gf_buf_clear(&r->run);
}

/* Behind a class that opens at p[i]; len + 1: give up. */
static size_t skip_class(const char *p, size_t len, size_t i)
{
    i += i + 1 < len && p[i + 1] == '^' ? 2 : 1;
    i += i < len && p[i] == ']';
    for (; i < len && p[i] != ']'; i++) {
        if (p[i] == '\\')
            i++;
        else if (p[i] == '[' && i + 1 < len && strchr(":.=", p[i + 1]))
            return len + 1; /* [[:alpha:]]: not worth the care */
    }
    return i + 1;
}

/* Behind a group that opens at p[i]; len + 1 when anything in it is beyond this reading. */
static size_t skip_group(const char *p, size_t len, size_t i)
{
    size_t depth = 0;
    if (i + 1 < len && (p[i + 1] == '*' || (p[i + 1] == '?' && (i + 2 >= len || p[i + 2] != ':'))))
        return len + 1;
    while (i < len) {
        if (p[i] == '\\') {
            i += 2;
            if (i <= len && strchr("QEKGc", p[i - 1]))
                return len + 1;
        } else if (p[i] == '[') {
            i = skip_class(p, len, i);
        } else if (p[i] == '(' && i + 1 < len && (p[i + 1] == '?' || p[i + 1] == '*') &&
                   !(i + 2 < len && p[i + 2] == ':')) {
            return len + 1;
        } else {
            depth += p[i] == '(';
            depth -= p[i] == ')';
            i++;
            if (depth == 0)
                return i;
        }
    }
    return len + 1;
}

/* The quantifier at p[i]: *optional when it may be zero, *many when it may be two. Behind it;
 * len + 1: give up, for a brace that is none may have anything behind it. */
static size_t skip_quantifier(const char *p, size_t len, size_t i, bool *optional, bool *many)
{
    *optional = *many = false;
    if (i == len || !p[i] || !strchr("?*+{", p[i]))
        return i;
    *optional = p[i] == '?' || p[i] == '*' || p[i] == '{';
    *many = p[i] != '?';
    if (p[i] == '{') {
        do
            i++;
        while (i < len && p[i] && strchr("0123456789, ", p[i]));
        if (i == len || p[i] != '}')
            return len + 1;
    }
    i++;
    return i < len && (p[i] == '?' || p[i] == '+') ? i + 1 : i;
}

/* One atom at p[i]: returns its end; *plain is its byte, or -1. len + 1: give up. */
static size_t read_atom(const char *p, size_t len, size_t i, int *plain)
{
    *plain = -1;
    switch (p[i]) {
    case '|':
    case ')':
    case '*':
    case '+':
    case '?':
        return len + 1;
    case '[':
        return skip_class(p, len, i);
    case '(':
        return skip_group(p, len, i);
    case '.':
    case '^':
    case '$':
        return i + 1;
    case '\\':
        if (i + 1 == len)
            return len + 1;
        if (strchr("dDwWsSbBhHN", p[i + 1]))
            return i + 2;
        if ((p[i + 1] >= '0' && p[i + 1] <= '9') ||
            ((p[i + 1] | 0x20) >= 'a' && (p[i + 1] | 0x20) <= 'z'))
            return len + 1;
        *plain = (unsigned char)p[i + 1];
        return i + 2;
    default:
        *plain = (unsigned char)p[i];
        return i + 1;
    }
}

/* Reads the atom at p[i] with its quantifier into the reading. Behind it; len + 1: give up. */
static size_t read_on(struct reading *r, const char *p, size_t len, size_t i)
{
    int plain;
    bool optional, many;
    size_t end = read_atom(p, len, i, &plain);
    if (end > len)
        return len + 1;
    end = skip_quantifier(p, len, end, &optional, &many);
    if (optional || !is_sure(r, plain))
        end_run(r);
    else
        gf_buf_putc(&r->run, (char)plain);
    if (many)
        end_run(r);
    return end;
}

/* Plain text: each byte as it stands. */
static void read_text(struct reading *r, const char *p, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!(r->flags & GF_REGEX_ICASE) || is_sure(r, (unsigned char)p[i]))
            gf_buf_putc(&r->run, p[i]);
        else
            end_run(r);
    }
}

int gf_required(const char *pattern, size_t len, unsigned flags, struct gf_buf *out)
{
    struct reading r = {.flags = flags};
    size_t i = 0;
    gf_buf_clear(out);
    if (flags & GF_REGEX_EXTENDED)
        return 0; /* white space and comments: not worth the care */
    if (gf_required_plain(pattern, len, flags)) {
        read_text(&r, pattern, len);
        i = len;
    }
    while (i < len)
        i = read_on(&r, pattern, len, i);
    end_run(&r);
    int bad = r.run.failed || r.best.failed;
    if (!bad && i == len && r.best.len)
        bad = gf_buf_add(out, r.best.data, r.best.len) != 0;
    gf_buf_release(&r.run);
    gf_buf_release(&r.best);
    return bad ? -1 : 0;
}

bool gf_required_plain(const char *pattern, size_t len, unsigned flags)
{
    static const char special[] = "\\^$.[]|()?*+{}";
    if (flags & (GF_REGEX_FIXED | GF_REGEX_EXTENDED))
        return flags & GF_REGEX_FIXED;
    for (size_t i = 0; i < len; i++)
        if (pattern[i] && strchr(special, pattern[i]))
            return false;
    return true;
}
