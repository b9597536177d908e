// kill -9 at random moments under load, with a client that sends again what was not acknowledged:
// nothing acknowledged is lost, nothing counts twice, and the screens show what they show after a
// run without a crash. CRASH_ROUNDS and CRASH_SEED set how often, and which moments.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client, agent, sleep, start, temporaryDir } from '../server/node/service.mjs';

const rounds = Number(process.env.CRASH_ROUNDS ?? 25);
const seed = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000);
const ratePerMs = Number(process.env.CRASH_RATE ?? 5000) / 1000;

function random(state) {
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

// None of these hangs on the moment at which an event is received: the runs can be compared.
const RULES = `rules:
  - id: outage
    title: Outage
    when: {affected_by: outage}
    suggest:
      - suppress: [cross_sell]
        headline: Leave the bundle out
        because: \${ incident("outage").summary }
  - id: long_hold
    title: Long hold
    when: {call.hold_total: {over: 2m}}
    limit: {per_call: 1}
    suggest:
      - headline: Come back
        say: Held \${ call.holds } times, \${ call.agent }.
  - id: repeat
    title: Called before
    when: {contacts: {within: 7d, at_least: 1}}
    suggest:
      - headline: They called before
        priority: high
  - id: handed_on
    title: Handed on
    when: call.transfers >= 1 && situation.outage
    suggest:
      - headline: Say sorry
`;

const agents = Array.from({ length: 8 }, (_, i) => `agent-${i}`);

/// A stream of `calls` calls, in order of sending; times lie an hour back.
function stream(calls, rng) {
  const base = Date.now() - 3_600_000;
  const events = [];
  const pick = (list) => list[Math.floor(rng() * list.length)];
  const add = (second, type, subject, data = {}) =>
    events.push({ second, type, subject, data });
  for (let i = 0; i < calls; ++i) {
    const call = `c${i}`;
    const second = (i / calls) * 1800;
    add(second, 'call.started', call, { customer: `p${Math.floor(rng() * calls / 2)}`, area: pick(['denver', 'boise']), queue: 'billing' });
    add(second + 20, 'call.answered', call, { agent: pick(agents) });
    if (rng() < 0.5) {
      add(second + 30, 'call.held', call);
      if (rng() < 0.7) add(second + 30 + rng() * 400, 'call.resumed', call);
    }
    if (rng() < 0.3) add(second + 500, 'call.transferred', call, { agent: pick(agents) });
    if (rng() < 0.7) add(second + 600, 'call.ended', call, { resolved: rng() < 0.5 });
  }
  add(300, 'incident.opened', 'inc', { kind: 'outage', areas: ['denver'], summary: 'Storm' });
  add(900, 'incident.updated', 'inc', { summary: 'Storm, lines are being mended' });
  events.sort((a, b) => a.second - b.second);
  return events.map(({ second, ...rest }, i) => ({
    specversion: '1.0',
    id: String(i),
    source: '/crash',
    time: new Date(base + second * 1000).toISOString(),
    ...rest,
  }));
}

/// Sends `events` from `state.acked` on until all are acknowledged or the service is gone.
async function send(service, events, state, rng) {
  const client = new Client(`${service.ws}/v1/events`);
  const from = state.acked;
  const sizes = []; // events by message
  client.onmessage = (m) => {
    client.messages.length = 0;
    assert.equal(m.type, 'ack');
    assert.equal(m.events, sizes.slice(0, m.messages).reduce((sum, n) => sum + n, 0));
    state.acked = from + m.events;
  };
  const open = await client.opened.then(() => true, () => false);
  let next = from;
  const began = performance.now();
  while (open && client.socket.readyState === 1 && state.acked < events.length) {
    const due = Math.min(events.length, from + Math.ceil((performance.now() - began) * ratePerMs));
    while (next < due) {
      const size = Math.min(due - next, rng() < 0.5 ? 1 : 1 + Math.floor(rng() * 20));
      const part = events.slice(next, next + size);
      sizes.push(size);
      client.send(size === 1 ? part[0] : part);
      next += size;
    }
    await sleep(1);
  }
  client.socket.terminate();
}

async function screens(service) {
  const shown = {};
  for (const id of agents) {
    const client = await agent(service, id);
    shown[id] = client.messages[0].calls.map(({ wait_seconds, hold_total_seconds, suggestions, script, ...call }) => ({
      ...call,
      script: script.map(({ by, ...step }) => ({ ...step, by: by.length })),
      suggestions: suggestions.map(({ id: _, raised_at, expires_at, ...rest }) => rest),
    }));
    client.socket.terminate();
  }
  return shown;
}

async function dismissFirst(service) {
  for (const id of agents) {
    const client = await agent(service, id);
    const found = client.messages[0].calls.find((call) => call.suggestions.length > 0);
    if (found) {
      client.send({ type: 'feedback', suggestion: found.suggestions[0].id, verdict: 'dismissed' });
      await client.next('feedback_saved');
    }
    client.socket.terminate();
  }
}

async function duplicates(service, events) {
  let accepted = 0;
  let known = 0;
  for (let i = 0; i < events.length; i += 1000) {
    const response = await fetch(`${service.http}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(events.slice(i, i + 1000)),
    });
    const body = await response.json();
    accepted += body.accepted;
    known += body.duplicates;
  }
  return { accepted, known };
}

const replayed = (service) => Number(/replayed (\d+) events/.exec(service.log)?.[1]);

test(`kill -9 under load, ${rounds} rounds, seed ${seed}`, { timeout: 30_000 + rounds * 10_000 }, async () => {
  const rng = random(seed);
  const rules = join(temporaryDir(), 'rules');
  mkdirSync(rules);
  writeFileSync(join(rules, 'crash.yaml'), RULES);
  const events = stream(Math.max(200, rounds * 200), rng);
  const data = temporaryDir();
  const state = { acked: 0 };
  let kills = 0;
  let service;
  while (kills < rounds || state.acked < events.length) {
    const floor = state.acked;
    service = await start({ data, rules });
    assert.ok(replayed(service) >= floor, `acknowledged ${floor}, in the journal ${replayed(service)}`);
    const sending = send(service, events, state, rng);
    if (kills < rounds) {
      await sleep(rng() * 250);
      ++kills;
      await service.kill();
      await sending;
    } else {
      await sending;
      await service.kill();
    }
  }
  service = await start({ data, rules });
  assert.equal(replayed(service), events.length, 'each event is in the journal, once');
  assert.deepEqual(await duplicates(service, events), { accepted: 0, known: events.length });
  await dismissFirst(service);
  await service.kill();
  service = await start({ data, rules });
  const withCrashes = await screens(service);
  await service.stop();

  const calm = await start({ rules });
  await send(calm, events, { acked: 0 }, random(seed));
  await dismissFirst(calm);
  const without = await screens(calm);
  await calm.stop();
  const standing = Object.values(without).flat().flatMap((call) => call.suggestions).length;
  assert.ok(standing > 10, 'something stands on the screens');
  assert.deepEqual(withCrashes, without);
});
