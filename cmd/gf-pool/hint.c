/* hint.c - ways out of the mistakes that people make with a pool. */
#include "pool.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/suggest.h"

/* ---- a command that is not found ----------------------------------------------------------------
 */

/* The nearest name among the files of one directory; s->best points to what `keep` holds. */
static void offer_directory(struct gf_suggest *s, const char *dir, size_t len, struct gf_buf *keep)
{
    char path[4096];
    if (len == 0 || len >= sizeof path)
        return;
    snprintf(path, sizeof path, "%.*s", (int)len, dir);
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));) {
        const char *before = s->best;
        size_t distance = s->distance;
        gf_suggest_offer(s, e->d_name);
        if (s->best == before)
            continue;
        s->best = before;
        if (faccessat(dirfd(d), e->d_name, X_OK, AT_EACCESS) != 0) {
            s->distance = distance;
            continue;
        }
        gf_buf_clear(keep);
        if (gf_buf_puts(keep, e->d_name) == 0)
            s->best = keep->data;
    }
    if (d)
        closedir(d);
}

static void suggest_command(const char *name)
{
    struct gf_suggest s;
    struct gf_buf keep = {0};
    gf_suggest_init(&s, name, strlen(name));
    for (const char *dir = getenv("PATH"); dir;) {
        size_t len = strcspn(dir, ":");
        offer_directory(&s, dir, len, &keep);
        dir = dir[len] ? dir + len + 1 : NULL;
    }
    if (s.best)
        gf_hint("did you mean '%s'?", s.best);
    gf_buf_release(&keep);
}

static bool is_shell_word(const char *name)
{
    static const char *const words[] = {"cd",    "eval",  "export", "for",  "function",
                                        "if",    "set",   "source", "trap", "ulimit",
                                        "umask", "unset", "while",  "alias"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(name, words[i]) == 0)
            return true;
    return false;
}

void hint_not_found(const char *name)
{
    if (access(name, F_OK) == 0 && strchr(name, '/'))
        gf_hint("the file is there; what its first line names to run it is not");
    else if (strpbrk(name, " \t\n|;&"))
        gf_hint("this is one word; leave the quotes out, or let a shell read it: -s '%s'", name);
    else if (is_shell_word(name))
        gf_hint("only a shell knows this word: -s '%s ...'", name);
    else if (!strchr(name, '/'))
        suggest_command(name);
}

/* ---- a record that is taken for an option
 * -------------------------------------------------------- */

bool hint_looks_like_option(const struct pool *p, const struct work *w)
{
    const struct options *o = p->opt;
    const struct gf_value *first = w->item;
    if (w->items == 0 || first->len < 2 || first->text[0] != '-' || o->script || o->rerun)
        return false;
    size_t mark = strlen(o->placeholder);
    for (size_t i = 1; i < o->nwords; i++) {
        if (strcmp(o->words[i], "--") == 0)
            return false;
        if (strncmp(o->words[i], o->placeholder, mark) == 0)
            return true;
    }
    return p->command.appends;
}

void hint_failed(struct pool *p, const struct job *j)
{
    if (!j->like_option || p->hinted)
        return;
    p->hinted = true;
    gf_note("job %llu failed; its record begins with '-' and may have been taken for an option: "
            "'%s -- %s' would prevent that",
            (unsigned long long)j->seq, p->opt->words[0], p->opt->placeholder);
}
