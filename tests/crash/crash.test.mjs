// kill -9 at random moments under load, with a client that sends again what was not acknowledged:
// nothing acknowledged is lost, nothing counts twice, and the screens show what they show after a
// run without a crash. CRASH_ROUNDS and CRASH_SEED set how often, and which moments; CRASH_CALLS how
// many calls there are (200 a round).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { Client, agent, binary, journalled, sleep, slow, snapshot, start, temporaryDir } from '../server/node/service.mjs';

const rounds = Number(process.env.CRASH_ROUNDS ?? 50);
const seed = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000);
const ratePerMs = Number(process.env.CRASH_RATE ?? 5000) / 1000;

function random(state) {
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

// None of these but `settled` hangs on the moment at which an event is received: the runs can be
// compared. Cooldowns are longer than any run, and what is counted goes by the order of events. What
// is kept is kept for longer than silence lasts (24 h, which a replay goes through after the last
// event): whichever of the two came first would hang on which events came in one message.
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
  - id: greeted
    title: A customer's first call
    when: call.answered && customer.id != ""
    limit: {per_customer: 1}
    suggest:
      - headline: Welcome \${ call.agent }
        priority: high
  - id: first_ten
    title: An agent's first calls
    when: call.answered
    limit: {per_agent: {count: 10, within: 30d}}
    suggest:
      - headline: Take your time
  - id: on_hold
    title: On hold, told once
    when: call.on_hold
    cooldown: 12h
    keep_for: 2d
    suggest:
      - headline: Do not let them wait
  - id: on_hold_again
    title: On hold, not again for half a day
    when: call.on_hold
    cooldown: 12h
    suggest:
      - headline: Think of the one who waits
  - id: settled
    title: A second after the answer
    when: call.answered
    for: 1s
    suggest:
      - headline: Look at their history
        priority: low
  - id: handed_on
    title: Handed on
    when: call.transfers >= 1 && situation.outage
    suggest:
      - headline: Say sorry
`;

const ruleIds = [...RULES.matchAll(/^  - id: (\w+)$/gm)].map(([, id]) => id);
const agents = Array.from({ length: 8 }, (_, i) => `agent-${i}`);

/// A stream of `calls` calls, in order of sending; times lie an hour back.
function stream(calls, rng) {
  const base = Date.now() - 3_600_000;
  const events = [];
  const pick = (list) => list[Math.floor(rng() * list.length)];
  const add = (second, type, subject, data = {}) =>
    events.push({ second, type, subject, data });
  // One call of a customer at most is left to end by silence. Of two, the first to end is a contact for
  // the other, unless both end at one moment: that would hang on which events came in one message.
  const silent = new Set();
  for (let i = 0; i < calls; ++i) {
    const call = `c${i}`;
    const second = (i / calls) * 1800;
    const customer = `p${Math.floor(rng() * calls / 2)}`;
    add(second, 'call.started', call, { customer, area: pick(['denver', 'boise']), queue: 'billing' });
    add(second + 20, 'call.answered', call, { agent: pick(agents) });
    if (rng() < 0.5) {
      add(second + 30, 'call.held', call);
      if (rng() < 0.7) add(second + 30 + rng() * 400, 'call.resumed', call);
      if (rng() < 0.5) {
        add(second + 440, 'call.held', call);
        add(second + 450, 'call.resumed', call);
      }
    }
    if (rng() < 0.3) add(second + 500, 'call.transferred', call, { agent: pick(agents) });
    if (rng() < 0.7 || silent.has(customer)) add(second + 600, 'call.ended', call, { resolved: rng() < 0.5 });
    else silent.add(customer);
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
  const upTo = [0]; // events up to each message
  client.onmessage = (m) => {
    client.messages.length = 0;
    assert.equal(m.type, 'ack');
    assert.equal(m.events, upTo[m.messages]);
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
      upTo.push(upTo.at(-1) + size);
      client.send(size === 1 ? part[0] : part);
      next += size;
    }
    await sleep(1);
  }
  client.socket.terminate();
}

const PRIORITIES = ['urgent', 'high', 'normal', 'low'];

/// Suggestions as what can be compared: without ids and moments, by name. They come by priority, then
/// by age; and who is older hangs, within a priority, on which events came in one message.
function comparableSuggestions(list) {
  const place = ({ priority, raised_at }) => `${PRIORITIES.indexOf(priority)} ${raised_at}`;
  assert.deepEqual(list.map(place), list.map(place).sort(), 'in display order');
  return list
    .map(({ id: _, raised_at, expires_at, ...rest }) => rest)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function screens(service) {
  const shown = {};
  for (const id of agents) {
    const client = await agent(service, id);
    shown[id] = client.messages[0].calls.map(({ wait_seconds, hold_total_seconds, suggestions, script, ...call }) => ({
      ...call,
      script: script.map(({ by, ...step }) => ({ ...step, by: by.length })),
      suggestions: comparableSuggestions(suggestions),
    }));
    client.socket.terminate();
  }
  return shown;
}

/// Of each agent's first call with something on it: the first by name, the same in each run.
async function dismissFirst(service) {
  for (const id of agents) {
    const client = await agent(service, id);
    const [found] = client.messages[0].calls
      .map(({ suggestions }) => suggestions.filter(({ rule }) => rule !== 'settled'))
      .find((suggestions) => suggestions.length > 0)
      ?.sort((a, b) => (a.name < b.name ? -1 : 1)) ?? [];
    if (found) {
      client.send({ type: 'feedback', suggestion: found.id, verdict: 'dismissed' });
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

/// Gives `take` every decision that a journal leads to, but for those of `settled`: what was raised
/// twice or not at all shows, also where nothing of it stands any more. One by one: together they
/// may be longer than any text can be.
async function visitDecisions(data, rules, config, take) {
  const child = spawn(binary, ['replay', '--rules', rules, '--config', config, '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => child.on('close', done));
  for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) {
    const decision = JSON.parse(line);
    if (decision.rule !== 'settled') take(decision);
  }
  assert.equal(await ended, 0, 'replay goes through');
}

/// Without what hangs on when `settled` came: moments, and ids, which count what was raised before.
const comparable = ({ at, seq, id, ...rest }) => JSON.stringify(rest);
const digest = (text) => createHash('sha256').update(text).digest('base64').slice(0, 20);

/// The decisions that two journals lead to, how often each: nothing is left of those that both have.
async function compareDecisions(one, other, rules, config) {
  const difference = new Map();
  const raised = { ids: new Set(), rules: new Set(), count: 0 };
  const add = (text, by) => {
    const key = digest(text);
    const left = (difference.get(key) ?? 0) + by;
    if (left === 0) difference.delete(key);
    else difference.set(key, left);
  };
  await visitDecisions(one, rules, config, (decision) => {
    add(comparable(decision), 1);
    if (decision.action !== 'raised') return;
    raised.ids.add(digest(decision.id));
    raised.rules.add(decision.rule);
    ++raised.count;
  });
  await visitDecisions(other, rules, config, (decision) => add(comparable(decision), -1));
  const told = [];
  for (const data of difference.size > 0 ? [one, other] : [])
    await visitDecisions(data, rules, config, (decision) => {
      const text = comparable(decision);
      if (told.length < 20 && difference.has(digest(text))) told.push(text);
    });
  assert.deepEqual(told, [], 'the same decisions as without a crash');
  return raised;
}

test(`kill -9 under load, ${rounds} rounds, seed ${seed}`, { timeout: (30_000 + rounds * 10_000) * slow }, async () => {
  const rng = random(seed);
  const rules = join(temporaryDir(), 'rules');
  mkdirSync(rules);
  writeFileSync(join(rules, 'crash.yaml'), RULES);
  // Room for all: what ranks by age would hang on which events came in one message.
  const config = join(rules, '../crash-config.yaml');
  writeFileSync(config, 'max_visible: 20\nsnapshot_every: 1s\n');
  const args = ['--config', config];
  const events = stream(Number(process.env.CRASH_CALLS ?? Math.max(200, rounds * 200)), rng);
  const data = temporaryDir();
  const state = { acked: 0 };
  let kills = 0;
  let fromSnapshot = 0;
  let service;
  while (kills < rounds || state.acked < events.length) {
    if (kills > 0 && kills % 100 === 0) console.log(`${kills} kills, ${state.acked} of ${events.length} events acknowledged`);
    const floor = state.acked;
    service = await start({ data, rules, args });
    assert.ok(journalled(service) >= floor, `acknowledged ${floor}, in the journal ${journalled(service)}`);
    if (snapshot(service) > 0) ++fromSnapshot;
    const sending = send(service, events, state, rng);
    if (kills < rounds) {
      // Now and then it lives for so long that a snapshot is saved, or nearly.
      await sleep(rng() * (rng() < 0.15 ? 2000 : 250));
      ++kills;
      await service.kill();
      await sending;
    } else {
      await sending;
      await service.kill();
    }
  }
  service = await start({ data, rules, args });
  if (rounds >= 20) assert.ok(fromSnapshot > rounds / 4, `${fromSnapshot} starts from a snapshot`);
  assert.equal(journalled(service), events.length, 'each event is in the journal, once');
  assert.deepEqual(await duplicates(service, events), { accepted: 0, known: events.length });
  await dismissFirst(service);
  await service.kill();
  service = await start({ data, rules, args });
  await sleep(1200); // `settled` has come by then
  const withCrashes = await screens(service);
  await service.stop();

  const calm = await start({ rules, args });
  await send(calm, events, { acked: 0 }, random(seed));
  await dismissFirst(calm);
  await sleep(1200);
  const without = await screens(calm);
  await calm.stop();
  const standing = Object.values(without).flat().flatMap((call) => call.suggestions).length;
  assert.ok(standing > 10, 'something stands on the screens');
  assert.deepEqual(withCrashes, without);
  const raised = await compareDecisions(data, calm.data, rules, config);
  assert.equal(raised.ids.size, raised.count, 'nothing is raised twice');
  for (const id of ruleIds)
    assert.ok(id === 'settled' || raised.rules.has(id), `${id} is never raised`);
  console.log(`${raised.count} suggestions were raised, each as without a crash`);
});
