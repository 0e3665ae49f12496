/*
 * shared.c - one state, and the tables of many machines.
 *
 * A job that each host runs is a job of its own for each in the state, named ID@HOST, so that
 * claims, history and pauses of one host are not those of another. Tables that differ are allowed,
 * since a new one comes to one host after the other; it is said once for each table that is read.
 */
#include "shared.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"

int shared_name_jobs(const struct server *s, struct loaded *l)
{
    size_t n = l->table.n_jobs;
    char host[64];
    if (!s->journal.state || !gf_state_has_leases(s->journal.state))
        return 0;
    l->state_ids = calloc(n + 1, sizeof *l->state_ids);
    if (!l->state_ids)
        return -1;
    cron_host(host);
    for (size_t i = 0; i < n; i++) {
        struct gf_job *job = &l->table.jobs[i];
        char *id = l->state_ids[i].text;
        if (!job->opt.each_host)
            continue;
        snprintf(id, sizeof l->state_ids[i].text, "%s@%.60s", job->id, host);
        job->state_id = id;
    }
    return 0;
}

const struct gf_job *shared_find(const struct gf_table *t, const char *id)
{
    const struct gf_job *job = gf_table_find(t, id);
    const char *at = strrchr(id, '@');
    if (job && strcmp(run_state_id(job), id) == 0)
        return job;
    if (!at || at - id > GF_JOB_ID_MAX)
        return NULL;
    char head[GF_JOB_ID_MAX + 1];
    snprintf(head, sizeof head, "%.*s", (int)(at - id), id);
    job = gf_table_find(t, head);
    return job && strcmp(run_state_id(job), id) == 0 ? job : NULL;
}

void shared_compare(const struct server *s)
{
    struct gf_state_other other;
    char digest[24], path[PATH_MAX];
    if (!s->journal.state || !gf_state_has_leases(s->journal.state))
        return;
    const char *zone = cron_zone_name(s->context.zone, path);
    snprintf(digest, sizeof digest, "%016" PRIx64, s->context.digest);
    if (gf_state_goes_by(s->journal.state, digest, zone, &other) != 0 || !other.owner[0])
        return;                                  /* what does not answer is told by what follows */
    const char *end = strrchr(other.owner, ':'); /* HOST:PID, and a random part */
    int len = end ? (int)(end - other.owner) : (int)strlen(other.owner);
    if (other.table)
        gf_note("the scheduler %.*s has another table on this state: each runs its own", len,
                other.owner);
    if (strcmp(other.zone, zone) != 0)
        gf_note("the scheduler %.*s goes by the zone %s, and this one by %s", len, other.owner,
                other.zone, zone);
}
