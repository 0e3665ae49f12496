/*
 * redis_state_lua.c - the scripts. Each is one step that is done as a whole, in the order in which
 * the server takes them; the text of BEGIN is in front of each, and that of OWN where a lease is
 * needed.
 *
 * A run is packed by cmsgpack, with b (when it began), e (its end), o (outcome), c (exit status), g
 * (signal), w (whose it is), n (how many due times), a (it was claimed again after it was
 * interrupted), f (what it waits for) and u (until when); what it has not is left out. Times of ns
 * are text, since a number of Lua has 53 bits. A job has s (known since), p (paused), n (starts), t
 * (schedule), z (zone), d (rule for gaps), l (lock), w (a table: who has it).
 *
 * A run is open as long as it has an owner. Without one it may be left: it waits for a scheduler,
 * or was interrupted, and no later run of its job was there.
 */
#include "cron/redis_state_parts.h"

#define BEGIN                                                                                      \
    "local k, me = KEYS[1], ARGV[1] local call = redis.call\n"                                     \
    "local t = call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000)\n"                   \
    "local v = call('HGET', k, 'v')\n"                                                             \
    "if v and v ~= '1' then return redis.error_reply('GFVERSION ' .. v) end\n"                     \
    "if not v and me == '' then return redis.error_reply('GFNONE nothing') end\n"                  \
    "local function number(n) return string.format('%d', n) end\n"                                 \
    "local function is_alive(who)\n"                                                               \
    "  local e = who and call('ZSCORE', k .. ':owners', who)\n"                                    \
    "  return e and tonumber(e) > now\n"                                                           \
    "end\n"                                                                                        \
    "local function get(m)\n"                                                                      \
    "  local x = call('HGET', k .. ':run', m)\n"                                                   \
    "  return x and cmsgpack.unpack(x)\n"                                                          \
    "end\n"                                                                                        \
    "local function job_of(m) return string.match(m, '^(.*)\\n(.-)$') end\n"                       \
    "local function last_due(job) return call('ZREVRANGE', k .. ':due:' .. job, 0, 0)[1] end\n"    \
    "local function get_job(id)\n"                                                                 \
    "  local x = call('HGET', k .. ':job', id)\n"                                                  \
    "  return x and cmsgpack.unpack(x)\n"                                                          \
    "end\n"                                                                                        \
    "local function set_job(id, j) call('HSET', k .. ':job', id, cmsgpack.pack(j)) end\n"          \
    "local function put(job, due, r, was_lost)\n"                                                  \
    "  local m = job .. '\\n' .. due\n"                                                            \
    "  call('HSET', k .. ':run', m, cmsgpack.pack(r))\n"                                           \
    "  call('ZADD', k .. ':due', due, m)\n"                                                        \
    "  call('ZADD', k .. ':due:' .. job, due, due)\n"                                              \
    "  call(r.w and 'SADD' or 'SREM', k .. ':open', m)\n"                                          \
    "  local again = r.o == 6 and not r.a and (was_lost or last_due(job) == due)\n"                \
    "  if not r.w and (r.f == 4 or again) then call('ZADD', k .. ':left', 'NX', now, m)\n"         \
    "  else call('ZREM', k .. ':left', m) end\n"                                                   \
    "end\n"                                                                                        \
    "local function text(s) if s ~= '' then return s end end\n"

#define OWN "if not is_alive(me) then return redis.error_reply('GFLEASE over') end\n"

/* ARGV: me, the lease in ms, up to when what was left was told, and how old it has to be. Answers
 * whether the lease had been over, how many runs were recovered, how many are asked for, how many
 * were left since, and now. */
const struct gf_redis_script gf_state_lua_tick = {
    BEGIN "local lease = tonumber(ARGV[2])\n"
          "call('HSET', k, 'v', '1')\n"
          "local had = is_alive(me)\n"
          "call('ZADD', k .. ':owners', now + lease, me)\n"
          "call('ZREMRANGEBYSCORE', k .. ':owners', '-inf', now - 86400000)\n"
          "local n = 0\n"
          "for _, m in ipairs(call('SMEMBERS', k .. ':open')) do\n"
          "  local r, job, due = get(m), job_of(m)\n"
          "  if not is_alive(r.w) then\n"
          "    if r.o == 0 then\n"
          "      n = n + 1\n"
          "      if r.f and not r.b then r.o = 5 r.f = 4 else r.o = 6 r.f = nil end\n"
          "    end\n"
          "    r.c = -1 r.w = nil r.u = nil\n"
          "    put(job, due, r, true)\n"
          "  end\n"
          "end\n"
          "local left = call('ZCOUNT', k .. ':left', '(' .. ARGV[3], now - ARGV[4])\n"
          "return {had and 0 or 1, n, call('ZCARD', k .. ':request'), left, number(now)}\n"};

/* ARGV: me, what, and its words: none (none of the jobs is in our table), goes DIGEST ZONE (answers
 * who else goes by what), bye. */
const struct gf_redis_script gf_state_lua_table = {
    BEGIN "local what = ARGV[2]\n"
          "if what == 'bye' then\n"
          "  call('ZREM', k .. ':owners', me)\n"
          "  call('HDEL', k .. ':goes', me)\n"
          "  return {0}\n"
          "end\n"
          "if not is_alive(me) then return redis.error_reply('GFLEASE over') end\n"
          "if what == 'none' then\n"
          "  for _, id in ipairs(call('ZRANGE', k .. ':ids', 0, -1)) do\n"
          "    local j = get_job(id)\n"
          "    if j.w[me] then j.w[me] = nil set_job(id, j) end\n"
          "  end\n"
          "  return {0}\n"
          "end\n"
          "local others = {0}\n"
          "local all = call('HGETALL', k .. ':goes')\n"
          "for i = 1, #all, 2 do\n"
          "  local who, by = all[i], cmsgpack.unpack(all[i + 1])\n"
          "  if who == me then\n"
          "  elseif not is_alive(who) then call('HDEL', k .. ':goes', who)\n"
          "  elseif by[1] ~= ARGV[3] or by[2] ~= ARGV[4] then\n"
          "    if #others == 1 then others = {1, who, by[1] ~= ARGV[3] and 1 or 0, by[2]} end\n"
          "  end\n"
          "end\n"
          "call('HSET', k .. ':goes', me, cmsgpack.pack({ARGV[3], ARGV[4]}))\n"
          "return others\n"};

/* ARGV: me, job, "find" NOW AGAIN: makes the job known; answers since when its due times count,
 * who else has it, how many starts were counted. Or "set" TEXT ZONE DST LOCK: it is in our table.
 */
const struct gf_redis_script gf_state_lua_job = {
    BEGIN OWN
    "local id = ARGV[2]\n"
    "local j = get_job(id)\n"
    "if ARGV[3] == 'set' then\n"
    "  if not j then return {1} end\n"
    "  j.t = text(ARGV[4]) j.z = text(ARGV[5]) j.d = tonumber(ARGV[6]) j.l = text(ARGV[7])\n"
    "  for who in pairs(j.w) do if not is_alive(who) then j.w[who] = nil end end\n"
    "  j.w[me] = 1\n"
    "  set_job(id, j)\n"
    "  return {0}\n"
    "end\n"
    "if not j then\n"
    "  j = {s = ARGV[4], n = 0, w = {}}\n"
    "  set_job(id, j)\n"
    "  call('ZADD', k .. ':ids', 0, id)\n"
    "end\n"
    "local since, due = tonumber(j.s), last_due(id)\n"
    "if due then\n"
    "  local r = get(id .. '\\n' .. due)\n"
    "  local again = r.f == 4 or (ARGV[5] == '1' and r.o == 6 and not r.a)\n"
    "  since = math.max(since, tonumber(due) - (again and 1 or 0))\n"
    "end\n"
    "local other = ''\n"
    "for who in pairs(j.w) do if who ~= me and is_alive(who) then other = who end end\n"
    "return {number(since), other, number(j.n)}\n"};

/* ARGV: me, job, due, again, now, whether a claim of ours may be there. Answers 0, or 1. */
const struct gf_redis_script gf_state_lua_claim = {
    BEGIN OWN
    "local job, due = ARGV[2], ARGV[3]\n"
    "local r = get(job .. '\\n' .. due)\n"
    "if r and ARGV[6] == '1' and r.o == 0 and r.w == me then return {0} end\n"
    "if r and not (r.f == 4 or (ARGV[4] == '1' and r.o == 6 and not r.a)) then return {1} end\n"
    "put(job, due, {b = ARGV[5], o = 0, w = me, n = '1', a = r and (r.a or r.o == 6) or nil})\n"
    "return {0}\n"};

/* ARGV: me, job, due, what, and its words: wait STARTED WAIT UNTIL; end STARTED ENDED OUTCOME
 * STATUS SIGNAL; back; again; record OUTCOME TIMES WAIT MINE; leave TIMES OWNER. Answers 0, or 1.
 */
const struct gf_redis_script gf_state_lua_change = {
    BEGIN OWN
    "local job, due, what = ARGV[2], ARGV[3], ARGV[4]\n"
    "local m = job .. '\\n' .. due\n"
    "local r = get(m)\n"
    "local ours = r and r.o == 0 and r.w == me\n"
    "if what == 'record' then\n"
    "  if r and not (r.f == 4 and r.w) and not (ours and ARGV[8] == '1') then return {1} end\n"
    "  local wait = tonumber(ARGV[7])\n"
    "  put(job, due, {o = tonumber(ARGV[5]), c = -1, n = ARGV[6], f = wait ~= 0 and wait or nil,\n"
    "    a = r and r.a or nil}, true)\n"
    "  return {0}\n"
    "elseif what == 'leave' then\n"
    "  if r then return {1} end\n"
    "  put(job, due, {o = 5, c = -1, n = ARGV[5], f = 4, w = ARGV[6]})\n"
    "  return {0}\n"
    "end\n"
    "if not ours then return {1} end\n"
    "if what == 'wait' then\n"
    "  local wait = tonumber(ARGV[6])\n"
    "  r.b = text(ARGV[5]) r.f = wait ~= 0 and wait or nil r.u = text(ARGV[7])\n"
    "elseif what == 'end' then\n"
    "  r = {b = text(ARGV[5]), e = text(ARGV[6]), o = tonumber(ARGV[7]), c = tonumber(ARGV[8]),\n"
    "    g = tonumber(ARGV[9]), n = r.n, a = r.a}\n"
    "elseif what == 'back' then\n"
    "  r = {o = 5, c = -1, n = r.n, f = 4, a = r.a}\n"
    "else\n"
    "  call('HDEL', k .. ':run', m) call('SREM', k .. ':open', m)\n"
    "  call('ZREM', k .. ':due', m) call('ZREM', k .. ':due:' .. job, due)\n"
    "  if get_job(job) then call('ZADD', k .. ':request', 0, job) end\n"
    "  return {0}\n"
    "end\n"
    "put(job, due, r)\n"
    "return {0}\n"};

/* ARGV: me, job, due, now, what the call is known by. Answers 0 and the due time, or 1. */
const struct gf_redis_script gf_state_lua_take = {
    BEGIN OWN
    "local job, due = ARGV[2], tonumber(ARGV[3])\n"
    "local once = k .. ':once:' .. ARGV[5]\n"
    "local seen = call('GET', once)\n"
    "if seen then return {0, seen} end\n"
    "if call('ZREM', k .. ':request', job) == 0 then return {1, ARGV[3]} end\n"
    "while call('HEXISTS', k .. ':run', job .. '\\n' .. number(due)) == 1 do due = due - 1 end\n"
    "put(job, number(due), {b = ARGV[4], o = 0, w = me, n = '1'})\n"
    "call('SET', once, number(due), 'EX', 600)\n"
    "return {0, number(due)}\n"};

/* ARGV: me, job, most, what the call is known by. Answers 0 or 1, and the count. */
const struct gf_redis_script gf_state_lua_count = {
    BEGIN OWN "local j, most = get_job(ARGV[2]), tonumber(ARGV[3])\n"
              "local once = k .. ':once:' .. ARGV[4]\n"
              "local seen = call('GET', once)\n"
              "if seen then return {0, seen} end\n"
              "if not j then return {1, ARGV[3]} end\n"
              "if j.n >= most then return {1, number(j.n)} end\n"
              "j.n = j.n + 1\n"
              "if j.n >= most then j.t = nil end\n"
              "set_job(ARGV[2], j)\n"
              "call('SET', once, number(j.n), 'EX', 600)\n"
              "return {0, number(j.n)}\n"};

/* ARGV: me, what, and its words: elsewhere JOB; paused JOB; next JOB (what is asked for behind it);
 * alive OWNER; nth N (its due time). Answers 0 and the answer, or 1. */
const struct gf_redis_script gf_state_lua_ask = {
    BEGIN
    "local what, word = ARGV[2], ARGV[3]\n"
    "if what == 'elsewhere' then\n"
    "  local head = word .. '\\n'\n"
    "  for _, m in ipairs(call('SMEMBERS', k .. ':open')) do\n"
    "    if string.sub(m, 1, #head) == head then\n"
    "      local r = get(m)\n"
    "      if r.o == 0 and not r.f and r.w ~= me and is_alive(r.w) then return {0, 1} end\n"
    "    end\n"
    "  end\n"
    "  return {0, 0}\n"
    "elseif what == 'paused' then\n"
    "  local j = get_job(word)\n"
    "  return {0, j and j.p or 0}\n"
    "elseif what == 'next' then\n"
    "  local next = call('ZRANGEBYLEX', k .. ':request', '(' .. word, '+', 'LIMIT', 0, 1)[1]\n"
    "  return next and {0, next} or {1, ''}\n"
    "elseif what == 'alive' then\n"
    "  return {0, is_alive(word) and 1 or 0}\n"
    "end\n"
    "local m = call('ZREVRANGE', k .. ':due', word - 1, word - 1)[1]\n"
    "if not m then return {1, ''} end\n"
    "local _, due = job_of(m)\n"
    "return {0, due}\n"};

/* ARGV: me, job, what: pause, resume or request. All jobs ID@HOST are meant where there is no job
 * ID. Answers 0, or 1. */
const struct gf_redis_script gf_state_lua_hand = {
    BEGIN "local id, what, ids = ARGV[2], ARGV[3], {}\n"
          "if get_job(id) then ids[1] = id\n"
          "else\n"
          "  local head = id .. '@'\n"
          "  for _, each in ipairs(call('ZRANGEBYLEX', k .. ':ids', '[' .. head, '+')) do\n"
          "    if string.sub(each, 1, #head) ~= head then break end\n"
          "    ids[#ids + 1] = each\n"
          "  end\n"
          "end\n"
          "for _, each in ipairs(ids) do\n"
          "  if what == 'request' then call('ZADD', k .. ':request', 0, each)\n"
          "  else\n"
          "    local j = get_job(each)\n"
          "    j.p = what == 'pause' and 1 or nil\n"
          "    set_job(each, j)\n"
          "  end\n"
          "end\n"
          "return {#ids > 0 and 0 or 1}\n"};

/* ARGV: me, before, most. Answers how many runs were deleted. */
const struct gf_redis_script gf_state_lua_forget = {
    BEGIN OWN
    "local most, n, at = tonumber(ARGV[3]), 0, 0\n"
    "repeat\n"
    "  local all = call('ZRANGEBYSCORE', k .. ':due', '-inf', '(' .. ARGV[2], 'LIMIT', at, 256)\n"
    "  for _, m in ipairs(all) do\n"
    "    local job, due = job_of(m)\n"
    "    local r = get(m)\n"
    "    if n < most and r.o ~= 0 and last_due(job) ~= due then\n"
    "      call('HDEL', k .. ':run', m) call('SREM', k .. ':open', m) call('ZREM', k .. ':left', "
    "m)\n"
    "      call('ZREM', k .. ':due', m) call('ZREM', k .. ':due:' .. job, due)\n"
    "      n = n + 1\n"
    "    else at = at + 1 end\n"
    "  end\n"
    "until #all < 256 or n >= most\n"
    "return {n}\n"};

/* ARGV: me, up to when it was told, and up to when to tell. Answers job, due, outcome of each. */
const struct gf_redis_script gf_state_lua_left = {
    BEGIN "local rows = {}\n"
          "for _, m in ipairs(call('ZRANGEBYSCORE', k .. ':left', '(' .. ARGV[2], ARGV[3])) do\n"
          "  local job, due = job_of(m)\n"
          "  rows[#rows + 1] = {job, due, get(m).o}\n"
          "end\n"
          "table.sort(rows, function(a, b)\n"
          "  local x, y = tonumber(a[2]), tonumber(b[2])\n"
          "  return x < y or (x == y and a[1] < b[1])\n"
          "end)\n"
          "return {rows}\n"};

/* ARGV: me, the job to go on behind. Answers rows of id, paused, requested, running, waiting, wait,
 * until, last due ('' where there is none), last outcome, lock, text, zone, dst. */
const struct gf_redis_script gf_state_lua_status = {
    BEGIN "local open = {}\n"
          "for _, m in ipairs(call('SMEMBERS', k .. ':open')) do\n"
          "  local r, job, due = get(m), job_of(m)\n"
          "  if r.o == 0 and is_alive(r.w) then\n"
          "    local o = open[job] or {0, 0}\n"
          "    open[job] = o\n"
          "    local at = tonumber(r.u or 0)\n"
          "    if not r.f then o[1] = o[1] + 1\n"
          "    else\n"
          "      o[2] = o[2] + 1\n"
          "      if not o[3] or at < o[5] or (at == o[5] and tonumber(due) < o[6]) then\n"
          "        o[3] = r.f o[4] = r.u or '0' o[5] = at o[6] = tonumber(due)\n"
          "      end\n"
          "    end\n"
          "  end\n"
          "end\n"
          "local function last_of(job)\n"
          "  local from = 0\n"
          "  while true do\n"
          "    local all = call('ZREVRANGE', k .. ':due:' .. job, from, from + 15)\n"
          "    for _, due in ipairs(all) do\n"
          "      local r = get(job .. '\\n' .. due)\n"
          "      if not r.w then return due, r.o end\n"
          "      if not is_alive(r.w) then\n"
          "        local began = r.o == 0 and not (r.f and not r.b)\n"
          "        return due, began and 6 or 5\n"
          "      end\n"
          "    end\n"
          "    if #all < 16 then return '', 0 end\n"
          "    from = from + 16\n"
          "  end\n"
          "end\n"
          "local rows = {}\n"
          "for _, id in ipairs(call('ZRANGEBYLEX', k .. ':ids', ARGV[2] == '' and '-' or '(' .. "
          "ARGV[2], '+', 'LIMIT', 0, 64)) do\n"
          "  local j, o, has = get_job(id), open[id] or {0, 0}, false\n"
          "  for who in pairs(j.w) do has = has or is_alive(who) end\n"
          "  local due, outcome = last_of(id)\n"
          "  rows[#rows + 1] = {id, j.p or 0, call('ZSCORE', k .. ':request', id) and 1 or 0, "
          "o[1], o[2],\n"
          "    o[3] or 0, o[4] or '0', due, outcome, j.l or '', has and j.t or '', has and j.z or "
          "'', j.d or 0}\n"
          "end\n"
          "return {rows}\n"};

/* ARGV: me, job or '', failed, from (a due time), how many of that one were seen. Answers
 * where to go on (the same two; '' at the end), and rows of job, due, started, ended, outcome,
 * status, signal, times, wait, until. */
const struct gf_redis_script gf_state_lua_history = {
    BEGIN
    "local job, failed, from, at = ARGV[2], ARGV[3] == '1', ARGV[4], tonumber(ARGV[5])\n"
    "local key = job == '' and ':due' or ':due:' .. job\n"
    "local rows = {}\n"
    "local all = call('ZRANGEBYSCORE', k .. key, from, '+inf', 'LIMIT', at, 256)\n"
    "for _, m in ipairs(all) do\n"
    "  if job ~= '' then m = job .. '\\n' .. m end\n"
    "  local id, due = job_of(m)\n"
    "  local r = get(m)\n"
    "  local gone = r.w and not is_alive(r.w)\n"
    "  local o, f, c = r.o, r.f, r.c\n"
    "  if gone and o == 0 then\n"
    "    c = -1\n"
    "    if f and not r.b then o = 5 f = 4 else o = 6 f = nil end\n"
    "  end\n"
    "  local is_left = r.f == 4 and r.w and not gone\n"
    "  if not is_left and (not failed or o == 2 or o == 3 or o == 6) then\n"
    "    rows[#rows + 1] = {id, due, r.b or '0', r.e or '0', o, c or -1, r.g or 0, r.n, f or 0,\n"
    "      r.u or '0'}\n"
    "  end\n"
    "  if due == from then at = at + 1 else from = due at = 1 end\n"
    "end\n"
    "return {#all < 256 and '' or from, at, rows}\n"};
