// The system's clock is set back an hour, and on again, under a running service and between two
// starts. Needs libfaketime (Debian: faketime).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { agent, binary, event, platform, sleep, start, temporaryDir } from './service.mjs';

const library = ['x86_64', 'aarch64'].map((cpu) => `/usr/lib/${cpu}-linux-gnu/faketime/libfaketimeMT.so.1`).find(existsSync);

const rules = join(temporaryDir(), 'rules');
mkdirSync(rules);
writeFileSync(join(rules, 'clock.yaml'), `rules:
  - id: hello
    title: Hello
    when: call.answered
    suggest:
      - headline: Hello
  - id: long_hold
    title: Kept on hold
    when: {call.hold: {over: 1s}}
    suggest:
      - headline: Come back
  - id: seldom
    title: Once a day
    when: call.on_hold
    limit: {per_agent: {count: 1, within: 1d}}
    suggest:
      - headline: Once a day
`);

/// A system's clock that can be set, for whoever is started with its environment.
class SystemClock {
  #file = join(temporaryDir(), 'clock');
  offset = 0; // seconds
  constructor() {
    this.set(0);
    this.env = {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }
  set(seconds) {
    this.offset = seconds;
    writeFileSync(`${this.#file}.new`, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }
  now() {
    return Date.now() + this.offset * 1000;
  }
}

const moment = (text) => Date.parse(text);

/// What the journal holds must not run back, and be whole.
function verified(service) {
  const told = spawnSync(binary, ['journal', 'verify', '--json', '--data', service.data], { encoding: 'utf8' });
  assert.equal(told.status, 0, told.stderr);
  return JSON.parse(told.stdout);
}

function rising(messages) {
  const all = messages.map(({ seq }) => seq).filter((seq) => seq !== undefined);
  all.forEach((seq, i) => assert.ok(i === 0 || seq > all[i - 1], `seq ${seq} after ${all[i - 1]}`));
  return all.at(-1);
}

test('the clock set back an hour: nothing is lost, timers run, limits hold, seq rises', { skip: !library && 'no libfaketime' }, async () => {
  const clock = new SystemClock();
  const options = { rules, env: clock.env };
  let service = await start(options);
  const p = await platform(service);
  let sent = 0;
  const tell = async (...events) => {
    events.forEach((one) => p.send(one));
    sent += events.length;
    await p.next((m) => m.type === 'ack' && m.messages === sent);
  };
  const ana = await agent(service, 'ana');
  await tell(event('call.answered', 'c1', { agent: 'ana' }));
  const first = (await ana.next('raised')).suggestion;
  assert.ok(Math.abs(moment(first.raised_at) - clock.now()) < 10_000, 'the clock is that of the system');
  await tell(event('call.held', 'c1', {}));
  await ana.next((m) => m.type === 'raised' && m.suggestion.rule === 'seldom');

  clock.set(-3600);
  assert.ok(moment(first.raised_at) > clock.now() + 3_000_000, 'it is an hour back');
  // A timer that was set before, and one that is set after: at half pace, and in order.
  const held = (await ana.next((m) => m.type === 'raised' && m.suggestion.rule === 'long_hold', 20_000)).suggestion;
  assert.ok(moment(held.raised_at) > moment(first.raised_at));
  await tell(event('call.answered', 'c2', { agent: 'ana' }));
  await tell(event('call.held', 'c2', {}));
  const second = await ana.next((m) => m.type === 'raised' && m.suggestion.rule === 'long_hold' && m.suggestion.call === 'c2', 20_000);
  assert.ok(moment(second.suggestion.raised_at) >= moment(held.raised_at));
  assert.ok(!ana.messages.some((m) => m.suggestion?.rule === 'seldom' && m.suggestion.call === 'c2'), 'the limit counts what was before');
  // Feedback, and a second screen, whose messages go on from those of the first.
  ana.send({ type: 'feedback', suggestion: first.id, verdict: 'dismissed' });
  await ana.next('feedback_saved');
  await ana.next((m) => m.type === 'withdrawn' && m.id === first.id);
  const last = rising(ana.messages);
  ana.close();
  await ana.closed;
  await sleep(50);
  const again = await agent(service, 'ana');
  assert.ok(rising(again.messages) > last, 'seq goes on');
  const shown = again.messages[0].calls.map(({ id, suggestions }) => [id, suggestions.map(({ rule }) => rule).sort()]);
  assert.deepEqual(shown, [['c1', ['long_hold', 'seldom']], ['c2', ['hello', 'long_hold']]]);

  // Killed and started again while the clock is an hour behind its own journal.
  const seq = rising(again.messages);
  await service.kill();
  service = await start({ ...options, data: service.data });
  const after = await agent(service, 'ana');
  assert.ok(rising(after.messages) > seq, 'seq goes on over a restart');
  assert.deepEqual(after.messages[0].calls.map(({ id, suggestions }) => [id, suggestions.map(({ rule }) => rule).sort()]), shown);
  const q = await platform(service);
  q.send(event('call.answered', 'c3', { agent: 'ana' }));
  await q.next('ack');
  const third = (await after.next((m) => m.type === 'raised' && m.suggestion.call === 'c3')).suggestion;
  assert.ok(moment(third.raised_at) >= moment(second.suggestion.raised_at));

  // Set right again: it follows at once, and what fell due in the hour between has come.
  clock.set(0);
  q.send(event('call.held', 'c3', {}));
  await q.next((m) => m.type === 'ack' && m.messages === 2);
  const late = (await after.next((m) => m.type === 'raised' && m.suggestion.call === 'c3' && m.suggestion.rule === 'long_hold', 10_000)).suggestion;
  assert.ok(Math.abs(moment(late.raised_at) - clock.now()) < 10_000, 'the clock is that of the system again');
  rising(after.messages);
  await service.stop();
  const { intact, entries } = verified(service);
  assert.equal(intact, true);
  assert.equal(entries, 8, 'the rules, six events, what was dismissed');
});

test('the clock set on a day and back: what was timed stays in order', { skip: !library && 'no libfaketime' }, async () => {
  const clock = new SystemClock();
  let service = await start({ rules, env: clock.env });
  const p = await platform(service);
  p.send(event('call.answered', 'c1', { agent: 'ana' }));
  await p.next('ack');
  clock.set(20 * 3600);
  p.send(event('call.answered', 'c2', { agent: 'ana' }));
  await p.next((m) => m.type === 'ack' && m.messages === 2);
  clock.set(0);
  p.send(event('call.answered', 'c3', { agent: 'ana' }));
  await p.next((m) => m.type === 'ack' && m.messages === 3);
  const ana = await agent(service, 'ana');
  const raised = ana.messages[0].calls.map(({ suggestions }) => moment(suggestions[0].raised_at));
  assert.equal(raised.length, 3);
  assert.ok(raised[1] - raised[0] > 19 * 3_600_000 && raised[2] >= raised[1]);
  await service.kill();
  service = await start({ data: service.data, rules, env: clock.env });
  const again = await agent(service, 'ana');
  assert.deepEqual(again.messages[0].calls.map(({ suggestions }) => moment(suggestions[0].raised_at)), raised);
  await service.stop();
  assert.equal(verified(service).intact, true);
});
