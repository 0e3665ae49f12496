/*
 * orphan.h - due times before the start that another scheduler on the same state was to see to.
 *
 * The other scheduler may be about to run these due times, so they are left to it as long as it
 * lives. After a while comes a second look: when the other scheduler is gone by then, each of the
 * due times that is not on record was missed.
 */
#ifndef GF_CMD_CRON_ORPHAN_H
#define GF_CMD_CRON_ORPHAN_H

#include "server.h"

/* `found` tells how the state had each job of the table. 0, or -1 without memory. */
int orphan_open(struct server *s, struct loaded *l, const struct gf_state_found *found);
void orphan_close(struct server *s);

#endif
