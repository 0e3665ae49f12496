/*
 * permits_lua.h - the scripts of permits.c, for it alone.
 *
 * Each has the five keys of permits.h, answers an array whose first element is a word, and begins
 * with the claim as its first argument, "" where there is none.
 */
#ifndef GF_REDIS_PERMITS_LUA_H
#define GF_REDIS_PERMITS_LUA_H

#include "redis/link.h"

extern const struct gf_redis_script gf_permits_lua_ask, gf_permits_lua_renew,
    gf_permits_lua_release, gf_permits_lua_idle, gf_permits_lua_set, gf_permits_lua_look;

#endif
