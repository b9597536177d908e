// Each limit has its key in the config, and its own answer: a small value of each, and exactly that
// answer (contract, section 8; docs/operators.md, "Bounds").
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client, WebSocket, agent, binary, event, platform, sleep, slow, start, temporaryDir, until } from './service.mjs';

const RULES = `rules:
  - id: hello
    title: Say hello
    when: call.answered
    suggest:
      - headline: Hello
        say: \${ call.topic }
`;

/// A service with these limits, as the config gives them.
async function limited(limits, more = {}) {
  const dir = temporaryDir();
  mkdirSync(join(dir, 'rules'));
  writeFileSync(join(dir, 'rules/hello.yaml'), RULES);
  const lines = Object.entries(limits).map(([key, value]) => `  ${key}: ${value}\n`);
  writeFileSync(join(dir, 'config.yaml'), `attributes: open\nlimits:\n${lines.join('')}`);
  return start({ rules: join(dir, 'rules'), args: ['--config', join(dir, 'config.yaml')], ...more });
}

function ask(service, method, path, headers = {}, body = undefined, options = {}) {
  return new Promise((done, fail) => {
    const request = http.request({ port: service.port, method, path, headers, ...options }, (response) => {
      let text = '';
      response.on('data', (part) => (text += part));
      response.on('end', () => {
        const type = response.headers['content-type'];
        done({ status: response.statusCode, type, headers: response.headers, body: /json/.test(type) ? JSON.parse(text) : text });
      });
    });
    request.on('error', fail);
    request.end(body);
  });
}

const post = (service, body, type = 'application/cloudevents+json') =>
  ask(service, 'POST', '/v1/events', { 'content-type': type }, JSON.stringify(body));

async function metric(service, name) {
  const { body } = await ask(service, 'GET', '/metrics');
  return Number(new RegExp(`^agent_assist_${name} (.*)$`, 'm').exec(body)[1]);
}

async function rejection(p, message) {
  const before = p.messages.filter((m) => m.type === 'rejected').length;
  p.send(message);
  const sent = (p.sent = (p.sent ?? 0) + 1);
  await p.next((m) => m.type === 'ack' && m.messages === sent);
  const rejected = p.messages.filter((m) => m.type === 'rejected').slice(before);
  return rejected.map(({ index, code, pointer, detail }) => ({ index, code, pointer, detail }));
}

test('message: close 1009 with a reason, HTTP 413', async () => {
  const service = await limited({ message: '2KiB' });
  const p = await platform(service);
  p.send(event('call.started', 'c1', { topic: 'x'.repeat(1500) }));
  await p.next('ack');
  p.send(event('call.started', 'c1', { topic: 'x'.repeat(2048) }));
  assert.deepEqual(await p.closed, { code: 1009, reason: 'a message may have 2048 bytes' });
  const a = await agent(service, 'ana');
  a.send({ type: 'feedback', suggestion: 's', verdict: 'used', note: 'x'.repeat(2048) });
  assert.equal((await a.closed).code, 1009);
  const answer = await post(service, event('call.started', 'c1', { topic: 'x'.repeat(2048) }));
  assert.equal(answer.status, 413);
  assert.equal(answer.type, 'application/problem+json');
  assert.equal(answer.body.code, 'too_large');
  assert.match(answer.body.detail, /2048/);
  await service.stop();
});

test('events_per_message, nesting, attributes: rejected as too_large, with the place', async () => {
  const service = await limited({ events_per_message: 3, nesting: 8, attributes: 4 });
  const p = await platform(service);
  const started = (n) => Array.from({ length: n }, () => event('call.started', 'c1'));
  assert.deepEqual(await rejection(p, started(3)), []);
  const [many] = await rejection(p, started(4));
  assert.equal(many.code, 'too_large');
  assert.match(many.detail, /3/);
  const nested = (depth) => (depth === 0 ? 1 : { x: nested(depth - 1) });
  assert.deepEqual(await rejection(p, event('call.updated', 'c1', { attributes: { a: nested(4) } })), []);
  const [deep] = await rejection(p, event('call.updated', 'c1', { attributes: { a: nested(9) } }));
  assert.equal(deep.code, 'too_large');
  const attributes = (...names) => ({ attributes: Object.fromEntries(names.map((n) => [n, 1])) });
  const [wide] = await rejection(p, event('call.updated', 'c1', attributes('b', 'c', 'd', 'e', 'f')));
  assert.equal(wide.code, 'too_large');
  assert.equal(wide.pointer, '/data/attributes');
  await service.stop();
});

test('attributes: counted over all events of a call, a customer, an agent', async () => {
  const service = await limited({ attributes: 3 });
  const p = await platform(service);
  const of = (...names) => ({ attributes: Object.fromEntries(names.map((n) => [n, 1])) });
  for (const [type, subject] of [['call.updated', 'c1'], ['customer.updated', 'p1'], ['agent.updated', 'ana']]) {
    assert.deepEqual(await rejection(p, event(type, subject, of('a', 'b'))), []);
    assert.deepEqual(await rejection(p, event(type, subject, of('b', 'c'))), []);
    const [more] = await rejection(p, [event(type, subject, of('a')), event(type, subject, of('d'))]);
    assert.deepEqual({ ...more, detail: '' }, { index: 1, code: 'too_large', pointer: '/data/attributes', detail: '' });
    assert.match(more.detail, /limits: attributes/);
    assert.deepEqual(await rejection(p, event(type, subject, { attributes: { a: null, d: 1 } })), []);
  }
  const refused = await post(service, event('call.updated', 'c1', of('x', 'y')));
  assert.equal(refused.status, 400);
  assert.equal(refused.body.code, 'too_large');
  assert.equal(refused.body.rejected[0].pointer, '/data/attributes');
  assert.equal(await metric(service, 'events_rejected_total'), 4);
  const kept = (await ask(service, 'GET', '/v1/rejected')).body.rejected;
  assert.equal(kept.length, 4);
  await service.stop();
});

test('calls: an event that would begin one more is rejected, and may come again', async () => {
  const service = await limited({ calls: 2 });
  const p = await platform(service);
  assert.deepEqual(await rejection(p, [event('call.started', 'c1'), event('call.started', 'c2')]), []);
  const third = event('call.started', 'c3');
  const [more] = await rejection(p, third);
  assert.equal(more.code, 'too_large');
  assert.equal(more.pointer, '/subject');
  assert.match(more.detail, /2 calls/);
  assert.deepEqual(await rejection(p, [event('call.held', 'c1'), event('call.ended', 'c2')]), []);
  assert.deepEqual(await rejection(p, third), []);
  assert.deepEqual(await rejection(p, event('call.held', 'c2')), [], 'what comes after the end begins nothing');
  assert.equal(await metric(service, 'calls_live'), 2);
  await service.stop();
});

test('a call of which there are too many events takes no more, but for its end', async () => {
  const service = await limited({ call_log: '4KiB' });
  const p = await platform(service);
  const said = () => event('call.said', 'c1', { speaker: 'customer', text: 'It still does not work. '.repeat(40) });
  assert.deepEqual(await rejection(p, event('call.answered', 'c1', { agent: 'ana' })), []);
  for (let i = 0; i < 5; ++i) assert.deepEqual(await rejection(p, said()), []);
  const [refused] = await rejection(p, said());
  assert.equal(refused.code, 'too_large');
  assert.equal(refused.pointer, '/subject');
  assert.match(refused.detail, /"c1" take 4096 bytes already \(limits: call_log\): end it/);
  assert.deepEqual(await rejection(p, event('call.answered', 'c2', { agent: 'ana' })), []); // others go on
  assert.equal((await rejection(p, event('call.held', 'c1'))).length, 1);
  assert.deepEqual(await rejection(p, event('call.ended', 'c1')), []);
  assert.equal(await metric(service, 'calls_live'), 1);
  await service.stop();
});

test('text: cut, and counted', async () => {
  const service = await limited({ text: 16 });
  const p = await platform(service);
  const said = (text) => event('call.said', 'c1', { speaker: 'customer', text });
  assert.deepEqual(await rejection(p, [said('x'.repeat(16)), said('x'.repeat(17)), said('ü'.repeat(9))]), []);
  assert.equal(await metric(service, 'texts_cut_total'), 2);
  await service.stop();
});

test('connections_per_subject: 429', async () => {
  const service = await limited({ connections_per_subject: 2 });
  const open = [await agent(service, 'ana'), await agent(service, 'ana'), await agent(service, 'bob')];
  const answer = await ask(service, 'GET', '/v1/agent?agent=ana', {
    upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  });
  assert.equal(answer.status, 429);
  assert.equal(answer.type, 'application/problem+json');
  assert.match(answer.body.detail, /2 screens open/);
  await open[0].close();
  await until('there is room again', () => agent(service, 'ana').then(() => true, () => false));
  await service.stop();
});

test('connections: 503, and served again once some are closed', async () => {
  const service = await limited({ connections: 3 });
  const open = [await agent(service, 'ana'), await agent(service, 'bob'), await platform(service)];
  const refused = await ask(service, 'GET', '/healthz');
  assert.equal(refused.status, 503);
  assert.equal(refused.type, 'application/problem+json');
  assert.equal(refused.headers['retry-after'], '1');
  assert.match(refused.body.detail, /limits: connections/);
  await service.logged(/connections are refused/);
  await open[0].close();
  await until('served again', async () => (await ask(service, 'GET', '/healthz').catch(() => undefined))?.status === 200);
  assert.ok(await metric(service, 'connections_refused_total') >= 1);
  await service.stop();
});

test('header: 431', async () => {
  const service = await limited({ header: '1KiB' });
  const answer = await ask(service, 'GET', '/healthz', { 'x-long': 'x'.repeat(1024) });
  assert.equal(answer.status, 431);
  assert.equal(answer.type, 'application/problem+json');
  assert.match(answer.body.detail, /1024/);
  await service.stop();
});

/// Sends `parts` with a pause before each but the first; resolves to what came, and when it ended.
function trickle(service, parts, pause) {
  return new Promise((done) => {
    const began = Date.now();
    const socket = net.connect(service.port, '127.0.0.1');
    let got = '';
    socket.on('data', (data) => (got += data));
    socket.on('error', () => {});
    socket.on('close', () => done({ got, took: Date.now() - began }));
    void (async () => {
      for (const part of parts) {
        if (socket.destroyed) return;
        socket.write(part);
        await sleep(pause);
      }
    })();
  });
}

test('handshake: bytes that trickle, of a header, an upgrade or a body, are answered 408 and closed', async () => {
  const service = await limited({ handshake: '1s' });
  const letters = (text) => [...text, ...'x'.repeat(100)];
  const upgrade = 'GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX: ';
  const body = 'POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/cloudevents+json\r\nContent-Length: 999\r\n\r\n';
  const again = 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /he';
  const all = await Promise.all([
    trickle(service, letters('GET /healthz HTTP/1.1\r\n'), 50),
    trickle(service, [upgrade, ...letters('')], 50),
    trickle(service, [body, ...letters('')], 50),
    trickle(service, [again, ...letters('')], 50),
    trickle(service, [], 0),
  ]);
  for (const [i, { got, took }] of all.entries()) {
    assert.ok(took >= 900 && took < 10_000 * slow, `${i}: ${took} ms`);
    if (i === 4) assert.equal(got, '', 'who said nothing is told nothing');
    else assert.match(got, /HTTP\/1\.1 408 [\s\S]*application\/problem\+json[\s\S]*within 1 s/, `${i}`);
  }
  assert.match(all[3].got, /^HTTP\/1\.1 200/);
  await service.stop();
});

test('idle: a socket without an answer to a ping closes 1008 with the reason; one that answers stays', async () => {
  const service = await limited({ idle: '2s' });
  const began = Date.now();
  const mute = new Client(`${service.ws}/v1/agent?agent=ana`, ['agent-assist.v1'], { autoPong: false });
  const lives = await agent(service, 'bob');
  let pings = 0;
  mute.socket.on('ping', () => ++pings);
  const { code, reason } = await mute.closed;
  const took = Date.now() - began;
  assert.equal(code, 1008);
  assert.equal(reason, 'no answer to a ping for 2 s');
  assert.ok(took >= 1900 && took < 10_000 * slow, `${took} ms`);
  assert.equal(pings, 1);
  await sleep(2500);
  assert.equal(lives.socket.readyState, WebSocket.OPEN);
  await service.stop();
});

test('idle: a kept HTTP connection without a request is closed', async () => {
  const service = await limited({ idle: '1s', handshake: '30s' });
  const { got, took } = await trickle(service, ['GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'], 0);
  assert.match(got, /^HTTP\/1\.1 200/);
  assert.ok(took >= 900 && took < 10_000 * slow, `${took} ms`);
  await service.stop();
});

test('idle: a peer that reads nothing and answers nothing is dropped, its place is free', async () => {
  const service = await limited({ idle: '1s', connections_per_subject: 1 });
  const half = await agent(service, 'ana');
  half.socket._socket.pause();
  const p = await platform(service);
  // More than the kernel holds for it: the write is stuck when its time is over.
  for (let i = 0; i < 40; ++i) p.send(event('call.answered', `c${i}`, { agent: 'ana', topic: 'x' }));
  for (let i = 0; i < 200; ++i)
    p.send(Array.from({ length: 40 }, (_, c) => event('call.step', `c${c}`, { step: `${'x'.repeat(500)}${i}` })));
  await until('it is dropped', async () => (await metric(service, 'screens')) === 0);
  await agent(service, 'ana');
  half.socket.terminate();
  await service.stop();
});

test('screen_backlog: a screen that does not read is sent a fresh welcome', async () => {
  const service = await limited({ screen_backlog: '4KiB' });
  const stalled = await agent(service, 'ana');
  const quick = await agent(service, 'ana');
  stalled.socket.pause();
  const p = await platform(service);
  p.send(event('call.answered', 'c1', { agent: 'ana' }));
  const steps = (i) => Array.from({ length: 10 }, (_, j) => event('call.step', 'c1', { step: `${'x'.repeat(5000)}${i * 10 + j}` }));
  for (let i = 0; i < 100; ++i) p.send(steps(i));
  const shows = (m) => (m.call ?? m.calls?.[0])?.step?.endsWith('x999');
  await quick.next(shows);
  stalled.socket.resume();
  assert.equal((await stalled.next(shows)).type, 'welcome');
  assert.ok(stalled.messages.length < 800, `${stalled.messages.length}`);
  assert.ok(await metric(service, 'screen_overruns_total') >= 1);
  await service.stop();
});

test('under_way, under_way_per_connection: read no further until there is room; nothing is lost', async () => {
  for (const limits of [{ under_way: '2KiB' }, { under_way_per_connection: '2KiB' }]) {
    const service = await limited(limits);
    const p = await platform(service);
    const q = await platform(service);
    for (let i = 0; i < 300; ++i) for (const to of [p, q]) to.send(event('call.started', `c${i}`, { topic: 'x'.repeat(900) }));
    for (const to of [p, q]) await to.next((m) => m.type === 'ack' && m.messages === 300);
    assert.equal(await metric(service, 'events_accepted_total'), 600);
    assert.equal(await metric(service, 'events_under_way_bytes'), 0);
    await service.stop();
  }
});

test('feedback: a screen may have 64 messages unanswered, and all of a flood are answered', async () => {
  const service = await limited({ note: 8 });
  const a = await agent(service, 'ana');
  const p = await platform(service);
  p.send(event('call.answered', 'c1', { agent: 'ana' }));
  const { suggestion } = await a.next('raised');
  for (let i = 0; i < 1000; ++i) a.send({ type: 'feedback', suggestion: i % 2 ? suggestion.id : 'no', verdict: 'helpful' });
  const answers = () => a.messages.filter((m) => m.type === 'feedback_saved' || m.type === 'error');
  await until(() => `1000 are answered, not ${answers().length}`, () => answers().length >= 1000);
  assert.equal(a.messages.filter((m) => m.type === 'feedback_saved').length, 500);
  assert.equal(a.messages.filter((m) => m.type === 'error' && m.code === 'not_found').length, 500);
  await service.stop();
});

test('without file descriptors connections are refused or wait, and the service goes on', async () => {
  const dir = temporaryDir();
  mkdirSync(join(dir, 'rules'));
  writeFileSync(join(dir, 'rules/hello.yaml'), RULES);
  const child = spawn('sh', ['-c', `ulimit -n 150; exec "${binary}" serve --listen 127.0.0.1:0 --data "${dir}/data" --rules "${dir}/rules"`], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '', log = '';
  child.stderr.on('data', (text) => (log += text));
  await new Promise((done) => child.stdout.on('data', (text) => (out += text).includes('listening') && done()));
  const service = { port: Number(/:(\d+)\s/.exec(out)[1]) };
  service.ws = `ws://127.0.0.1:${service.port}`;
  await until(() => `the log tells the limit: ${log}`, () => /at most 54 connections, not 20000/.test(log));
  const p = await platform(service);
  const sockets = Array.from({ length: 300 }, () => net.connect(service.port, '127.0.0.1').on('error', () => {}));
  await sleep(500);
  p.send(event('call.started', 'c1'));
  await p.next('ack');
  const cpu = () => Number(/^(?:\S+ ){13}(\d+)/.exec(readFileSync(`/proc/${child.pid}/stat`, 'utf8'))[1]);
  const before = cpu();
  await sleep(500);
  assert.ok(cpu() - before <= 20, 'it does not spin'); // of 50 ticks
  assert.ok(log.split('\n').length < 10, 'nor does it fill the log');
  sockets.forEach((socket) => socket.destroy());
  await until('it serves again', async () => (await ask(service, 'GET', '/healthz').catch(() => null))?.status === 200);
  child.kill('SIGTERM');
  assert.equal(await new Promise((done) => child.on('exit', done)), 0);
});
