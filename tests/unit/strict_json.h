/*
 * strict_json.h - whether bytes are one JSON value, strictly by RFC 8259: for tests of what we
 * write.
 *
 *     CHECK(strict_json(b.data, b.len));
 *
 * Header only, since unit tests and fuzzers both need it. Nesting is bounded by DEPTH.
 */
#ifndef GF_TESTS_UNIT_STRICT_JSON_H
#define GF_TESTS_UNIT_STRICT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/utf8.h"

enum {
    STRICT_JSON_DEPTH = 64
};

struct strict_json {
    const char *at, *end;
    int depth;
};

static inline bool strict_json_value(struct strict_json *j);

static inline bool strict_json_take(struct strict_json *j, char c)
{
    if (j->at == j->end || *j->at != c)
        return false;
    j->at++;
    return true;
}

static inline void strict_json_blanks(struct strict_json *j)
{
    while (j->at < j->end && memchr(" \t\n\r", *j->at, 4))
        j->at++;
}

static inline bool strict_json_word(struct strict_json *j, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(j->end - j->at) < n || memcmp(j->at, word, n) != 0)
        return false;
    j->at += n;
    return true;
}

static inline bool strict_json_digits(struct strict_json *j)
{
    const char *from = j->at;
    while (j->at < j->end && *j->at >= '0' && *j->at <= '9')
        j->at++;
    return j->at > from;
}

static inline bool strict_json_number(struct strict_json *j)
{
    strict_json_take(j, '-');
    if (!strict_json_take(j, '0') && !strict_json_digits(j))
        return false;
    if (strict_json_take(j, '.') && !strict_json_digits(j))
        return false;
    if (strict_json_take(j, 'e') || strict_json_take(j, 'E')) {
        if (!strict_json_take(j, '+'))
            strict_json_take(j, '-');
        return strict_json_digits(j);
    }
    return true;
}

static inline bool strict_json_escape(struct strict_json *j)
{
    if (j->at == j->end || !memchr("\"\\/bfnrtu", *j->at, 9))
        return false;
    if (*j->at++ != 'u')
        return true;
    for (int i = 0; i < 4; i++, j->at++)
        if (j->at == j->end || !memchr("0123456789abcdefABCDEF", *j->at, 22))
            return false;
    return true;
}

static inline bool strict_json_string(struct strict_json *j)
{
    if (!strict_json_take(j, '"'))
        return false;
    while (j->at < j->end && *j->at != '"') {
        uint32_t cp;
        size_t n = gf_utf8_step(j->at, (size_t)(j->end - j->at), &cp);
        if (n == 0 || cp < 0x20)
            return false;
        j->at += n;
        if (cp == '\\' && !strict_json_escape(j))
            return false;
    }
    return strict_json_take(j, '"');
}

/* An object's or an array's inside, up to its closing bracket. */
static inline bool strict_json_members(struct strict_json *j, char close)
{
    strict_json_blanks(j);
    if (strict_json_take(j, close))
        return true;
    do {
        if (close == '}') {
            strict_json_blanks(j);
            if (!strict_json_string(j))
                return false;
            strict_json_blanks(j);
            if (!strict_json_take(j, ':'))
                return false;
        }
        if (!strict_json_value(j))
            return false;
    } while (strict_json_take(j, ','));
    return strict_json_take(j, close);
}

static inline bool strict_json_value(struct strict_json *j)
{
    strict_json_blanks(j);
    if (j->at == j->end || j->depth++ > STRICT_JSON_DEPTH)
        return false;
    bool ok;
    if (strict_json_take(j, '{'))
        ok = strict_json_members(j, '}');
    else if (strict_json_take(j, '['))
        ok = strict_json_members(j, ']');
    else if (*j->at == '"')
        ok = strict_json_string(j);
    else
        ok = strict_json_word(j, "true") || strict_json_word(j, "false") ||
             strict_json_word(j, "null") || strict_json_number(j);
    j->depth--;
    strict_json_blanks(j);
    return ok;
}

static inline bool strict_json(const char *s, size_t len)
{
    struct strict_json j = {s, s + len, 0};
    return strict_json_value(&j) && j.at == j.end;
}

#endif
