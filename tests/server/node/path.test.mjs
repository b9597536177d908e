// From an event to an agent's screen, over real sockets, with a client that is not ours.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client, ScreenModel, agent, event, platform, sleep, slow, start, until } from './service.mjs';

let service;
before(async () => (service = await start()));
after(() => service.stop());

const ago = (seconds) => ({ time: new Date(Date.now() - seconds * 1000).toISOString() });

/// A call that ana (or another) has, and that was put on hold long ago.
async function heldCall(p, call, who, more = {}) {
  p.send(event('call.started', call, { customer: `customer-${call}`, queue: 'billing' }, ago(300)));
  p.send(event('call.answered', call, { agent: who, ...more }, ago(290)));
  p.send(event('call.held', call, {}, ago(280)));
}

/// Whether something is done in `ms`. Who else needs the processor may make it late: one try of
/// several must not be.
async function inTime(ms, once) {
  const took = [];
  while (took.length < 20 && !(took.at(-1) < ms * slow)) took.push(await once(took.length));
  assert.ok(took.at(-1) < ms * slow, `took ${took} ms, not ${ms * slow}`);
}

test('a long hold is raised half a second after an event that is 119.5 s old, by the clock alone', async () => {
  const p = await platform(service);
  await inTime(20, async (i) => {
    const [who, call] = [`hold-${i}`, `h${i}`];
    const a = await agent(service, who);
    p.send(event('call.answered', call, { agent: who }, ago(200)));
    await a.next('call');
    const held = Date.now();
    p.send(event('call.held', call, {}, { time: new Date(held - 119_500).toISOString() }));
    const { suggestion } = await a.next('raised');
    const late = Date.now() - (held + 500);
    assert.ok(late >= 0, `${late} ms late`);
    assert.equal(suggestion.rule, 'long_hold');
    assert.equal(Date.parse(suggestion.raised_at), held + 500);
    await a.close();
    return late;
  });
});

test('a call comes before what is raised in it, and goes behind what is withdrawn', async () => {
  const a = await agent(service, 'order-1');
  const p = await platform(service);
  await heldCall(p, 'o1', 'order-1');
  await a.next('raised');
  p.send(event('call.ended', 'o1'));
  await a.next('call_gone');
  const model = new ScreenModel();
  for (const m of a.messages) model.take(m);
  assert.equal(model.calls.size, 0);
  const types = a.messages.map((m) => m.type);
  assert.ok(types.indexOf('call') < types.indexOf('raised'));
  assert.equal(a.messages.find((m) => m.type === 'withdrawn').reason, 'call_ended');
  assert.equal(a.messages.at(-1).reason, 'ended');
  for (let i = 1; i < a.messages.length; ++i) assert.ok(a.messages[i].seq > a.messages[i - 1].seq);
});

test('a transfer takes the call from one screen to the other', async () => {
  const from = await agent(service, 'from');
  const to = await agent(service, 'to');
  const p = await platform(service);
  await heldCall(p, 't1', 'from');
  await from.next('raised');
  p.send(event('call.transferred', 't1', { agent: 'to' }));
  assert.equal((await from.next('call_gone')).reason, 'transferred');
  assert.equal((await to.next('call')).call.id, 't1');
  assert.equal(from.messages.find((m) => m.type === 'withdrawn').reason, 'transferred');
});

test('all tabs of an agent see the same, feedback in one takes the card off all', async () => {
  const one = await agent(service, 'tabs');
  const p = await platform(service);
  await heldCall(p, 'tabs1', 'tabs');
  const { suggestion } = await one.next('raised');
  const two = await agent(service, 'tabs');
  const [call] = two.messages[0].calls;
  assert.deepEqual(call.suggestions, [suggestion]);
  one.send({ type: 'feedback', suggestion: suggestion.id, verdict: 'dismissed' });
  const [gone, same] = await Promise.all([one.next('withdrawn'), two.next('withdrawn')]);
  assert.deepEqual(gone, same);
  assert.equal(gone.reason, 'dismissed');
  assert.equal((await one.next('feedback_saved')).suggestion, suggestion.id);
  assert.ok(!two.messages.some((m) => m.type === 'feedback_saved'));
});

test('feedback that makes no sense is answered, the socket stays', async () => {
  const a = await agent(service, 'nonsense');
  for (const [message, code] of [
    ['{', 'not_json'],
    [{ type: 'feedback', suggestion: 'nowhere', verdict: 'used' }, 'not_found'],
    [{ type: 'feedback', suggestion: 'x', verdict: 'great' }, 'bad_data'],
  ]) {
    a.messages.length = 0;
    a.send(message);
    assert.equal((await a.next('error')).code, code);
  }
  assert.equal(a.socket.readyState, 1);
});

test('acks come within 50 ms', async () => {
  const p = await platform(service);
  await inTime(50, async (i) => {
    const sent = performance.now();
    p.send(event('call.started', `soon-${i}`));
    await p.next((m) => m.type === 'ack' && m.messages === i + 1);
    return performance.now() - sent;
  });
});

test('acks are cumulative, count duplicates and rejected ones', async () => {
  const p = await platform(service);
  const first = event('call.started', 'ack1');
  p.send(first);
  p.send([first, event('call.queued', 'ack1', { queue: 'q' }), { ...event('call.queued', 'ack1'), id: 'bad' }]);
  await p.next((m) => m.type === 'ack' && m.messages === 2 && m.events === 4);
  const rejected = p.messages.filter((m) => m.type === 'rejected');
  assert.equal(rejected.length, 1);
  const { message, index, id, code, pointer, detail } = rejected[0];
  assert.deepEqual({ message, index, id, code, pointer }, { message: 2, index: 2, id: 'bad', code: 'bad_data', pointer: '/data/queue' });
  assert.ok(detail.length > 0);
  assert.ok(p.messages.indexOf(rejected[0]) < p.messages.length - 1, 'a rejection comes before the ack that covers it');
});

test('a refused event is kept, and one of its id may follow', async () => {
  const p = await platform(service);
  const bad = { ...event('call.queued', 'keep1'), id: 'keep-me' };
  p.send(bad);
  await p.next('ack');
  const { rejected, next } = await (await fetch(`${service.http}/v1/rejected?limit=1000`)).json();
  const kept = rejected.find((r) => r.event === 'keep-me');
  assert.equal(kept.code, 'bad_data');
  assert.deepEqual(JSON.parse(kept.raw), bad);
  assert.ok(next >= kept.id);
  p.messages.length = 0;
  p.send({ ...bad, data: { queue: 'q' } });
  await p.next('ack');
  assert.ok(!p.messages.some((m) => m.type === 'rejected'));
});

test('with the subprotocol cloudevents.json nothing is answered, and the events count', async () => {
  const p = await platform(service, ['cloudevents.json']);
  assert.equal(p.socket.protocol, 'cloudevents.json');
  const a = await agent(service, 'silent');
  p.send(event('call.answered', 'ce1', { agent: 'silent' }));
  p.send([event('call.answered', 'ce2', { agent: 'silent' })]); // its binding knows no arrays
  p.send(event('call.answered', 'ce3', { agent: 'silent' }));
  await a.next((m) => m.type === 'call' && m.call.id === 'ce3');
  assert.ok(!a.messages.some((m) => m.call?.id === 'ce2'));
  await sleep(60);
  assert.deepEqual(p.messages, []);
});

test('subprotocols: ours where none is offered, none where only unknown ones are', async () => {
  for (const [offered, chosen] of [[[], ''], [['agent-assist.v1'], 'agent-assist.v1'],
    [['x', 'agent-assist.v1', 'cloudevents.json'], 'agent-assist.v1']]) {
    const p = await platform(service, offered);
    assert.equal(p.socket.protocol, chosen);
    p.send(event('call.started', `sub-${offered.length}`));
    await p.next('ack');
  }
});

test('binary messages close with 1003, messages over 1 MiB with 1009, others go on', async () => {
  const other = await platform(service);
  const binary = await platform(service);
  binary.socket.send(Buffer.from(JSON.stringify(event('call.started', 'bin'))), { binary: true });
  assert.equal((await binary.closed).code, 1003);
  const large = await platform(service);
  large.socket.on('error', () => {});
  large.send('x'.repeat(20 << 20));
  assert.equal((await large.closed).code, 1009);
  const whole = await platform(service);
  const padding = 'x'.repeat((1 << 20) - 400);
  whole.send(event('call.started', 'whole', { topic: padding }));
  await whole.next('ack');
  other.send(event('call.started', 'other'));
  await other.next('ack');
});

test('without an agent, or from a foreign page, there is no socket', async () => {
  const refused = async (path, headers = {}) => {
    const client = new Client(`${service.ws}${path}`, ['agent-assist.v1'], { headers });
    const error = await client.opened.then(() => assert.fail('opened'), (e) => e);
    return error.status;
  };
  assert.equal(await refused('/v1/agent'), 400);
  assert.equal(await refused('/v1/agent?agent='), 400);
  assert.equal(await refused('/v1/agent?agent=a&agent=b'), 400);
  assert.equal(await refused('/v1/nowhere'), 404);
  for (const path of ['/v1/agent?agent=ana', '/v1/events']) {
    assert.equal(await refused(path, { Origin: 'https://evil.example' }), 403);
    assert.equal(await refused(path, { Origin: 'null' }), 403);
    assert.equal(await refused(path, { Host: 'evil.example' }), 403);
  }
  await agent(service, 'ana', { headers: { Origin: service.http } });
});

test('an agent may have 20 screens open, not more', async () => {
  const open = [];
  for (let i = 0; i < 20; ++i) open.push(await agent(service, 'many'));
  const more = new Client(`${service.ws}/v1/agent?agent=many`);
  assert.equal((await more.opened.catch((e) => e)).status, 429);
  await open[0].close();
  await until('there is room again', () => agent(service, 'many').then(() => true, () => false));
});
