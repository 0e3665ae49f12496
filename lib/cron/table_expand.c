/*
 * table_expand.c - below GF_EXPAND=1, the value of a variable with other variables in it.
 *
 * The value is gone through once and copied piece by piece; what a variable stands for is not
 * looked through again, so the length of a value is the only thing to bound. A name is looked for
 * among the variables that the table has set up to here, the last first, and then in the
 * environment of the caller. No command is run for a value: $( and ` stay text, and table_look.c
 * warns of them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "cron/table_read.h"

size_t gf_tab_reference(const char *s, const char **name, size_t *name_len)
{
    size_t brace = s[0] == '$' && s[1] == '{';
    *name = s + 1 + brace;
    *name_len = s[0] == '$' ? gf_tab_name_length(*name) : 0;
    if (!*name_len || (brace && (*name)[*name_len] != '}'))
        return 0;
    return 1 + *name_len + 2 * brace;
}

/* What the name stands for; NULL: nothing, or no memory. */
static const char *look_up(struct gf_tab_reader *r, const char *name, size_t len)
{
    const struct gf_table *t = r->t;
    for (size_t i = t->n_vars; i-- > 0;)
        if (gf_tab_name_is(name, len, t->vars[i].name))
            return t->vars[i].value;
    const char *copy = gf_tab_keep(r->t, name, len);
    r->nomem = r->nomem || !copy;
    return copy && r->ctx->get_env ? r->ctx->get_env(copy) : NULL;
}

static void put_variable(struct gf_tab_reader *r, struct gf_buf *b, const char *at, size_t len,
                         const char *name, size_t name_len)
{
    char what[96];
    const char *value = look_up(r, name, name_len);
    if (value) {
        gf_buf_puts(b, value);
        return;
    }
    snprintf(what, sizeof what, "%.*s is not set, here or in the environment: it is empty",
             (int)(name_len < 40 ? name_len : 40), name);
    gf_tab_warn(r, at, len, "a variable is set on a line above the one that uses it", what);
}

static void put_expanded(struct gf_tab_reader *r, struct gf_buf *b, const char *s, const char *end)
{
    const char *name;
    size_t n, name_len;
    for (; s < end; s += n) {
        bool escapes = *s == '\\' && s + 1 < end && (s[1] == '$' || s[1] == '\\');
        n = gf_tab_reference(s, &name, &name_len);
        if (n)
            put_variable(r, b, s, n, name, name_len);
        else
            gf_buf_putc(b, s[escapes]);
        n = n ? n : 1 + (size_t)escapes;
    }
}

const char *gf_tab_expanded(struct gf_tab_reader *r, const char *s, size_t len)
{
    struct gf_buf b = GF_BUF_INIT(GF_TABLE_LINE_MAX);
    bool quoted = len >= 2 && (*s == '\'' || *s == '"') && s[len - 1] == *s;
    const char *value = NULL;
    if (quoted && *s == '\'')
        return gf_tab_unquoted(r, s, len);
    put_expanded(r, &b, s + quoted, s + len - quoted);
    if (!b.failed)
        value = gf_tab_keep(r->t, b.len ? b.data : "", b.len);
    else if (errno == EOVERFLOW)
        gf_tab_fault(r, s, len, NULL, "the value is expanded to more than 64 KiB");
    r->nomem = r->nomem || (!value && errno == ENOMEM);
    gf_buf_release(&b);
    return value;
}
