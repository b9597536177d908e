// How a service lives: rules that are saved while it runs, restarts, screens that do not read,
// senders that flood, and its end.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client, ScreenModel, agent, event, platform, root, slow as slowness, start, temporaryDir, until } from './service.mjs';

const RULE = (headline, when = 'call.answered') => `rules:
  - id: hello
    title: Say hello
    when: ${when}
    suggest:
      - headline: ${headline}
`;

function rulesDir(text = RULE('One')) {
  const dir = join(temporaryDir(), 'rules');
  mkdirSync(dir);
  writeFileSync(join(dir, 'hello.yaml'), text);
  return dir;
}

/// Saves as an editor does: beside it, then over it.
function save(dir, name, text) {
  writeFileSync(join(dir, `.${name}.tmp`), text);
  renameSync(join(dir, `.${name}.tmp`), join(dir, name));
}

const ready = async (service) => (await fetch(`${service.http}/readyz`)).json();

async function headline(service, p, call) {
  const a = await agent(service, `agent-${call}`);
  p.send(event('call.answered', call, { agent: `agent-${call}` }));
  const { suggestion } = await a.next('raised');
  await a.close();
  return suggestion.headline;
}

test('saved rules are taken over whole, broken ones not at all', async () => {
  const rules = rulesDir();
  const service = await start({ rules });
  const p = await platform(service);
  assert.equal(await headline(service, p, 'c1'), 'One');

  save(rules, 'hello.yaml', RULE('Two'));
  await until('taken over', () => service.log.includes('1 changed (hello)'));
  assert.equal(await headline(service, p, 'c2'), 'Two');

  // One good file and one bad: neither counts.
  save(rules, 'hello.yaml', RULE('Three'));
  save(rules, 'other.yaml', 'rules:\n  - id: other\n    title: Other\n    when: call.hold_totl > minutes(2)\n');
  await until('refused', async () => (await ready(service)).rule_errors.length > 0);
  const [error] = (await ready(service)).rule_errors;
  assert.match(error, /other\.yaml:4:16: .*hold_total/);
  await service.logged(/other\.yaml:4:16/);
  assert.equal(await headline(service, p, 'c3'), 'Two');

  rmSync(join(rules, 'other.yaml'));
  await until('good again', async () => (await ready(service)).rule_errors.length === 0);
  await until('taken over', () => service.log.split('1 changed (hello)').length === 3);
  assert.equal(await headline(service, p, 'c4'), 'Three');
  assert.equal((await service.stop()).code, 0);
});

test('a rule that is taken away takes its suggestions off the screens', async () => {
  const rules = rulesDir();
  const service = await start({ rules });
  const a = await agent(service, 'ana');
  const p = await platform(service);
  p.send(event('call.answered', 'c1', { agent: 'ana' }));
  await a.next('raised');
  save(rules, 'hello.yaml', 'rules:\n  - id: other\n    title: Other\n    when: "false"\n');
  assert.equal((await a.next('withdrawn')).reason, 'rule_changed');
  await service.stop();
});

test('SIGHUP reads the rules again, and says when nothing changed', async () => {
  const service = await start({ rules: rulesDir() });
  service.child.kill('SIGHUP');
  await until('said', () => service.log.includes('are those that run'));
  await service.stop();
});

test('without good rules it does not start; with a journal the last good ones go on', async () => {
  const rules = rulesDir('rules:\n  - id: BAD\n');
  const data = temporaryDir();
  const refused = await start({ rules, data }).catch((e) => e);
  assert.equal(refused.code, 1);
  assert.match(refused.message, /hello\.yaml:2:9: error: /);
  save(rules, 'hello.yaml', RULE('Good'));
  await (await start({ rules, data })).stop();
  save(rules, 'hello.yaml', 'rules: [');
  const service = await start({ rules, data });
  await service.logged(/hello\.yaml:1/);
  assert.equal(await headline(service, await platform(service), 'c1'), 'Good');
  await service.stop();
});

test('usage errors end with 2 and say what to do', async () => {
  const ended = async (options) => (await start(options).catch((e) => e));
  assert.equal((await ended({ listen: '0.0.0.0:0' })).code, 2);
  assert.match((await ended({ listen: '0.0.0.0:0' })).message, /only this machine/);
  assert.equal((await ended({ listen: 'nonsense' })).code, 2);
  assert.equal((await ended({ rules: '/nonexistent/rules' })).code, 2);
  const service = await start();
  const second = await ended({ data: service.data });
  assert.equal(second.code, 2);
  assert.match(second.message, /in use by process/);
  await service.stop();
});

const ago = (seconds) => ({ time: new Date(Date.now() - seconds * 1000).toISOString() });

test('after a restart the screens show what they showed, and feedback still counts', async () => {
  const data = temporaryDir();
  let service = await start({ data });
  let p = await platform(service);
  const a = await agent(service, 'ana');
  p.send(event('incident.opened', 'inc-1', { kind: 'outage', areas: ['denver'], summary: 'Storm' }));
  p.send(event('call.started', 'c1', { customer: 'alan', area: 'denver', queue: 'billing' }, ago(600)));
  p.send(event('call.answered', 'c1', { agent: 'ana' }, ago(590)));
  p.send(event('call.held', 'c1', {}, ago(300)));
  await p.next((m) => m.type === 'ack' && m.messages === 4);
  await a.next((m) => m.type === 'raised' && m.suggestion.rule === 'long_hold');
  const model = new ScreenModel();
  for (const m of a.messages) model.take(m);
  const hold = [...model.calls.get('c1').suggestions].find((s) => s.rule === 'long_hold');
  a.send({ type: 'feedback', suggestion: hold.id, verdict: 'dismissed', confidential: true, note: 'no' });
  await a.next('feedback_saved');
  const before = (await agent(service, 'ana')).messages[0];
  await service.kill();

  service = await start({ data });
  const after = await agent(service, 'ana');
  const [welcome] = after.messages;
  assert.ok(welcome.seq > before.seq);
  const still = ({ wait_seconds, hold_total_seconds, ...rest }) => rest;
  assert.deepEqual(welcome.calls.map(still), before.calls.map(still));
  assert.ok(!welcome.calls[0].suggestions.some((s) => s.id === hold.id), 'dismissed stays dismissed');
  assert.ok(welcome.calls[0].suggestions.length > 0);
  after.send({ type: 'feedback', suggestion: welcome.calls[0].suggestions[0].id, verdict: 'used' });
  assert.equal((await after.next('withdrawn')).reason, 'used');
  await service.stop();
});

test('what stands for long takes feedback, however much was raised since', { timeout: 120_000 }, async () => {
  const rules = rulesDir(`${RULE('Hello', 'call.agent == "ana"')}  - id: outage
    title: Outage
    when: {affected_by: outage}
    suggest:
      - headline: Down
`);
  const service = await start({ rules });
  const p = await platform(service);
  const ana = await agent(service, 'ana');
  let sent = 0;
  const tell = async (events) => {
    p.send(events);
    ++sent;
    await p.next((m) => m.type === 'ack' && m.messages >= sent, 60_000);
  };
  await tell([event('call.answered', 'first', { agent: 'ana' })]);
  const { suggestion } = await ana.next('raised');
  const calls = 2000;
  await tell(Array.from({ length: calls }, (_, i) => event('call.answered', `c${i}`, { agent: 'bob' })));
  // More than the last 100,000, that are remembered.
  const storm = () => [event('incident.opened', 'storm', { kind: 'outage' }), event('incident.resolved', 'storm')];
  for (let i = 0; i <= 100_000 / calls; ++i) await tell(storm());
  ana.send({ type: 'feedback', suggestion: suggestion.id, verdict: 'used' });
  await ana.next('feedback_saved');
  assert.equal((await ana.next((m) => m.type === 'withdrawn' && m.id === suggestion.id)).reason, 'used');
  ana.send({ type: 'feedback', suggestion: suggestion.id, verdict: 'helpful' });
  assert.equal((await ana.next('error')).code, 'not_found'); // it no longer stands
  await service.stop();
});

test('an event delivered again after a restart is a duplicate', async () => {
  const data = temporaryDir();
  const once = event('call.started', 'c1');
  const post = async (service) =>
    (await fetch(`${service.http}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(once),
    })).json();
  let service = await start({ data });
  assert.equal((await post(service)).accepted, 1);
  await service.kill();
  service = await start({ data });
  assert.equal((await post(service)).duplicates, 1);
  await service.stop();
});

test('a screen that does not read is sent a fresh welcome, and delays no other', async () => {
  const service = await start({ rules: rulesDir() });
  const slow = await agent(service, 'ana');
  const quick = await agent(service, 'ana');
  const other = await agent(service, 'bob');
  slow.socket.pause();
  const p = await platform(service);
  const topic = 'x'.repeat(2000);
  p.send(event('call.answered', 'bobs', { agent: 'bob' }));
  await other.next('raised');
  // Each step changes the call as it is shown, and each call stays: what is sent grows.
  for (let i = 0; i < 6000; ++i) {
    p.send(event('call.answered', `c${i % 200}`, { agent: 'ana' }));
    p.send(event('call.step', `c${i % 200}`, { step: `${topic}${i}` }));
    if (i % 1000 === 0) {
      const began = Date.now();
      p.send(event('call.step', 'bobs', { step: `step-${i}` }));
      await other.next((m) => m.type === 'call' && m.call.step === `step-${i}`);
      assert.ok(Date.now() - began < 1500 * slowness);
    }
  }
  await p.next((m) => m.type === 'ack' && m.messages === 12007, 20000);
  // As a change, or in a welcome of its own where it fell behind as well.
  const last = (m) => [m.call, ...(m.calls ?? [])].some((c) => c?.step === `${topic}5999`);
  await quick.next(last, 20000);
  slow.socket.resume();
  await until('a second welcome', () => slow.messages.filter((m) => m.type === 'welcome').length > 1);
  await slow.next(last);
  const screens = [slow, quick].map((client) => {
    const model = new ScreenModel();
    for (const m of client.messages) model.take(m);
    return [...model.calls.values()].map(({ id, step, suggestions }) => ({ id, step, suggestions }));
  });
  assert.equal(screens[0].length, 200);
  assert.deepEqual(screens[0].sort((a, b) => (a.id < b.id ? -1 : 1)), screens[1].sort((a, b) => (a.id < b.id ? -1 : 1)));
  await service.stop();
});

test('a sender that floods is slowed, and another is served beside it', async () => {
  const service = await start();
  const flood = await platform(service);
  const other = await platform(service);
  const batch = JSON.stringify(Array.from({ length: 1000 }, () => event('call.started', 'flood', { topic: 'x'.repeat(500) })));
  let messages = 0;
  for (let i = 0; i < 100; ++i, ++messages) flood.send(batch); // 70 MB, all but the first duplicates
  const began = Date.now();
  other.send(event('call.started', 'beside'));
  await other.next('ack', 10000);
  assert.ok(Date.now() - began < 3000 * slowness, `${Date.now() - began} ms`);
  await flood.next((m) => m.type === 'ack' && m.messages === messages, 30000);
  assert.equal(flood.messages.at(-1).events, 100_000);
  await service.stop();
});

test('SIGTERM: what came is acknowledged, sockets close with 1001, the end is 0', async () => {
  const service = await start();
  const a = await agent(service, 'ana');
  const p = await platform(service);
  for (let i = 0; i < 500; ++i) p.send(event('call.started', `c${i}`));
  await p.next('ack');
  const began = Date.now();
  const ended = service.stop();
  assert.equal((await a.closed).code, 1001);
  assert.equal((await p.closed).code, 1001);
  assert.deepEqual(await ended, { code: 0, signal: null });
  assert.ok(Date.now() - began < 5000 * slowness);
  const late = new Client(`${service.ws}/v1/agent?agent=ana`);
  await assert.rejects(late.opened);
});

test('an agent that is named oddly gets their own screen', async () => {
  const service = await start({ rules: rulesDir() });
  const p = await platform(service);
  for (const name of ['Ána López', 'a/b?c&d', '李', 'x'.repeat(256)]) {
    const a = await agent(service, name);
    p.send(event('call.answered', `call of ${name}`, { agent: name }));
    assert.equal((await a.next('raised')).suggestion.agent, name);
  }
  await service.stop();
});

test('the rules that ship run', async () => {
  const rules = rulesDir();
  rmSync(join(rules, 'hello.yaml'));
  for (const file of readdirSync(join(root, 'rules'))) copyFileSync(join(root, 'rules', file), join(rules, file));
  await (await start({ rules })).stop();
});
