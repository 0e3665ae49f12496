/* budget_script.h - the script of budget.h; for lib/redis alone. budget_script.c says what it is
 * given and what it answers. */
#ifndef GF_REDIS_BUDGET_SCRIPT_H
#define GF_REDIS_BUDGET_SCRIPT_H

#include "redis/link.h"

extern const struct gf_redis_script gf_redis_budget_script;

#endif
