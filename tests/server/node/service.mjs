// A real service for a test, and clients for it that are not ours.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const require = createRequire(join(root, 'agent-assist/web/package.json'));
export const WebSocket = require('ws');

export const binary = process.env.ASSIST_BINARY ?? join(root, 'build/release/agent-assist');
if (!existsSync(binary)) throw new Error(`${binary} is not there: build it, or set ASSIST_BINARY`);

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/// How often as long as a plain one a program with sanitizers takes: limits on time grow by it, and
/// nothing else changes.
export const slow = Number(process.env.ASSIST_SLOW ?? 1);

/// Waits for what comes by itself; how long it takes is nothing to a test.
export async function until(what, condition, ms = 30_000) {
  const end = performance.now() + ms * slow;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`never: ${typeof what === 'function' ? what() : what}`);
    await sleep(10);
  }
}

const made = [];
const children = new Set();
// A test that fails leaves its service running: the file ends all the same, and says so at once.
if (process.env.NODE_TEST_CONTEXT) after(() => children.forEach((child) => child.kill('SIGKILL')));
process.on('exit', () => made.forEach((dir) => rmSync(dir, { recursive: true, force: true })));

export function temporaryDir() {
  made.push(mkdtempSync(join(tmpdir(), 'agent-assist-')));
  return made.at(-1);
}

/// Starts `agent-assist serve` on a free port. Resolves once it listens; rejects if it ends before.
export function start({
  data = temporaryDir(),
  rules = join(root, 'rules'),
  listen = '127.0.0.1:0',
  args = [],
  env = {},
} = {}) {
  const child = spawn(
    binary,
    ['serve', '--listen', listen, '--data', data, '--rules', rules, ...args],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } },
  );
  children.add(child);
  const service = { child, data, rules, log: '' };
  child.stderr.on('data', (text) => (service.log += text));
  service.ended = new Promise((done) =>
    // Not `exit`: what it wrote last may still be in the pipes.
    child.on('close', (code, signal) => {
      children.delete(child);
      service.over = true;
      done({ code, signal });
    }),
  );
  /// Resolves once the log says so: it comes by a pipe of its own, perhaps after an answer.
  service.logged = (words) =>
    until(
      () => `the log says ${words}: ${service.log}`,
      () => words.test(service.log) || (service.over && assert.fail(`ended without ${words} in its log: ${service.log}`)),
    );
  service.stop = () => {
    child.kill('SIGTERM');
    return service.ended;
  };
  service.kill = () => {
    child.kill('SIGKILL');
    return service.ended;
  };
  return new Promise((done, fail) => {
    let out = '';
    child.stdout.on('data', (text) => {
      out += text;
      const port = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(out)?.[1];
      if (!port) return;
      service.port = Number(port);
      service.http = `http://127.0.0.1:${port}`;
      service.ws = `ws://127.0.0.1:${port}`;
      // What it logged before may come after, by another pipe.
      service.logged(/replayed \d+ events/).then(() => done(service), fail);
    });
    void service.ended.then(({ code, signal }) =>
      fail(Object.assign(new Error(`ended with ${code ?? signal}: ${service.log}`), { code, service })),
    );
  });
}

/// A WebSocket that keeps what it is sent, and lets a test wait for it.
export class Client {
  constructor(url, protocols = ['agent-assist.v1'], options = {}) {
    this.messages = [];
    this.waiting = [];
    this.socket = new WebSocket(url, protocols, options);
    this.opened = new Promise((done, fail) => {
      this.socket.on('open', done);
      this.socket.on('error', fail);
      this.socket.on('unexpected-response', (_, response) =>
        fail(Object.assign(new Error(`HTTP ${response.statusCode}`), { status: response.statusCode })),
      );
    });
    this.opened.catch(() => {});
    this.closed = new Promise((done) =>
      this.socket.on('close', (code, reason) => done({ code, reason: String(reason) })),
    );
    this.socket.on('message', (data) => this.take(JSON.parse(data)));
  }
  take(message) {
    this.messages.push(message);
    this.onmessage?.(message);
    this.waiting = this.waiting.filter(({ wanted, done }) => !wanted(message) || void done(message));
  }
  /// The first message that fits, of those that came or are to come.
  async next(wanted, ms = 10_000) {
    const fits = typeof wanted === 'string' ? (m) => m.type === wanted : wanted;
    const found = this.messages.find(fits);
    if (found) return found;
    let timer;
    const late = new Promise((_, fail) => {
      timer = setTimeout(
        () => fail(new Error(`waited in vain for ${wanted}; got ${JSON.stringify(this.messages).slice(0, 2000)}`)),
        ms * slow,
      );
    });
    const came = new Promise((done) => this.waiting.push({ wanted: fits, done }));
    return Promise.race([came, late]).finally(() => clearTimeout(timer));
  }
  send(message) {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }
  close() {
    this.socket.close();
    return this.closed;
  }
}

export async function platform(service, protocols) {
  const client = new Client(`${service.ws}/v1/events`, protocols);
  await client.opened;
  return client;
}

export async function agent(service, id, options) {
  const client = new Client(`${service.ws}/v1/agent?agent=${encodeURIComponent(id)}`, undefined, options);
  await client.opened;
  await client.next('welcome');
  return client;
}

let drawn = 0;
/// An event with an id of its own.
export function event(type, subject, data = {}, more = {}) {
  return { specversion: '1.0', id: `${process.pid}-${++drawn}`, source: '/test', type, subject, data, ...more };
}

/// The screen of an agent as the simplest client keeps it: applies each message in order, and
/// fails where one does not fit.
export class ScreenModel {
  calls = new Map();
  take(m) {
    if (m.type === 'welcome') this.calls = new Map(m.calls.map((c) => [c.id, structuredClone(c)]));
    if (m.type === 'call') this.calls.set(m.call.id, structuredClone(m.call));
    if (m.type === 'call_gone' && !this.calls.delete(m.call)) throw new Error(`unknown call ${m.call} gone`);
    if (m.type === 'raised') {
      const list = this.of(m.suggestion.call);
      if (list.some((s) => s.id === m.suggestion.id)) throw new Error(`raised twice: ${m.suggestion.id}`);
      list.push(m.suggestion);
    }
    if (m.type === 'changed') this.replace(m.suggestion.call, m.suggestion.id, [m.suggestion]);
    if (m.type === 'withdrawn') this.replace(m.call, m.id, []);
  }
  of(call) {
    const found = this.calls.get(call);
    if (!found) throw new Error(`unknown call ${call}`);
    return found.suggestions;
  }
  replace(call, id, by) {
    const list = this.of(call);
    const at = list.findIndex((s) => s.id === id);
    if (at < 0) throw new Error(`not on screen: ${id}`);
    list.splice(at, 1, ...by);
  }
}

/// The entry of the snapshot that a start went on from; 0: there was none.
export const snapshot = (service) =>
  Number(/from the snapshot of entry (\d+)/.exec(service.log)?.[1] ?? 0);

/// The events in the journal at a start, where one set of rules stands before them, and no act
/// among those that the snapshot holds.
export const journalled = (service) =>
  Number(/replayed (\d+) events/.exec(service.log)?.[1]) + Math.max(0, snapshot(service) - 1);
