/* shared.h - what schedulers on many machines know of one another's tables. */
#ifndef GF_CMD_CRON_SHARED_H
#define GF_CMD_CRON_SHARED_H

#include "server.h"

/* Gives jobs with GF_EACH_HOST ids of their own where hosts share a state: ID@HOST. -1: ENOMEM. */
int shared_name_jobs(const struct server *s, struct loaded *l);

/* The job with this id in the state; NULL: the table has none, or it is another host's. */
const struct gf_job *shared_find(const struct gf_table *t, const char *id);

/* Warns when another scheduler goes by another table, or by another zone. */
void shared_compare(const struct server *s);

#endif
