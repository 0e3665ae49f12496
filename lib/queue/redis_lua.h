/*
 * redis_lua.h - what is in front of each script of the queue on a server: for redis_lua.c and
 * redis_lua_look.c alone.
 */
#ifndef GF_QUEUE_REDIS_LUA_H
#define GF_QUEUE_REDIS_LUA_H

#include "queue/redis_parts.h"

#define GF_QUEUE_LUA_BEGIN                                                                         \
    "local q = KEYS[1] local call = redis.call\n"                                                  \
    "local names = {':high', ':normal', ':low'}\n"                                                 \
    "local t = call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000)\n"                   \
    "local v = call('HGET', q, 'v')\n"                                                             \
    "if not v then\n"                                                                              \
    "  call('HSET', q, 'v', '1')\n"                                                                \
    "  for i = 1, 3 do redis.pcall('XGROUP', 'CREATE', q .. names[i], 'gf', '0', 'MKSTREAM') "     \
    "end\n"                                                                                        \
    "elseif v ~= '1' then return redis.error_reply('GFVERSION ' .. v) end\n"                       \
    "local function fields(e)\n"                                                                   \
    "  local f = {} for i = 1, #e, 2 do f[e[i]] = e[i + 1] end return f\n"                         \
    "end\n"                                                                                        \
    "local function count(what, n)\n"                                                              \
    "  if n == 0 then return end\n"                                                                \
    "  call('HINCRBY', q, what, n)\n"                                                              \
    "  local key = q .. ':tick:' .. string.format('%d', math.floor(now / 10000))\n"                \
    "  if call('HINCRBY', key, what, n) == n then call('EXPIRE', key, 90) end\n"                   \
    "end\n"                                                                                        \
    "local function add(job)\n"                                                                    \
    "  local a = {'XADD', q .. names[job[2] + 1], '*', 'i', job[1], 'd', job[3], 'p', job[4],\n"   \
    "    'r', job[7]}\n"                                                                           \
    "  if job[5] then a[#a + 1] = 'e' a[#a + 1] = job[5] end\n"                                    \
    "  if job[6] then a[#a + 1] = 'k' a[#a + 1] = job[6] end\n"                                    \
    "  local entry = call(unpack(a))\n"                                                            \
    "  if job[5] then call('ZADD', q .. ':ttl' .. names[job[2] + 1], job[5], entry) end\n"         \
    "end\n"                                                                                        \
    "local function job_of(priority, f, d)\n"                                                      \
    "  return {f.i, priority, d or tonumber(f.d), f.p, f.e or false, f.k or false, f.r}\n"         \
    "end\n"                                                                                        \
    "local function is_over(e) return e and tonumber(e) <= now end\n"                              \
    "local function free_key(f)\n"                                                                 \
    "  if not f.k then return end\n"                                                               \
    "  local has = call('HGET', q .. ':keys', f.k)\n"                                              \
    "  if has and string.match(has, '^%d+') == f.i then call('HDEL', q .. ':keys', f.k) end\n"     \
    "end\n"                                                                                        \
    "local function key_is_free(k)\n"                                                              \
    "  local has = call('HGET', q .. ':keys', k)\n"                                                \
    "  local e = has and string.match(has, ':(%d+)$')\n"                                           \
    "  return not has or (e and tonumber(e) <= now)\n"                                             \
    "end\n"                                                                                        \
    "local function leave(at, priority, entry)\n"                                                  \
    "  local stream = q .. names[priority + 1]\n"                                                  \
    "  call('XACK', stream, 'gf', entry) call('XDEL', stream, entry)\n"                            \
    "  call('ZREM', q .. ':lease', at) call('HDEL', q .. ':run', at)\n"                            \
    "end\n"                                                                                        \
    "local function ring() call('XADD', q .. ':bell', 'MAXLEN', 1, '*', 'x', '') end\n"            \
    "local function delay(job, due)\n"                                                             \
    "  if job[5] then\n"                                                                           \
    "    call('ZADD', q .. ':ttl:delayed', job[5], job[1])\n"                                      \
    "    job[8] = due due = math.min(due, tonumber(job[5]))\n"                                     \
    "  end\n"                                                                                      \
    "  local x = cmsgpack.pack(job)\n"                                                             \
    "  call('ZADD', q .. ':delayed', due, x)\n"                                                    \
    "  if call('ZRANK', q .. ':delayed', x) == 0 then ring() end\n"                                \
    "end\n"                                                                                        \
    "local function number(n) return string.format('%d', n) end\n"                                 \
    "local function remember(what, answer)\n"                                                      \
    "  local client, n = string.match(what, '^(%S+) (%d+)$')\n"                                    \
    "  call('SET', q .. ':once:' .. client, n .. ' ' .. answer, 'EX', 600)\n"                      \
    "end\n"                                                                                        \
    "local function remembered(what)\n"                                                            \
    "  local client, n = string.match(what, '^(%S+) (%d+)$')\n"                                    \
    "  local last = call('GET', q .. ':once:' .. client)\n"                                        \
    "  if not last or string.sub(last, 1, #n + 1) ~= n .. ' ' then return false end\n"             \
    "  return string.sub(last, #n + 2)\n"                                                          \
    "end\n"

#endif
