// Whatever is sent gets its verdict, good events between are taken, and the service lives.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { event, platform, root, start, until } from './service.mjs';

let service;
before(async () => (service = await start()));
after(() => service.stop());

const samples = join(root, 'tests/events/cloudevents');
const hostile = join(root, 'tests/events/hostile-json');
const lines = (file) => readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const isUtf8 = (bytes) => Buffer.from(bytes.toString('utf8')).equals(bytes);

/// The verdict on one message: "accept", a code, or "1007" where it is no text at all. What is
/// sent as text over a WebSocket and is no UTF-8 must end the connection (RFC 6455, 8.1).
async function verdict(bytes) {
  const p = await platform(service);
  p.socket.send(bytes, { binary: false });
  p.send(event('call.started', 'between'));
  const ended = await Promise.race([p.closed, p.next((m) => m.type === 'ack' && m.messages === 2)]);
  if (ended.code) return String(ended.code);
  const codes = p.messages.filter((m) => m.type === 'rejected').map((m) => m.code);
  await p.close();
  return codes[0] ?? 'accept';
}

test('every sample event and batch gets the verdict that its index states', async () => {
  for (const { file, answer, accepted, duplicates, rejected, events } of lines(join(samples, 'index.jsonl'))) {
    if (file.startsWith('http/')) continue;
    // Ids of its own, so that the samples are no duplicates of each other.
    const source = `/${file}`;
    const raw = readFileSync(join(samples, file), 'utf8');
    const p = await platform(service);
    p.send(answer ? raw : raw.replaceAll('"/phones/denver"', JSON.stringify(source)));
    const ack = await p.next('ack');
    const codes = p.messages.filter((m) => m.type === 'rejected');
    await p.close();
    if (answer === 'either') continue;
    if (answer) {
      assert.equal(ack.events, 1, file);
      assert.ok(answer.split(' or ').includes(codes[0]?.code ?? 'accept'), `${file}: ${codes[0]?.code}, wants ${answer}`);
    } else {
      assert.equal(ack.events, events, file);
      const told = codes.map(({ index, code }) => ({ index, code }));
      assert.deepEqual(told, (rejected ?? []).map(({ index, code }) => ({ index, code })), file);
      assert.equal((accepted ?? 0) + (duplicates ?? 0) + told.length, events, file);
    }
  }
});

function post({ method, path, headers, body }) {
  return new Promise((done, fail) => {
    const request = http.request({ port: service.port, method, path }, (response) => {
      let text = '';
      response.on('data', (part) => (text += part));
      response.on('end', () =>
        done({ status: response.statusCode, type: response.headers['content-type'], body: text && JSON.parse(text) }),
      );
    });
    request.on('error', fail);
    for (const [name, value] of headers) request.setHeader(name, value);
    request.end(body);
  });
}

test('every sample HTTP request gets the answer that it states', async () => {
  for (const file of readdirSync(join(samples, 'http'))) {
    const { request, expect } = JSON.parse(readFileSync(join(samples, 'http', file), 'utf8'));
    const answer = await post(request);
    assert.ok([expect.status].flat().includes(answer.status), `${file}: ${answer.status}, wants ${expect.status}`);
    if (answer.status >= 400) assert.equal(answer.type, 'application/problem+json', file);
    if (answer.status === 202 && expect.accepted !== undefined)
      assert.equal(answer.body.accepted + answer.body.duplicates, expect.accepted, file);
    if (expect.code) assert.equal(answer.body.code, expect.code, file);
    for (const [i, { index, code }] of (expect.rejected ?? []).entries()) {
      assert.equal(answer.body.rejected[i].index, index, file);
      assert.equal(answer.body.rejected[i].code, code, file);
    }
  }
});

test('a POST is answered 202 once durable, its repetition counts as duplicates', async () => {
  const headers = [['content-type', 'application/cloudevents-batch+json']];
  const body = JSON.stringify([event('call.started', 'post1'), event('call.queued', 'post1', { queue: 'q' })]);
  const once = await post({ method: 'POST', path: '/v1/events', headers, body });
  assert.deepEqual(once.body, { accepted: 2, duplicates: 0, rejected: [] });
  const again = await post({ method: 'POST', path: '/v1/events', headers, body });
  assert.equal(again.status, 202);
  assert.deepEqual(again.body, { accepted: 0, duplicates: 2, rejected: [] });
});

test('a body over 1 MiB is answered 413, and the sender can read it', async () => {
  const headers = [['content-type', 'application/cloudevents+json']];
  for (const size of [(1 << 20) + 1, 20 << 20]) {
    const answer = await post({ method: 'POST', path: '/v1/events', headers, body: 'x'.repeat(size) });
    assert.equal(answer.status, 413);
    assert.equal(answer.body.code, 'too_large');
  }
});

test('every hostile file gets its verdict, and the good event behind it is taken', async () => {
  for (const { file, verdict: wanted, why } of lines(join(hostile, 'own/index.jsonl'))) {
    const bytes = readFileSync(join(hostile, 'own', file));
    const got = await verdict(bytes);
    // A member that is null counts as not given (contract, section 1).
    if (file === 'attributes-null.json') assert.equal(got, 'accept');
    else if (!isUtf8(bytes)) assert.ok(got === '1007' || got === wanted, `${file}: ${got}`);
    else if (bytes.length > 1 << 20) assert.ok(['1009', 'too_large'].includes(got), `${file}: ${got}`);
    else if (wanted !== 'either' && !why.includes(`${got} will do too`)) assert.equal(got, wanted, file);
  }
});

test('every file of the JSON test suite is refused with its code', async () => {
  for (const file of readdirSync(join(hostile, 'test_parsing'))) {
    const bytes = readFileSync(join(hostile, 'test_parsing', file));
    const got = await verdict(bytes);
    // An empty array is an empty batch.
    const empty = bytes.toString().replaceAll(/\s/g, '') === '[]';
    if (file.startsWith('y_')) assert.equal(got, empty ? 'accept' : 'not_cloudevent', file);
    if (file.startsWith('n_')) assert.ok(got === 'not_json' || (!isUtf8(bytes) && got === '1007'), `${file}: ${got}`);
    if (file.startsWith('i_')) assert.notEqual(got, 'accept', file);
  }
});

const upgrade = (path) =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';

/// One masked text frame (mask 0).
function frame(text) {
  const data = Buffer.from(text);
  assert.ok(data.length >= 126 && data.length < 65536);
  return Buffer.concat([Buffer.from([0x81, 0x80 | 126, data.length >> 8, data.length & 255, 0, 0, 0, 0]), data]);
}

test('what is sent right behind the upgrade request is not lost', async () => {
  const padding = { topic: 'x'.repeat(3000) };
  const messages = [1, 2, 3].map((i) => frame(JSON.stringify(event('call.started', `behind-${i}`, padding))));
  const socket = net.connect(service.port, '127.0.0.1');
  let got = '';
  socket.on('data', (data) => (got += data.toString('latin1')));
  socket.write(Buffer.concat([Buffer.from(upgrade('/v1/events')), ...messages]));
  await until(() => `an ack of all three: ${got}`, () => got.includes('"messages":3'));
  assert.match(got, /^HTTP\/1.1 101/);
  assert.match(got, /"messages":3,"events":3/);
  socket.destroy();
});

test('what is no HTTP is answered 400, a large header 431', async () => {
  const ask = (bytes) =>
    new Promise((done) => {
      const socket = net.connect(service.port, '127.0.0.1');
      let got = '';
      socket.on('data', (data) => (got += data));
      socket.on('close', () => done(got));
      socket.write(bytes);
    });
  assert.match(await ask('\x00\x01\x02 nonsense\r\n\r\n'), /^HTTP\/1.1 400/);
  assert.match(await ask(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`), /^HTTP\/1.1 431/);
});

test('plain requests', async () => {
  const get = (path, more = {}) => post({ method: 'GET', path, headers: Object.entries(more) });
  assert.equal((await get('/healthz')).status, 200);
  assert.equal((await get('/readyz')).body.status, 'ready');
  assert.equal((await get('/v1/events')).status, 426);
  assert.equal((await get('/nowhere')).status, 404);
  assert.equal((await post({ method: 'DELETE', path: '/healthz', headers: [] })).status, 405);
  assert.equal((await get('/healthz', { Host: 'evil.example' })).status, 403);
  assert.equal((await get('/healthz', { Origin: 'https://evil.example' })).status, 403);
  assert.equal((await fetch(`${service.http}/metrics`)).status, 200);
});
