/*
 * permits_lua.c - one script for each step; all begin with the same words.
 *
 * A script of Redis is not undone when it fails half way, so what may fail for reasons of the
 * server (a message that an ACL forbids) is done by pcall and last. Numbers of Lua are doubles,
 * which hold microseconds of the clock exactly until the year 2255; they become text by int(),
 * since tostring() writes them with an exponent.
 */
#include "redis/permits_lua.h"

/* A claim is dropped by its lease (purge) or by itself; wake() tells the first in line whenever it
 * may have a reason to ask. */
#define COMMON                                                                                     \
    "local sem, held, wait, alive, who = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]\n"            \
    "local id = ARGV[1]\n"                                                                         \
    "local v = redis.call('HGET', sem, 'v')\n"                                                     \
    "if v and v ~= '1' then return {'version', v} end\n"                                           \
    "local t = redis.call('TIME')\n"                                                               \
    "local now = t[1] * 1000000 + t[2]\n"                                                          \
    "local function int(x) return string.format('%.0f', x) end\n"                                  \
    "local function number(f) return tonumber(redis.call('HGET', sem, f) or 0) end\n"              \
    "local function weight(c)\n"                                                                   \
    "  local w = redis.call('HGET', who, c)\n"                                                     \
    "  return w and tonumber(string.match(w, '^%d+')) or 0\n"                                      \
    "end\n"                                                                                        \
    "local function drop(c)\n"                                                                     \
    "  if redis.call('ZREM', held, c) == 1 then\n"                                                 \
    "    redis.call('HINCRBY', sem, 'used', int(-weight(c)))\n"                                    \
    "  elseif redis.call('ZREM', wait, c) == 1 then\n"                                             \
    "    redis.call('ZREM', alive, c)\n"                                                           \
    "  else return end\n"                                                                          \
    "  redis.call('HDEL', who, c)\n"                                                               \
    "end\n"                                                                                        \
    "local function purge()\n"                                                                     \
    "  for _, key in ipairs({held, alive}) do\n"                                                   \
    "    for _, c in ipairs(redis.call('ZRANGEBYSCORE', key, '-inf', int(now))) do drop(c) end\n"  \
    "  end\n"                                                                                      \
    "end\n"                                                                                        \
    "local function first() return redis.call('ZRANGE', wait, 0, 0)[1] end\n"                      \
    "local function wake()\n"                                                                      \
    "  local head = first()\n"                                                                     \
    "  if head then\n"                                                                             \
    "    local w, permits = weight(head), number('permits')\n"                                     \
    "    if head ~= id and (w > permits or number('used') + w <= permits) then\n"                  \
    "      redis.pcall('PUBLISH', sem .. ':turn:' .. head, '')\n"                                  \
    "    end\n"                                                                                    \
    "  elseif redis.call('ZCARD', held) == 0 then\n"                                               \
    "    redis.pcall('PUBLISH', sem .. ':idle', '')\n"                                             \
    "  end\n"                                                                                      \
    "end\n"                                                                                        \
    "local function nap()\n"                                                                       \
    "  local least = -1\n"                                                                         \
    "  for _, key in ipairs({held, alive}) do\n"                                                   \
    "    local e = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')\n"                                \
    "    if e[2] and (least < 0 or e[2] - now < least) then\n"                                     \
    "      least = math.max(e[2] - now, 0)\n"                                                      \
    "    end\n"                                                                                    \
    "  end\n"                                                                                      \
    "  return least\n"                                                                             \
    "end\n"                                                                                        \
    "local function answer(word, x)\n"                                                             \
    "  return {word, x, number('permits'), number('declared'), number('used'),\n"                  \
    "    redis.call('ZCARD', held), redis.call('ZCARD', wait), nap(), now}\n"                      \
    "end\n"                                                                                        \
    "local function make(n)\n"                                                                     \
    "  if not v then\n"                                                                            \
    "    redis.call('HSET', sem, 'v', 1, 'permits', n, 'declared', n, 'used', 0)\n"                \
    "  end\n"                                                                                      \
    "end\n"

/* id, lease, weight, permits, ticket, wait (1 or 0), pid, host, label, and claims around ours. */
static const char ask[] = COMMON
    "if not v and ARGV[4] == '0' then return answer('absent', 0) end\n"
    "make(ARGV[4])\n"
    "local lease, w, permits = ARGV[2] + 0, ARGV[3] + 0, number('permits')\n"
    "local function record(fence)\n"
    "  redis.call('HSET', who, id, ARGV[3] .. ' ' .. fence .. ' ' .. int(now) .. ' ' ..\n"
    "    ARGV[7] .. ' ' .. ARGV[8] .. ' ' .. ARGV[9])\n"
    "end\n"
    /* The answer to what took them was lost. */
    "if redis.call('ZSCORE', held, id) then\n"
    "  redis.call('ZADD', held, int(now + lease), id)\n"
    "  return answer('holds', tonumber(string.match(redis.call('HGET', who, id), '^%d+ (%d+)')))\n"
    "end\n"
    "purge()\n"
    "if w > permits then\n"
    "  drop(id)\n"
    "  wake()\n"
    "  return answer('excess', 0)\n"
    "end\n"
    "local ticket = redis.call('ZSCORE', wait, id)\n"
    "if not ticket and ARGV[5] ~= '0' then\n"
    "  ticket = ARGV[5]\n"
    "  redis.call('ZADD', wait, ticket, id)\n"
    "  redis.call('HSET', sem, 'ticket', int(math.max(ticket + 0, number('ticket'))))\n"
    "  record(0)\n"
    "end\n"
    "local head = first()\n"
    "if number('used') + w <= permits and (not head or head == id) then\n"
    "  redis.call('ZREM', wait, id)\n"
    "  redis.call('ZREM', alive, id)\n"
    "  local fence = math.max(number('fence') + 1, now)\n"
    "  redis.call('HSET', sem, 'fence', int(fence))\n"
    "  redis.call('HINCRBY', sem, 'used', int(w))\n"
    "  redis.call('ZADD', held, int(now + lease), id)\n"
    "  record(int(fence))\n"
    "  wake()\n"
    "  return answer('holds', fence)\n"
    "end\n"
    "wake()\n"
    "if ARGV[6] == '0' then return answer('busy', 0) end\n"
    "local around = 0\n"
    "for i = 10, #ARGV do\n"
    "  if redis.call('ZSCORE', held, ARGV[i]) then around = around + weight(ARGV[i]) end\n"
    "end\n"
    "if around > 0 and around + w > permits then\n"
    "  drop(id)\n"
    "  return answer('around', around)\n"
    "end\n"
    "if not ticket then\n"
    "  ticket = redis.call('HINCRBY', sem, 'ticket', 1)\n"
    "  redis.call('ZADD', wait, ticket, id)\n"
    "  record(0)\n"
    "end\n"
    "redis.call('ZADD', alive, int(now + lease), id)\n"
    "return answer('waits', ticket + 0)\n";

/* id, lease. Our own first: nobody has taken what lies there still. A holder does not wait, so the
 * ZREM takes nothing: behind a write that needs no memory a server whose memory is full accepts
 * others, and a lease that is renewed needs no more than it has. */
static const char renew[] = COMMON "local mine = redis.call('ZSCORE', held, id)\n"
                                   "if mine then\n"
                                   "  redis.call('ZREM', wait, id)\n"
                                   "  redis.call('ZADD', held, int(now + ARGV[2]), id)\n"
                                   "end\n"
                                   "purge()\n"
                                   "wake()\n"
                                   "return answer(mine and 'holds' or 'lost', 0)\n";

static const char release[] = COMMON "drop(id)\n"
                                     "purge()\n"
                                     "wake()\n"
                                     "return answer('lost', 0)\n";

/* id, and claims around ours. */
static const char idle[] =
    COMMON "if not v then return answer('absent', 0) end\n"
           "purge()\n"
           "wake()\n"
           "for i = 2, #ARGV do\n"
           "  if redis.call('ZSCORE', held, ARGV[i]) then return answer('around', 0) end\n"
           "end\n"
           "local n = redis.call('ZCARD', held) + redis.call('ZCARD', wait)\n"
           "return answer(n == 0 and 'idle' or 'busy', 0)\n";

/* "", permits */
static const char set[] = COMMON "make(ARGV[2])\n"
                                 "redis.call('HSET', sem, 'permits', ARGV[2])\n"
                                 "purge()\n"
                                 "wake()\n"
                                 "return answer('idle', 0)\n";

/* The sums of an answer, and for each claim: waits or not, what is left of its lease, its words. */
static const char look[] = COMMON
    "if not v then return answer('absent', 0) end\n"
    "local a, used = answer('idle', 0), 0\n"
    "local holders = redis.call('ZRANGEBYSCORE', held, '(' .. int(now), '+inf', 'WITHSCORES')\n"
    "for i = 1, #holders, 2 do\n"
    "  used = used + weight(holders[i])\n"
    "  a[#a + 1] = {0, holders[i + 1] - now, redis.call('HGET', who, holders[i]) or ''}\n"
    "end\n"
    "local waiters = 0\n"
    "for _, c in ipairs(redis.call('ZRANGE', wait, 0, -1)) do\n"
    "  local left = (redis.call('ZSCORE', alive, c) or 0) - now\n"
    "  if left > 0 then\n"
    "    waiters = waiters + 1\n"
    "    a[#a + 1] = {1, left, redis.call('HGET', who, c) or ''}\n"
    "  end\n"
    "end\n"
    "a[5], a[6], a[7] = used, #holders / 2, waiters\n"
    "return a\n";

const struct gf_redis_script gf_permits_lua_ask = {ask};
const struct gf_redis_script gf_permits_lua_renew = {renew};
const struct gf_redis_script gf_permits_lua_release = {release};
const struct gf_redis_script gf_permits_lua_idle = {idle};
const struct gf_redis_script gf_permits_lua_set = {set};
const struct gf_redis_script gf_permits_lua_look = {look};
