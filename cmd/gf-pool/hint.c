/*
 * hint.c - a record that begins with '-' and may have been taken for an option, and a function of
 * bash in a script of sh.
 *
 * Such a record is an option only where nothing in front of it ends the options: the words of the
 * command are looked at up to the one that holds the record.
 */
#include "hint.h"

#include <string.h>

#include "base/cannot_run.h"
#include "base/exit.h"
#include "base/msg.h"
#include "job.h"

bool hint_looks_like_option(const struct options *o, bool appends, const struct work *w)
{
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
    return appends;
}

/* sh says that it does not find the function. */
static void look_at_script(struct hint *h, const struct job *j)
{
    const char *script = h->opt->script;
    size_t len = 0;
    const char *name =
        script && !h->said && j->ending.how == GF_ENDING_EXIT && j->ending.code == GF_EXIT_NOTFOUND
            ? gf_bash_function_in(script, &len)
            : NULL;
    if (!name)
        return;
    h->said = true;
    gf_note("'%.*s' is a function of bash, which bash alone can run", (int)len, name);
    gf_note_hint("bash -c '%.*s \"$@\"' bash", (int)len, name);
}

static void on_finished(void *self, struct job *j)
{
    struct hint *h = self;
    look_at_script(h, j);
    if (!j->like_option || h->said || !gf_ending_is_failure(&j->ending))
        return;
    h->said = true;
    gf_note("job %llu failed; its record begins with '-' and may have been taken for an option: "
            "'%s -- %s' would prevent that",
            (unsigned long long)j->seq, h->opt->words[0], h->opt->placeholder);
}

const struct observer_events hint_observer = {.finished = on_finished};
