// What /metrics says is the Prometheus text format, strictly read, and says what happened.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agent, event, platform, start } from './service.mjs';

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const VALUE = '[+-]?(?:\\d+(?:\\.\\d*)?(?:[eE][+-]?\\d+)?|Inf)|NaN';
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (${VALUE})(?: \\d+)?$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(?:,|$)/y;

function labels(text = '') {
  const out = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const found = LABEL.exec(text);
    assert.ok(found, `labels: ${text}`);
    assert.ok(!(found[1] in out), `twice: ${found[1]}`);
    out[found[1]] = found[2];
  }
  return out;
}

const number = (text) => Number(text.replace('Inf', 'Infinity'));

/// The exposition format 0.0.4: families by name, each with help, type and samples, in one piece.
function parse(text) {
  assert.ok(text.endsWith('\n'));
  const families = new Map();
  let family;
  for (const line of text.trimEnd().split('\n')) {
    const comment = new RegExp(`^# (HELP|TYPE) (${NAME}) (.*)$`).exec(line);
    if (comment) {
      const [, kind, name, rest] = comment;
      if (family?.name !== name) {
        assert.ok(!families.has(name), `${name} stands twice`);
        families.set(name, (family = { name, samples: [] }));
      }
      assert.equal(family.samples.length, 0, `${kind} of ${name} comes after its samples`);
      assert.ok(!(kind in family), `${kind} of ${name} stands twice`);
      family[kind] = rest;
      continue;
    }
    const sample = SAMPLE.exec(line);
    assert.ok(sample, `no sample: ${line}`);
    const [, name, inBraces, value] = sample;
    const suffixes = family.TYPE === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    assert.ok(suffixes.some((s) => name === family.name + s), `${name} in the family ${family.name}`);
    family.samples.push({ name, labels: labels(inBraces), value: number(value) });
  }
  return families;
}

function check({ name, HELP, TYPE, samples }) {
  assert.match(name, /^agent_assist_[a-z_]+$/);
  assert.ok(HELP?.length > 0, name);
  assert.ok(['counter', 'gauge', 'histogram'].includes(TYPE), name);
  assert.equal(TYPE === 'counter', name.endsWith('_total'), name);
  for (const { value } of samples) assert.ok(value >= 0, name);
  if (TYPE !== 'histogram') return assert.equal(samples.length, 1, name);
  const buckets = samples.filter((s) => s.name.endsWith('_bucket'));
  const bounds = buckets.map((b) => number(b.labels.le));
  assert.deepEqual(bounds, [...bounds].sort((a, b) => a - b), name);
  assert.equal(bounds.at(-1), Infinity, name);
  for (let i = 1; i < buckets.length; ++i) assert.ok(buckets[i].value >= buckets[i - 1].value, name);
  const count = samples.find((s) => s.name === `${name}_count`).value;
  assert.equal(buckets.at(-1).value, count, name);
  assert.ok(samples.some((s) => s.name === `${name}_sum`), name);
}

test('metrics are the Prometheus text format, and say what happened', async () => {
  const service = await start();
  const a = await agent(service, 'ana');
  const p = await platform(service);
  p.send([event('call.answered', 'c1', { agent: 'ana' }), event('call.held', 'c1'), { type: 'x' }]);
  await p.next('ack');
  await a.next('call');
  const response = await fetch(`${service.http}/metrics`);
  assert.match(response.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
  const families = parse(await response.text());
  for (const family of families.values()) check(family);
  const value = (name, suffix = '') => families.get(`agent_assist_${name}`).samples.find((s) => s.name === `agent_assist_${name}${suffix}`).value;
  assert.equal(value('events_accepted_total'), 2);
  assert.equal(value('events_rejected_total'), 1);
  assert.equal(value('calls_live'), 1);
  assert.equal(value('screens'), 1);
  assert.equal(value('journal_entries_total'), 2);
  assert.ok(value('journal_commits_total') >= 1);
  assert.equal(value('journal_commit_seconds', '_count'), value('journal_commits_total'));
  assert.equal(value('receipt_to_durable_seconds', '_count'), 1);
  assert.equal(value('receipt_to_screen_seconds', '_count'), 2);
  assert.ok(value('receipt_to_screen_seconds', '_sum') > 0);
  assert.ok(value('engine_queue_depth_messages', '_count') >= 1);
  assert.ok(value('screens_queue_depth_outputs', '_count') >= 1);
  for (const name of ['events_duplicate_total', 'texts_cut_total', 'suggestions_raised_total', 'suggestions_changed_total',
    'suggestions_withdrawn_total', 'feedback_total', 'rule_reloads_total', 'journal_failures_total', 'journal_commit_seconds_total',
    'journal_pending_bytes', 'connections', 'connections_refused_total', 'screen_overruns_total', 'events_under_way_bytes',
    'engine_queue_messages', 'screens_queue_outputs'])
    assert.ok(families.has(`agent_assist_${name}`), name);
  await service.stop();
});
