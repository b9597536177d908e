// The nth request for memory fails, in whichever thread of the service: it goes on, or ends with a
// message; it never hangs, and never acknowledges what is not on disk. MEMORY_ROUNDS sets how many n
// of each kind are tried (0: every one), MEMORY_SEED which; MEMORY_PART=2/4 takes the second of four
// parts of every one, for as many processes.
import assert from 'node:assert/strict';
import { closeSync, mkdirSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client, agent, event, journalled, sleep, start, temporaryDir } from './service.mjs';

const rounds = Number(process.env.MEMORY_ROUNDS ?? 6);
const seed = Number(process.env.MEMORY_SEED ?? Date.now() % 1_000_000);
const [part, parts] = (process.env.MEMORY_PART ?? '1/1').split('/').map(Number);
const library = process.env.FAILING_NEW_LIBRARY;
const EVENTS = 200, PER_MESSAGE = 5;

const rules = join(temporaryDir(), 'rules');
mkdirSync(rules);
writeFileSync(join(rules, 'hello.yaml'), `rules:
  - id: hello
    title: Hello
    when: call.answered
    limit: {per_customer: 1}
    suggest:
      - headline: Hello \${ call.customer }
  - id: held
    title: Held
    when: call.on_hold
    suggest:
      - headline: Come back
`.replace('${ call.customer }', '${ call.agent }'));

/// What the preloaded library counts, and what it lets fail.
class Memory {
  constructor() {
    this.path = join(temporaryDir(), 'memory');
    writeFileSync(this.path, Buffer.alloc(24));
    this.file = openSync(this.path, 'r+');
    this.env = { LD_PRELOAD: library, FAILING_NEW: this.path };
  }
  get requests() {
    const bytes = Buffer.alloc(8);
    readSync(this.file, bytes, 0, 8, 0);
    return Number(bytes.readBigUInt64LE());
  }
  failAt(number, stays) {
    const bytes = Buffer.alloc(16);
    bytes.writeBigUInt64LE(BigInt(stays ? 1 : 0), 8);
    writeSync(this.file, bytes, 8, 8, 16);
    bytes.writeBigUInt64LE(BigInt(number), 0);
    writeSync(this.file, bytes, 0, 8, 8);
  }
  close() {
    closeSync(this.file);
  }
}

const events = Array.from({ length: EVENTS / 4 }, (_, i) => [
  event('call.started', `c${i}`, { customer: `p${i}`, queue: 'billing', area: 'denver' }),
  event('call.answered', `c${i}`, { agent: 'ana' }),
  event('call.held', `c${i}`, {}),
  event('call.ended', `c${i}`, {}),
]).flat();

/// Sends all; returns how many were acknowledged, once all are or the service is gone.
async function send(service) {
  const client = new Client(`${service.ws}/v1/events`);
  let acked = 0;
  client.onmessage = (m) => {
    if (m.type === 'ack') acked = m.events;
  };
  const screen = agent(service, 'ana').catch(() => undefined);
  if (await client.opened.then(() => true, () => false)) {
    for (let i = 0; i < events.length; i += PER_MESSAGE) client.send(events.slice(i, i + PER_MESSAGE));
    for (let looks = 0; acked < events.length && client.socket.readyState === 1; ++looks) {
      assert.ok(looks < 4000, `hangs: ${acked} acknowledged\n${service.log}`);
      await sleep(5);
    }
  }
  client.socket.terminate();
  (await screen)?.socket.terminate();
  return acked;
}

/// How it ended: with 0, or with a message and not 0. One that ends by itself is not told to, unless
/// it takes its time: a signal that comes in the last of it ends it as signals do.
async function end(service, failing) {
  let timer;
  await Promise.race([service.ended, sleep(failing ? 5000 : 0)]);
  service.child.kill('SIGTERM');
  const late = new Promise((done) => (timer = setTimeout(done, 20_000, 'late')));
  const ended = await Promise.race([service.ended, late]);
  clearTimeout(timer);
  assert.notEqual(ended, 'late', `does not end:\n${service.log}`);
  if (!failing && ended.signal === 'SIGTERM') return 'SIGTERM';
  assert.equal(ended.signal, null, service.log);
  if (ended.code !== 0) assert.match(service.log, /there is no memory left/);
  return ended.code;
}

/// Lets one request fail, `nth` from `begin` on: 'start' or 'events'.
async function round(begin, nth, stays) {
  const memory = new Memory();
  const data = temporaryDir();
  let acked = 0, code;
  if (begin === 'start') memory.failAt(nth, stays);
  const args = { data, rules };
  const service = await start({ ...args, env: memory.env }).catch((error) => {
    code = error.code;
    assert.match(error.message, /no memory left|bad_alloc/, error.message); // the other one: before main()
    return undefined;
  });
  if (service) {
    if (begin === 'events') memory.failAt(memory.requests + nth, stays);
    acked = await send(service);
    code = await end(service, acked < EVENTS);
  }
  memory.close();
  const again = await start(args);
  const kept = journalled(again);
  assert.ok(kept >= acked && kept <= EVENTS, `${begin} ${nth}: acknowledged ${acked}, in the journal ${kept}`);
  assert.equal(await send(again), EVENTS, 'all is taken after it');
  const { messages } = await agent(again, 'ana').then((screen) => (screen.socket.terminate(), screen));
  assert.deepEqual(messages[0].calls, []);
  await again.kill();
  const last = await start(args);
  assert.equal(journalled(last), EVENTS, 'each event once');
  await last.kill();
  return code;
}

/// How many requests there are from `begin` on when none fails.
async function requests() {
  const memory = new Memory();
  const service = await start({ data: temporaryDir(), rules, env: memory.env });
  const begun = memory.requests;
  await send(service);
  assert.equal(await end(service, false), 0);
  const all = memory.requests;
  memory.close();
  return { start: begun, events: all - begun };
}

function random(state) {
  return () => (state = (state * 1664525 + 1013904223) >>> 0) / 2 ** 32;
}

test(`a request for memory that fails loses nothing that was acknowledged (seed ${seed})`, { skip: !library, timeout: 36_000_000 }, async () => {
  const rng = random(seed);
  const most = await requests();
  assert.ok(most.start > 1000 && most.events > 1000, JSON.stringify(most));
  for (const begin of ['start', 'events']) {
    for (const stays of [false, true]) {
      const codes = {};
      const count = rounds === 0 ? most[begin] : Math.min(rounds, most[begin]);
      for (let i = 0; i < count; ++i) {
        if (rounds === 0 && i % parts !== part - 1) continue;
        const nth = rounds === 0 ? i + 1 : 1 + Math.floor(((i + rng()) / count) * most[begin]);
        const code = await round(begin, nth, stays).catch((error) => {
          error.message = `${begin}, request ${nth}${stays ? ' and all later ones' : ''}: ${error.message}`;
          throw error;
        });
        codes[code] = (codes[code] ?? 0) + 1;
      }
      const tried = Object.values(codes).reduce((sum, n) => sum + n, 0);
      console.log(`${begin}${stays ? ', all later ones too' : ''}: ${tried} of ${most[begin]} requests failed; ended with ${JSON.stringify(codes)}`);
    }
  }
});
