/*
 * opt_rules.c - whether the options that were given go together.
 *
 * A rule names options as people type them, so that the table, the message and the page say the
 * same word; the names are looked up among the rows of the command, once a rule, at its end.
 */
#include "base/opt.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"

/* The fact of that name, or NULL. */
static const struct gf_opt_fact *find_fact(const struct gf_optparser *p, const char *name,
                                           size_t len)
{
    for (size_t i = 0; i < p->nfacts; i++)
        if (strlen(p->facts[i].name) == len && memcmp(p->facts[i].name, name, len) == 0)
            return &p->facts[i];
    return NULL;
}

void gf_opt_fact(struct gf_optparser *p, const char *name, const char *word)
{
    if (p->nfacts < GF_OPT_FACTS && !find_fact(p, name, strlen(name)))
        p->facts[p->nfacts++] = (struct gf_opt_fact){name, word};
}

static bool is_named(const struct gf_opt *o, const char *name, size_t len)
{
    if (len == 2)
        return o->letter == name[1];
    return o->name && strlen(o->name) == len - 2 && memcmp(o->name, name + 2, len - 2) == 0;
}

bool gf_opt_given(const struct gf_optparser *p, const char *name, size_t len)
{
    const struct gf_opt *rows = p->cli->opts;
    for (size_t i = 0; rows && rows[i].id && i < GF_OPT_ROWS; i++)
        if (p->given[i] && is_named(&rows[i], name, len))
            return true;
    for (size_t i = 0; i < GF_OPT_VOICES; i++)
        if (p->given_voice[i] && is_named(&gf_opt_voice[i], name, len))
            return true;
    return find_fact(p, name, len) != NULL;
}

/* The first of the names that was given; its length, or 0. */
static size_t first_given(const struct gf_optparser *p, const char *names, const char **out)
{
    for (const char *s = names; *s;) {
        size_t len = strcspn(s, " ");
        *out = s;
        if (gf_opt_given(p, s, len))
            return len;
        s += len;
        s += strspn(s, " ");
    }
    return 0;
}

static bool names_fact(const struct gf_opt_rule *r)
{
    for (const char *s = r->others; *s; s += strspn(s, " ")) {
        if (*s != '-')
            return true;
        s += strcspn(s, " ");
    }
    return r->option[0] != '-';
}

/* The first rule of the table that does not hold, or NULL. *other is the name it does not go with,
 * or all those of which one is needed; *len its length. */
static const struct gf_opt_rule *broken(const struct gf_optparser *p,
                                        const struct gf_opt_rule *table, bool facts,
                                        const char **other, size_t *len)
{
    for (const struct gf_opt_rule *r = table; r && r->relation; r++) {
        if (!gf_opt_given(p, r->option, strlen(r->option)) || (!facts && names_fact(r)))
            continue;
        *len = first_given(p, r->others, other);
        if (r->relation == GF_OPT_NOT_WITH && *len > 0)
            return r;
        if (r->relation == GF_OPT_NEEDS && *len == 0) {
            *other = r->others;
            *len = strlen(r->others);
            return r;
        }
    }
    return NULL;
}

/* A name as messages show it: an option as it is, a fact in quotes or with its word. */
static void add_name(struct gf_buf *b, const struct gf_optparser *p, const char *name, size_t len)
{
    const struct gf_opt_fact *f = *name == '-' ? NULL : find_fact(p, name, len);
    if (f && f->word)
        gf_buf_printf(b, "%s '%.60s'", f->name, f->word);
    else if (*name == '-')
        gf_buf_add(b, name, len);
    else
        gf_buf_printf(b, "'%.*s'", (int)len, name);
}

/* "--a", "--a or --b", "--a, --b or --c", from names with blanks between. */
static void add_either(struct gf_buf *b, const struct gf_optparser *p, const char *names,
                       size_t len)
{
    const char *end = names + len;
    for (const char *s = names; s < end;) {
        size_t n = strcspn(s, " ");
        n = n < (size_t)(end - s) ? n : (size_t)(end - s);
        const char *next = s + n + strspn(s + n, " ");
        const char *after = next < end ? next + strcspn(next, " ") : end;
        add_name(b, p, s, n);
        if (next < end)
            gf_buf_puts(b, after < end ? ", " : " or ");
        s = next;
    }
}

bool gf_opt_breaks_rule(struct gf_optparser *p, bool facts)
{
    const char *other;
    size_t len;
    const struct gf_opt_rule *r = broken(p, p->cli->rules, facts, &other, &len);
    if (!r)
        r = broken(p, gf_opt_voice_rules, facts, &other, &len);
    if (!r)
        return false;
    struct gf_buf b = GF_BUF_INIT(4096);
    bool needs = r->relation == GF_OPT_NEEDS;
    add_name(&b, p, r->option, strlen(r->option));
    gf_buf_puts(&b, needs ? " needs " : " does not go with ");
    add_either(&b, p, other, len);
    snprintf(p->error, sizeof p->error, "%.*s: %s", (int)b.len, b.data ? b.data : "", r->why);
    gf_buf_clear(&b);
    if (memchr(other, ' ', len))
        gf_buf_puts(&b, "one of these");
    else
        add_name(&b, p, other, len);
    if (needs)
        snprintf(p->hint, sizeof p->hint, "add %.*s, or leave %s out", (int)b.len,
                 b.data ? b.data : "", r->option);
    else
        snprintf(p->hint, sizeof p->hint, "leave one of them out");
    gf_buf_release(&b);
    return true;
}
