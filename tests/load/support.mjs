// What the load and fault tests share: sizes, load, the memory of a process, latencies.
import { fork } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket, root, sleep, start, temporaryDir, until } from '../server/node/service.mjs';

export { until };

/// LOAD=full: the sizes of the bars, and the bars on time are checked; else small ones, for ctest.
export const full = process.env.LOAD === 'full';
/// A size: NAME from the environment, else that of the bar, or the small one.
export const size = (name, small, large) => Number(process.env[name] ?? (full ? large : small));

export const PROBE_RULE = `rules:
  - id: probe
    title: The agent is at the step of the probe
    when: {call.step: probe}
    again: yes
    suggest:
      - headline: Probe
        say: This is \${ call.agent }.
`;

/// A directory with the rules that ship and the probe's.
export function rulesWithProbe() {
  const dir = join(temporaryDir(), 'rules');
  cpSync(join(root, 'rules'), dir, { recursive: true });
  writeFileSync(join(dir, 'probe.yaml'), PROBE_RULE);
  return dir;
}

/// A service with limits, and other keys of the config, of its own.
export async function limited(limits = {}, options = {}, config = {}) {
  const dir = temporaryDir();
  const given = (keys, indent = '') => Object.entries(keys).map(([key, value]) => `${indent}${key}: ${value}\n`).join('');
  const lines = given(limits, '  ');
  writeFileSync(join(dir, 'config.yaml'), given({ attributes: 'open', ...config }) + (lines && `limits:\n${lines}`));
  return start({ rules: rulesWithProbe(), ...options, args: ['--config', join(dir, 'config.yaml')] });
}

// --- the process ----------------------------------------------------------------------------------

const status = (pid, name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
export const memory = (service) => status(service.child.pid, 'VmRSS');
export const peakMemory = (service) => status(service.child.pid, 'VmHWM');
/// Seconds of processor time so far.
export function processorTime(service) {
  const fields = readFileSync(`/proc/${service.child.pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export async function metrics(service) {
  const text = await (await fetch(`${service.http}/metrics`, { headers: { connection: 'close' } })).text();
  return Object.fromEntries(
    text.split('\n').filter((line) => line && !line.startsWith('#')).map((line) => [line.split(' ')[0].replace('agent_assist_', ''), Number(line.split(' ')[1])]),
  );
}

const fakeTime = ['x86_64', 'aarch64'].map((cpu) => `/usr/lib/${cpu}-linux-gnu/faketime/libfaketimeMT.so.1`).find(existsSync);
/// For a process whose clock of the day runs so many times as fast; what it waits for does not.
export const fastClock = (speed) => ({ LD_PRELOAD: fakeTime, FAKETIME: `+0 x${speed}`, FAKETIME_DONT_FAKE_MONOTONIC: '1' });

/// The slope of y over x, by least squares.
export function slope(points) {
  const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;
  const mx = mean(points.map(([x]) => x)), my = mean(points.map(([, y]) => y));
  const over = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  return over / points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
}

// --- many connections -----------------------------------------------------------------------------

/// A WebSocket that takes little memory: answers pings, counts frames' first bytes, keeps nothing.
export function thinSocket(port, path, { answers = true, onMessage } = {}) {
  const socket = net.connect(port, '127.0.0.1');
  const thin = { socket, pings: 0 };
  socket.on('error', () => {});
  thin.closed = new Promise((done) => socket.on('close', done));
  thin.opened = new Promise((done, fail) => {
    let head = '';
    socket.once('close', () => fail(new Error('closed in the handshake')));
    const onHead = (data) => {
      head += data.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', onHead);
      socket.on('data', (bytes) => take(bytes));
      if (!head.startsWith('HTTP/1.1 101')) return fail(new Error(head.slice(0, 60)));
      done(thin);
      if (head.length > end + 4) take(Buffer.from(head.slice(end + 4), 'latin1'));
    };
    socket.on('data', onHead);
  });
  thin.opened.catch(() => {});
  const take = (bytes) => {
    // A ping comes by itself: the service sends it into silence.
    if (bytes.length === 2 && bytes[0] === 0x89) {
      ++thin.pings;
      if (answers) socket.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0]));
    } else {
      onMessage?.(bytes);
    }
  };
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  );
  return thin;
}

/// `count` of them, `at once` of them shaking hands at a time.
export async function thinSockets(count, open, atOnce = 200) {
  const all = [];
  while (all.length < count) {
    const some = Array.from({ length: Math.min(atOnce, count - all.length) }, (_, i) => open(all.length + i));
    await Promise.all(some.map((thin) => thin.opened));
    all.push(...some);
  }
  return all;
}

// --- load -----------------------------------------------------------------------------------------

/// What calls live through, an event each; what the shipped rules look at is in it.
const LIFE = [
  ['call.started', '"customer":"p@-#","queue":"QUEUE","area":"AREA","topic":"bill"'],
  ['call.answered', '"agent":"load-#"'],
  ['call.step', '"step":"greeting"'],
  ['call.said', '"speaker":"customer","text":"I have called about this bill twice before and nobody could help me with it."'],
  ['call.sentiment', '"score":-0.6'],
  ['call.held', ''],
  ['call.updated', '"attributes":{"plan":"gold","balance":12.5}'],
  ['call.resumed', ''],
  ['call.said', '"speaker":"agent","text":"Thank you for waiting, I have found the entry that was booked twice."'],
  ['call.ended', '"resolved":true'],
];
const PER_MESSAGE = 50;
const SLOTS = 40; // 2,000 calls at a time
/// VARIED: queues and areas come and go too, as mistyped ones would.
const varied = process.env.VARIED === '1';
const places = (data) => data.replace('QUEUE', varied ? 'q@-#' : 'billing').replace('AREA', varied ? 'a@-#' : 'denver');
const MASK = LIFE.map(([type, data], step) =>
  Array.from({ length: PER_MESSAGE }, (_, i) =>
    `{"specversion":"1.0","id":"@-${i}-${step}","source":"/load","type":"${type}","subject":"@-${i}","data":{${places(data).replaceAll('#', String(i))}}}`,
  ),
);

/// Sends whole lives of calls, at a rate that can be changed; knows what was acknowledged.
export class Load {
  sent = 0;
  acked = 0;
  rejected = 0;
  rate = 0;
  #run = Math.random().toString(36).slice(2, 8);
  #groups = 0;
  #slots = Array.from({ length: SLOTS }, () => ({ step: LIFE.length, group: 0 }));
  #next = 0;
  constructor(service, connections = 2) {
    this.sockets = Array.from({ length: connections }, () => new WebSocket(`${service.ws}/v1/events`, ['agent-assist.v1'], { perMessageDeflate: false }));
    this.opened = Promise.all(this.sockets.map((s) => new Promise((done, fail) => s.on('open', done).on('error', fail))));
    for (const socket of this.sockets) {
      socket.acked = 0;
      socket.on('message', (data) => {
        const m = JSON.parse(data);
        if (m.type === 'ack') {
          this.acked += m.events - socket.acked;
          socket.acked = m.events;
        } else {
          ++this.rejected;
        }
      });
    }
  }
  #message() {
    const slot = this.#slots[this.#next++ % SLOTS];
    if (++slot.step >= LIFE.length) {
      slot.step = 0;
      slot.group = ++this.#groups;
    }
    const text = MASK[slot.step].join(',').replaceAll('@', `${this.#run}${slot.group}`);
    return { text: `[${text}]`, to: this.sockets[slot.group % this.sockets.length] };
  }
  /// On a fixed timetable: a sender that was late catches up. It does not wait for acks; what the
  /// service does not read waits in the kernel, then here, up to `waiting` bytes a socket.
  start(rate, waiting = 4 << 20) {
    this.rate = rate;
    let due = 0, last = performance.now();
    this.timer = setInterval(() => {
      const now = performance.now();
      due = Math.min(due + ((now - last) * this.rate) / 1000, this.rate);
      last = now;
      while (due >= PER_MESSAGE) {
        const { text, to } = this.#message();
        // One call's events go over one socket, in order: a full one stops all.
        if (to.readyState !== WebSocket.OPEN) return;
        to.send(text);
        this.sent += PER_MESSAGE;
        due -= PER_MESSAGE;
        if (to.bufferedAmount > waiting) break;
      }
    }, 2);
    return this;
  }
  stop() {
    clearInterval(this.timer);
    return this;
  }
  settled(ms) {
    return until('all is acknowledged', () => this.acked === this.sent, ms);
  }
  close() {
    this.stop();
    this.sockets.forEach((s) => s.terminate());
  }
}

// --- latency --------------------------------------------------------------------------------------

/// A process of its own that sends events and sees what they do to screens, so that no load in this
/// one is measured.
export class Probe {
  static async start(service, { agents = 10, rate = 200, calls = 200, prefix = 'probe' } = {}) {
    const probe = new Probe();
    probe.child = fork(join(dirname(fileURLToPath(import.meta.url)), 'probe.mjs'), [JSON.stringify({ ws: service.ws, agents, rate, calls, prefix })]);
    await probe.#answer('ready');
    return probe;
  }
  #answer(type) {
    return new Promise((done, fail) => {
      const ended = () => fail(new Error('the probe ended'));
      const take = (m) => {
        if (m.type !== type) return;
        this.child.off('message', take).off('exit', ended);
        done(m);
      };
      this.child.on('message', take).on('exit', ended);
    });
  }
  /// Figures since the last time, in milliseconds.
  async figures() {
    const answer = this.#answer('figures');
    this.child.send('figures');
    return answer;
  }
  async over(ms) {
    await this.figures();
    await sleep(ms);
    return this.figures();
  }
  stop() {
    this.child.removeAllListeners('exit');
    this.child.kill('SIGKILL');
  }
}

export const shown = ({ n, p50, p99, p999, max, missed }) =>
  `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, p99.9 ${p999.toFixed(2)} ms, max ${max.toFixed(1)} ms (${n} measured${missed ? `, ${missed} without effect` : ''})`;
export const mb = (n) => `${n.toFixed(0)} MB`;
