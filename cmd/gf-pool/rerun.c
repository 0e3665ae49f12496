/*
 * rerun.c - --retry-failed: what failed in an earlier run, once more, from its job log alone.
 *
 * The jobs come from the table that resume.c made of the log: each job by its words and its number,
 * with what its last row says. Those that failed are the records of this run, in the order of the
 * log. Their words are read out of the row, and the row that follows shows the same text under the
 * same number, so that GNU parallel, and a later run of ours, take it for the same job.
 */
#include "pool.h"

#include <errno.h>
#include <string.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/num.h"

/* A name in the table is the command, a TAB and the number (see resume.c). */
static int take(struct pool *p, struct gf_slice name)
{
    const char *tab = memrchr(name.data, '\t', name.len);
    size_t len = (size_t)(tab - name.data);
    struct gf_value command = {name.data, len};
    if (work_set(&p->work, &command, 1) != 0)
        return -1;
    gf_parse_count(tab + 1, name.len - len - 1, 1, UINT64_MAX, &p->seq, NULL);
    p->has_work = true;
    return 0;
}

bool rerun_next(struct pool *p)
{
    struct resume *r = &p->resume;
    struct gf_slice name;
    const uint64_t *outcome;
    while ((outcome = gf_keytable_walk(&r->jobs, &r->walked, &name)))
        if (*outcome == JOB_FAILED) {
            r->rerun++;
            if (take(p, name) == 0)
                return true;
            gf_error_nomem();
            pool_fail(p, GF_EXIT_TOOL);
            return false;
        }
    p->input_over = true;
    if (!r->rerun)
        gf_note("no job failed in joblog '%s'", p->opt->joblog);
    return false;
}

uint64_t rerun_total(const struct pool *p)
{
    const struct resume *r = &p->resume;
    uint64_t n = 0;
    size_t at = 0;
    struct gf_slice name;
    for (const uint64_t *outcome; (outcome = gf_keytable_walk(&r->jobs, &at, &name));)
        n += *outcome == JOB_FAILED;
    return n;
}

char **rerun_words(struct pool *p, const char *text, size_t len)
{
    size_t where;
    switch (gf_words_split(&p->resume.words, text, len, &where)) {
    case GF_WORDS_OK:
        return p->resume.words.argv;
    case GF_WORDS_NOMEM:
        errno = ENOMEM;
        return NULL;
    case GF_WORDS_NONE:
    case GF_WORDS_OPEN:
    case GF_WORDS_SHELL:
        break;
    }
    errno = ENOEXEC;
    return NULL;
}
