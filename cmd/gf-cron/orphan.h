/*
 * orphan.h - due times before the start that another scheduler on the same state was to see to.
 *
 * The other scheduler may be about to run these due times, so they are left to it as long as it
 * lives, and the state says so: with its end, each of the due times that is not on record was
 * missed, whatever has become of this scheduler. After a while comes a second look, which says so.
 */
#ifndef GF_CMD_CRON_ORPHAN_H
#define GF_CMD_CRON_ORPHAN_H

#include "server.h"

/* `found` tells how the state had each job of the table, whose plan has begun. 0, or -1 after a
 * message. */
int orphan_open(struct server *s, struct loaded *l, const struct gf_state_found *found);
void orphan_close(struct server *s);

#endif
