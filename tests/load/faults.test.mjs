// Peers that are many, slow, dead or hostile, and load beyond what is usual. Small in ctest; with
// LOAD=full (tests/load/run.sh) as large as the bars, which are then checked. What is checked in
// small is never a time of the machine's.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client, agent, event, journalled, platform, sleep, slow as slowness, start, temporaryDir, until } from '../server/node/service.mjs';
import { Load, Probe, full, limited, mb, memory, metrics, peakMemory, processorTime, rulesWithProbe, shown, size, thinSocket, thinSockets } from './support.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const say = (t, text) => {
  t.diagnostic(text);
  if (full) console.log(`  ${text}`);
};

test('idle connections: many at once, in little memory, each alive and answered', async (t) => {
  const count = size('IDLE', 500, 10_000);
  const service = await limited({ idle: full ? '20s' : '4s' });
  const before = memory(service);
  const began = Date.now();
  const all = await thinSockets(count, (i) => thinSocket(service.port, i % 10 === 0 ? '/v1/events' : `/v1/agent?agent=idle-${i}`));
  const took = Date.now() - began;
  const opened = memory(service);
  const cpu = processorTime(service);
  await sleep(full ? 45_000 : 5_000);
  const busy = ((processorTime(service) - cpu) / (full ? 45 : 5)) * 100;
  const { connections } = await metrics(service);
  assert.equal(connections, count + 1);
  await until('each is asked whether it lives', () => all.every((thin) => thin.pings > 0));
  assert.ok(all.every((thin) => !thin.socket.destroyed));
  const a = await agent(service, 'idle-1');
  const p = await platform(service);
  p.send(event('call.answered', 'c1', { agent: 'idle-1' }));
  await a.next('call');
  say(t, `${count} idle: opened in ${took} ms, ${mb(before)} before, ${mb(opened)} with them, ${mb(memory(service))} at the end, ` +
    `${(((opened - before) * 1024) / count).toFixed(1)} KB each; ${busy.toFixed(1)} % of a core for their pings`);
  if (full) assert.ok(peakMemory(service) < 1024);
  const ending = Date.now();
  assert.equal((await service.stop()).code, 0);
  assert.ok(Date.now() - ending < 10_000 * slowness);
  say(t, `all closed, ended in ${Date.now() - ending} ms`);
  all.forEach(({ socket }) => socket.destroy());
});

test('agents that stop reading delay no other, and are right again once they read', async (t) => {
  const others = size('READERS', 40, 400);
  const stalled = size('STALLED', 10, 100);
  const phase = size('PHASE_SECONDS', 2, 12) * 1000;
  const service = await limited({ idle: '10m', ...(full ? {} : { screen_backlog: '16KiB' }) });
  const probe = await Probe.start(service, { agents: others, calls: others, rate: size('PROBE_RATE', 200, 1000) });
  const slow = await thinSockets(stalled, (i) => {
    const thin = thinSocket(service.port, `/v1/agent?agent=slow-${i}`, {
      onMessage: (bytes) => {
        const text = thin.tail + bytes.toString('latin1');
        thin.tail = text.slice(-40);
        if (thin.awaits && (text).includes(thin.awaits)) thin.found = true;
      },
    });
    return Object.assign(thin, { tail: '' });
  });
  const p = await platform(service);
  // What goes to them is the same in both phases; but in the second they do not read it. Each has
  // one call at a time: the last one ends, the next one begins.
  let last = 0;
  const pad = 'x'.repeat(6000);
  const timer = setInterval(() => {
    ++last;
    p.messages.length = 0;
    for (let i = 0; i < stalled; i += 50) {
      p.send(slow.slice(i, i + 50).flatMap((_, j) => [
        event('call.ended', `slow-${i + j}-${last - 1}.`),
        event('call.answered', `slow-${i + j}-${last}.`, { agent: `slow-${i + j}` }),
        event('call.step', `slow-${i + j}-${last}.`, { step: pad }),
      ]));
    }
  }, full ? 40 : 10);
  await sleep(phase);
  const reading = [], paused = [];
  for (let round = 0; round < 3; ++round) {
    slow.forEach(({ socket }) => socket.resume());
    await sleep(1000);
    reading.push(await probe.over(phase));
    slow.forEach(({ socket }) => socket.pause());
    await sleep(1000);
    paused.push(await probe.over(phase));
  }
  clearInterval(timer);
  const { screen_overruns_total: overruns } = await metrics(service);
  slow.forEach((thin, i) => {
    thin.awaits = `"id":"slow-${i}-${last}."`;
    thin.socket.resume();
  });
  // Chunks may cut what is awaited: one more change, and it comes again.
  await sleep(1000);
  p.send(slow.map((_, i) => event('call.held', `slow-${i}-${last}.`)));
  await until('all show their last call', () => slow.every((thin) => thin.found), 20_000);
  const median = (list, what) => list.map((f) => f[what]).sort((x, y) => x - y)[1];
  reading.forEach((f, i) => say(t, `they read: ${shown(f)}; they do not: ${shown(paused[i])}`));
  const [with_, without] = [median(paused, 'p99'), median(reading, 'p99')];
  say(t, `${stalled} of ${stalled + others} stop reading: the others' p99 (median of 3) ${without.toFixed(2)} -> ${with_.toFixed(2)} ms ` +
    `(${(((with_ - without) / without) * 100).toFixed(1)} %); ${overruns} backlogs ran over; peak ${mb(peakMemory(service))}`);
  assert.ok(overruns >= (full ? stalled : 1), `${overruns} backlogs ran over`);
  if (full) assert.ok(with_ < without * 1.1, 'moves by less than 10 %');
  probe.stop();
  slow.forEach(({ socket }) => socket.destroy());
  await service.stop();
});

test('half-open peers (a stopped process) are dropped, their places are free', async (t) => {
  const count = size('HALF_OPEN', 15, 500);
  const service = await limited({ idle: '3s' });
  const child = spawn(process.execPath, [join(here, 'sleeper.mjs'), service.port, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((done) => child.stdout.once('data', done));
  assert.equal((await metrics(service)).screens, count);
  child.kill('SIGSTOP');
  const began = Date.now();
  const p = await platform(service);
  for (let i = 0; i < 50; ++i) {
    p.send(event('call.answered', `half-${i}`, { agent: `half-${i % count}` }));
    await sleep(20);
  }
  await until('all are dropped', async () => (await metrics(service)).screens === 0, 15_000);
  say(t, `${count} half-open screens dropped after ${Date.now() - began} ms (idle 3 s)`);
  for (let i = 0; i < 20; ++i) await agent(service, 'half-0'); // as many as a subject may have
  child.kill('SIGKILL');
  await service.stop();
});

test('slow handshakes are closed in time, others are served beside them', async (t) => {
  const count = size('SLOWLORIS', 100, 3000);
  const seconds = full ? 15 : 2;
  const service = await limited({ handshake: `${seconds}s` });
  const began = Date.now();
  const heads = ['GET /v1/events HT', 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: 1\r\n', '',
    'POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/cloudevents+json\r\nContent-Length: 100\r\n\r\n{'];
  const ends = Array.from({ length: count }, (_, i) => new Promise((done) => {
    const socket = net.connect(service.port, '127.0.0.1', () => heads[i % 4] && socket.write(heads[i % 4]));
    const drip = setInterval(() => i % 4 !== 2 && socket.write('x'), 1000);
    socket.on('data', () => {});
    socket.on('error', () => {});
    socket.on('close', () => done((clearInterval(drip), Date.now() - began)));
  }));
  await sleep(500);
  const a = await agent(service, 'ana');
  const p = await platform(service);
  p.send(event('call.answered', 'c1', { agent: 'ana' }));
  await a.next('call');
  const took = await Promise.all(ends);
  say(t, `${count} slow handshakes closed after ${Math.min(...took)} to ${Math.max(...took)} ms (bound ${seconds} s); peak ${mb(peakMemory(service))}`);
  assert.ok(Math.min(...took) >= seconds * 1000 - 100);
  if (full) assert.ok(Math.max(...took) < seconds * 1000 + 3000);
  await service.stop();
});

test('messages of 20 MB are closed 1009, and take no memory', async (t) => {
  const count = size('LARGE', 5, 50);
  const service = await limited();
  const before = memory(service);
  const text = 'x'.repeat(20 << 20);
  const closed = await Promise.all(Array.from({ length: count }, async () => {
    const p = await platform(service);
    p.socket.on('error', () => {});
    p.send(event('call.started', 'c1'));
    p.send(text);
    return p.closed;
  }));
  assert.ok(closed.every(({ code }) => code === 1009));
  say(t, `${count} messages of 20 MB at once: ${mb(before)} before, peak ${mb(peakMemory(service))}`);
  if (full) assert.ok(peakMemory(service) < before + count * 4);
  assert.equal((await metrics(service)).events_accepted_total, count);
  await service.stop();
});

test('a storm of agents who come back: all are welcomed with their calls', async (t) => {
  const count = size('STORM', 300, 5000);
  const data = temporaryDir();
  const rules = rulesWithProbe();
  let service = await start({ data, rules });
  const p = await platform(service);
  for (let i = 0; i < count; i += 100) {
    p.send(Array.from({ length: Math.min(100, count - i) }, (_, j) => event('call.answered', `storm-c${i + j}`, { agent: `storm-${i + j}` })));
    await sleep(1);
  }
  await p.next((m) => m.type === 'ack' && m.events === count, 30_000);
  const welcomed = () => {
    let times = [];
    const began = Date.now();
    const open = (i) => new Promise((done, fail) => {
      const thin = thinSocket(service.port, `/v1/agent?agent=storm-${i}`, {
        onMessage: (bytes) => {
          const text = bytes.toString('latin1');
          if (!text.includes('"type":"welcome"')) return;
          if (!text.includes(`"storm-c${i}"`)) return fail(new Error(text));
          times.push(Date.now() - began);
          done(thin);
        },
      });
      thin.opened.catch(fail);
    });
    return Promise.all(Array.from({ length: count }, (_, i) => open(i))).then((all) => ({ all, last: Math.max(...times) }));
  };
  const first = await welcomed();
  await service.kill();
  service = await start({ data, rules, listen: `127.0.0.1:${service.port}` });
  const probe = await Probe.start(service);
  await probe.over(500);
  const storm = welcomed();
  const again = await storm;
  const during = await probe.figures();
  const calm = await probe.over(1000);
  say(t, `${count} agents come back at once: the last has its welcome after ${again.last} ms (the first time ${first.last} ms); ` +
    `meanwhile an event takes ${shown(during)}; afterwards ${shown(calm)}; peak ${mb(peakMemory(service))}`);
  assert.equal((await metrics(service)).screens, count + 10);
  probe.stop();
  [...first.all, ...again.all].forEach(({ socket }) => socket.destroy());
  assert.equal((await service.stop()).code, 0);
});

test('a burst of ten times the usual load: nothing acked is lost, memory is bounded, then calm', async (t) => {
  const rate = size('RATE', 1000, 10_000);
  const seconds = size('BURST_SECONDS', 2, 60);
  const data = temporaryDir();
  const rules = rulesWithProbe();
  const service = await start({ data, rules });
  const probe = await Probe.start(service);
  const load = new Load(service, 4);
  await load.opened;
  load.start(rate);
  await sleep(2000);
  const usual = await probe.over(full ? 10_000 : 1000);
  const sentBefore = load.sent;
  load.rate = rate * 10;
  await probe.figures();
  const waits = { events_under_way_bytes: 0, engine_queue_messages: 0, screens_queue_outputs: 0, journal_pending_bytes: 0 };
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const now = await metrics(service);
    for (const name of Object.keys(waits)) waits[name] = Math.max(waits[name], now[name]);
    await sleep(200);
  }
  const burst = await probe.figures();
  const reached = (load.sent - sentBefore) / seconds;
  const peak = peakMemory(service);
  load.rate = rate;
  await sleep(full ? 10_000 : 1000);
  const calm = await probe.over(full ? 5000 : 500);
  load.stop();
  await load.settled(60_000);
  say(t, `usual, ${rate} events/s: ${shown(usual)}`);
  say(t, `burst, ${reached.toFixed(0)} events/s sent for ${seconds} s: ${shown(burst)}; peak ${mb(peak)}; waits at most ${JSON.stringify(waits)}`);
  say(t, `10 s after: ${shown(calm)}; ${mb(memory(service))}`);
  assert.equal(load.rejected, 0);
  assert.ok(waits.events_under_way_bytes < 80 << 20);
  assert.ok(waits.journal_pending_bytes < 160 << 20);
  if (full) assert.ok(calm.p99 < Math.max(usual.p99 * 2, 10), 'calm again');
  probe.stop();
  await sleep(200);
  await service.kill();
  const again = await start({ data, rules });
  const replayed = journalled(again);
  assert.ok(replayed >= load.acked, `${replayed} of ${load.acked}`);
  say(t, `${load.acked} events acked, ${replayed} in the journal after kill -9`);
  load.close();
  await again.stop();
});

test('reloads under load, half of them wrong: whole sets only, nothing dropped', async (t) => {
  const count = size('RELOADS', 20, 1000);
  const dir = temporaryDir();
  const link = join(dir, 'rules');
  const rule = (id, version) => `rules:\n  - id: ${id}\n    title: T\n    when: call.answered\n    suggest:\n      - headline: ${version}\n`;
  const good = new Set();
  const write = (version) => {
    const to = join(dir, version);
    mkdirSync(to);
    const wrong = version.startsWith('wrong');
    writeFileSync(join(to, 'a.yaml'), rule('a', version));
    writeFileSync(join(to, 'b.yaml'), wrong ? rule('b', version).replace('call.answered', 'call.answerd') : rule('b', version));
    if (!wrong) good.add(version);
    symlinkSync(to, `${link}.new`);
    renameSync(`${link}.new`, link);
  };
  write('good-0');
  const service = await start({ rules: link });
  const a = await agent(service, 'ana');
  const p = await platform(service);
  const raised = new Map();
  a.onmessage = (m) => {
    a.messages.length = 0;
    if (m.type !== 'raised') return;
    const of = raised.get(m.suggestion.call) ?? [];
    raised.set(m.suggestion.call, [...of, m.suggestion]);
  };
  p.onmessage = (m) => {
    assert.equal(m.type, 'ack');
    p.messages = [m];
  };
  let calls = 0, messages = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < 3; ++i, ++calls, messages += 3) {
      p.send(event('call.answered', `c${calls}`, { agent: 'ana' }));
      p.send(event('call.held', `c${calls}`));
      p.send(event('call.ended', `c${calls}`));
    }
  }, 2);
  // In all of the log: a line may come in two pieces.
  const said = (words) => service.log.split(words).length - 1;
  const seen = () => said('rules taken over') + said('are refused, the running');
  const began = Date.now();
  for (let i = 1; i <= count; ++i) {
    const before = seen();
    write(`${i % 2 ? 'wrong' : 'good'}-${i}`);
    await until(`reload ${i}`, () => seen() > before);
  }
  const took = Date.now() - began;
  clearInterval(timer);
  await until('all is acknowledged', () => p.messages.at(-1)?.messages === messages);
  await until('each call was decided', () => raised.size === calls);
  const [taken, refused] = [said('rules taken over'), said('are refused, the running')];
  assert.equal(taken, Math.floor(count / 2));
  assert.equal(refused, Math.ceil(count / 2));
  let pairs = 0;
  for (const [call, list] of raised) {
    assert.equal(list.length % 2, 0, call);
    for (let i = 0; i < list.length; i += 2, ++pairs) {
      assert.deepEqual([list[i].rule, list[i + 1].rule], ['a', 'b'], call);
      assert.equal(list[i].headline, list[i + 1].headline, `${call}: a mixed set`);
      assert.ok(good.has(list[i].headline), `${call}: a set with an error`);
    }
  }
  say(t, `${count} reloads (${refused} refused whole) in ${(took / 1000).toFixed(0)} s beside ${(messages / (took / 1000)).toFixed(0)} events/s: ` +
    `${calls} calls, ${pairs} decided by one set, 0 by a mixed one, 0 dropped; peak ${mb(peakMemory(service))}`);
  assert.equal((await service.stop()).code, 0);
});

test('SIGTERM under load: what is acked is kept, sockets close with 1001, the end is 0 in time', async (t) => {
  const data = temporaryDir();
  const rules = rulesWithProbe();
  const service = await start({ data, rules });
  const load = new Load(service, size('SENDERS', 4, 16));
  await load.opened;
  const codes = Promise.all(load.sockets.map((s) => new Promise((done) => s.on('close', (code) => done(code)))));
  const screens = await Promise.all(Array.from({ length: 20 }, (_, i) => agent(service, `load-${i}`)));
  screens.slice(0, 10).forEach((s) => s.socket.pause());
  const mute = await Promise.all(Array.from({ length: 10 }, () => thinSocket(service.port, '/v1/events', { answers: false }).opened));
  const half = Array.from({ length: 10 }, () => net.connect(service.port, '127.0.0.1').on('error', () => {}));
  half.forEach((s) => s.write('POST /v1/events HTTP/1.1\r\nContent-Le'));
  load.start(1_000_000, 8 << 20);
  await sleep(size('DRAIN_AFTER', 1000, 5000));
  const began = Date.now();
  const ended = service.stop();
  assert.equal((await screens[15].closed).code, 1001);
  assert.deepEqual(await ended, { code: 0, signal: null });
  const took = Date.now() - began;
  load.stop();
  assert.ok(took < 10_000 * slowness, `${took} ms`);
  assert.ok((await codes).every((code) => code === 1001));
  const again = await start({ data, rules });
  const replayed = journalled(again);
  assert.ok(load.acked > 0 && replayed >= load.acked, `${replayed} of ${load.acked}`);
  say(t, `ended in ${took} ms under a flood; ${load.acked} acked, ${replayed} in the journal, ${load.sent} sent`);
  load.close();
  [...mute.map((m) => m.socket), ...half].forEach((s) => s.destroy());
  screens.forEach((s) => s.socket.terminate());
  await again.stop();
});
