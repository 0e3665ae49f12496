// cron_peers.js - how long croner and cron-parser take: node cron_peers.js PEER COUNT < expressions
// (COUNT firings of each, one after another, in America/New_York). Prints firings a second.
'use strict';

const fs = require('fs');
const [peer, count] = [process.argv[2], Number(process.argv[3])];
const zone = 'America/New_York';
const expressions = fs.readFileSync(0, 'utf8').split('\n').filter((line) => line);
const from = new Date('2026-01-01T00:00:00Z');

function withCroner(expression) {
  const job = new (require('croner').Cron)(expression, { timezone: zone, paused: true });
  let at = from;
  for (let i = 0; i < count && at; i++) at = job.nextRun(at);
}

function withCronParser(expression) {
  const { CronExpressionParser } = require('cron-parser');
  const it = CronExpressionParser.parse(expression, { currentDate: from, tz: zone });
  for (let i = 0; i < count; i++) it.next();
}

const run = { croner: withCroner, 'cron-parser': withCronParser }[peer];
const started = process.hrtime.bigint();
expressions.forEach(run);
const seconds = Number(process.hrtime.bigint() - started) / 1e9;
console.log(((count * expressions.length) / seconds).toFixed(0));
