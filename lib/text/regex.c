/*
 * regex.c - options become options of PCRE2, or text around the pattern.
 *
 * Words and whole lines are asked for by groups and look-arounds in front and behind, with the
 * verbs that lead the pattern kept in front of all; plain text is put between \Q and \E, and an \E
 * closes the \Q that a pattern leaves open. Columns of errors are moved back by what was put in
 * front. A match goes to the JIT first; when its stack is too small, the interpreter does it again
 * under the same bounds. A partial or missing match is 0, all else is a bound that was hit.
 */
#include "text/regex.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
    MATCH_LIMIT = 10 * 1000 * 1000,
    HEAP_KIB = 64 * 1024,
    STACK_FIRST = 64 * 1024,
    STACK_MOST = 8 * 1024 * 1024,
    JIT_TAKES = 2 /* resident bytes for each of machine code: 1.7 were measured */
};

struct gf_regex {
    pcre2_code *code;
    bool jit;
    bool verbs; /* lead the pattern */
};

/* The length of the verb `(*NAME)` or `(*NAME=digits)` at s, or 0. Others, such as (*COMMIT),
 * belong where they stand. */
static size_t leading_verb(const char *s, size_t len)
{
    static const char *const names[] = {"UTF",
                                        "UCP",
                                        "NOTEMPTY",
                                        "NOTEMPTY_ATSTART",
                                        "NO_AUTO_POSSESS",
                                        "NO_JIT",
                                        "NO_START_OPT",
                                        "NO_DOTSTAR_ANCHOR",
                                        "LIMIT_HEAP",
                                        "LIMIT_MATCH",
                                        "LIMIT_DEPTH",
                                        "LIMIT_RECURSION",
                                        "CR",
                                        "LF",
                                        "CRLF",
                                        "ANYCRLF",
                                        "ANY",
                                        "NUL",
                                        "BSR_ANYCRLF",
                                        "BSR_UNICODE"};
    const char *end = len > 2 && memcmp(s, "(*", 2) == 0 ? memchr(s, ')', len) : NULL;
    if (!end)
        return 0;
    const char *value = memchr(s, '=', (size_t)(end - s));
    size_t name = (size_t)((value ? value : end) - (s + 2));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == name && memcmp(names[i], s + 2, name) == 0)
            return (size_t)(end - s) + 1;
    return 0;
}

size_t gf_regex_verbs(const char *pattern, size_t len)
{
    size_t at = 0, verb;
    while (at < len && (verb = leading_verb(pattern + at, len - at)) > 0)
        at += verb;
    return at;
}

/* Words and whole lines by putting text around the pattern: \b would ask for a word byte inside.
 * Lines have ^ and $ beside the options, since without the JIT PCRE2 takes what lies between two
 * bytes that are no UTF-8 for a subject of its own; and the options for (*ACCEPT), which skips $.
 */
static int wrap(struct gf_buf *b, const char *pattern, size_t len, unsigned flags, size_t *shift)
{
    size_t verbs = flags & GF_REGEX_FIXED ? 0 : gf_regex_verbs(pattern, len);
    bool line = flags & GF_REGEX_LINE, word = flags & GF_REGEX_WORD;
    const char *front = word ? "(?<!\\w)(?:" : line ? "^(?:" : "";
    const char *back = word ? ")(?!\\w)" : line ? ")$" : "";
    *shift = strlen(front);
    gf_buf_add(b, pattern, verbs);
    gf_buf_puts(b, front);
    gf_buf_puts(b, flags & GF_REGEX_FIXED ? "\\Q" : "");
    for (size_t i = verbs; i < len; i++) {
        /* The one thing that ends \Q is \E. */
        if ((flags & GF_REGEX_FIXED) && pattern[i] == '\\')
            gf_buf_puts(b, "\\E\\\\\\Q");
        else
            gf_buf_putc(b, pattern[i]);
    }
    gf_buf_puts(b, *back || (flags & GF_REGEX_FIXED) ? "\\E" : "");
    gf_buf_puts(b, (flags & (GF_REGEX_EXTENDED | GF_REGEX_FIXED)) == GF_REGEX_EXTENDED ? "\n" : "");
    return gf_buf_puts(b, back);
}

static uint32_t options(unsigned flags)
{
    uint32_t o = PCRE2_NEVER_BACKSLASH_C;
    o |= flags & GF_REGEX_ICASE ? PCRE2_CASELESS : 0;
    if ((flags & GF_REGEX_LINE) && !(flags & GF_REGEX_BLOCK))
        o |= PCRE2_ANCHORED | PCRE2_ENDANCHORED;
    /* (*UTF) alone would make bytes that are no UTF-8 an error of each match. */
    o |= flags & GF_REGEX_UTF ? PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF : PCRE2_NEVER_UTF;
    o |= flags & GF_REGEX_EXTENDED ? PCRE2_EXTENDED : 0;
    o |= flags & GF_REGEX_BLOCK ? PCRE2_MULTILINE : PCRE2_DOLLAR_ENDONLY;
    return o;
}

static void say_bad(struct gf_perr *e, int code, size_t at, size_t shift, size_t len)
{
    unsigned char text[100] = "";
    pcre2_get_error_message(code, text, sizeof text);
    at = at > shift ? at - shift : 0;
    if (at > len)
        at = len;
    const char *hint =
        code == PCRE2_ERROR_UTF_IS_DISABLED ? "--utf8 makes patterns match UTF-8" : NULL;
    gf_perr_say(e, at, at < len ? 1 : 0, hint, "%s", (const char *)text);
}

struct gf_regex *gf_regex_compile(const char *pattern, size_t len, unsigned flags,
                                  struct gf_perr *e)
{
    struct gf_buf b = GF_BUF_INIT(64 << 20);
    size_t shift, at;
    int code;
    struct gf_regex *re = calloc(1, sizeof *re);
    pcre2_compile_context *cc = pcre2_compile_context_create(NULL);
    if (!re || !cc || wrap(&b, pattern, len, flags, &shift) != 0) {
        errno = ENOMEM;
        goto fail;
    }
    pcre2_set_newline(cc, PCRE2_NEWLINE_LF);
    re->code = pcre2_compile((PCRE2_SPTR)b.data, b.len, options(flags), &code, &at, cc);
    if (!re->code) {
        say_bad(e, code, at, shift, len);
        errno = code == PCRE2_ERROR_HEAP_FAILED ? ENOMEM : EINVAL;
        goto fail;
    }
    re->verbs = !(flags & GF_REGEX_FIXED) && gf_regex_verbs(pattern, len) > 0;
    re->jit = pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE) == 0;
    pcre2_compile_context_free(cc);
    gf_buf_release(&b);
    return re;
fail:
    pcre2_compile_context_free(cc);
    gf_buf_release(&b);
    free(re);
    return NULL;
}

void gf_regex_free(struct gf_regex *re)
{
    if (!re)
        return;
    pcre2_code_free(re->code);
    free(re);
}

size_t gf_regex_bytes(const struct gf_regex *re)
{
    size_t code = 0, jit = 0;
    pcre2_pattern_info(re->code, PCRE2_INFO_SIZE, &code);
    pcre2_pattern_info(re->code, PCRE2_INFO_JITSIZE, &jit);
    return sizeof *re + code + JIT_TAKES * jit;
}

unsigned gf_regex_groups(const struct gf_regex *re)
{
    uint32_t n = 0;
    pcre2_pattern_info(re->code, PCRE2_INFO_CAPTURECOUNT, &n);
    return n;
}

int gf_regex_group(const struct gf_regex *re, const char *name, size_t len)
{
    char text[64];
    if (len >= sizeof text)
        return -1;
    memcpy(text, name, len);
    text[len] = '\0';
    int n = pcre2_substring_number_from_name(re->code, (PCRE2_SPTR)text);
    return n > 0 ? n : -1;
}

int gf_matcher_open(struct gf_matcher *m, const struct gf_regex *re)
{
    *m = (struct gf_matcher){.re = re};
    m->data = pcre2_match_data_create_from_pattern(re->code, NULL);
    m->context = pcre2_match_context_create(NULL);
    m->stack = pcre2_jit_stack_create(STACK_FIRST, STACK_MOST, NULL);
    if (!m->data || !m->context || (re->jit && !m->stack)) {
        gf_matcher_release(m);
        errno = ENOMEM;
        return -1;
    }
    pcre2_set_match_limit(m->context, MATCH_LIMIT);
    pcre2_set_heap_limit(m->context, HEAP_KIB);
    if (m->stack)
        pcre2_jit_stack_assign(m->context, NULL, m->stack);
    m->at = pcre2_get_ovector_pointer(m->data);
    m->set = pcre2_get_ovector_count(m->data);
    return 0;
}

void gf_matcher_release(struct gf_matcher *m)
{
    pcre2_match_data_free(m->data);
    pcre2_match_context_free(m->context);
    pcre2_jit_stack_free(m->stack);
    *m = (struct gf_matcher){0};
}

void gf_matcher_turn(struct gf_matcher *m, const struct gf_regex *re)
{
    m->re = re;
}

int gf_regex_match(struct gf_matcher *m, struct gf_slice s, size_t from)
{
    int rc = PCRE2_ERROR_JIT_STACKLIMIT;
    PCRE2_SPTR subject = (PCRE2_SPTR)(s.data ? s.data : "");
    if (m->re->jit && m->re->verbs) /* pcre2_jit_match does not look at (*NOTEMPTY) */
        rc = pcre2_match(m->re->code, subject, s.len, from, 0, m->data, m->context);
    else if (m->re->jit)
        rc = pcre2_jit_match(m->re->code, subject, s.len, from, 0, m->data, m->context);
    if (rc == PCRE2_ERROR_JIT_STACKLIMIT || rc == PCRE2_ERROR_JIT_BADOPTION)
        rc = pcre2_match(m->re->code, subject, s.len, from, PCRE2_NO_JIT, m->data, m->context);
    if (rc >= 0)
        return 1;
    return rc == PCRE2_ERROR_NOMATCH || rc == PCRE2_ERROR_PARTIAL ? 0 : GF_REGEX_BOUND;
}
