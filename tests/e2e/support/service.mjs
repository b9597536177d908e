/// The real service, as its users run it: the program, the rules and the config that ship, a data
/// directory of its own, a free port.

import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { DIST, ROOT } from './tools.mjs';

const BUILDS = ['build/release/agent-assist', 'build/dev/agent-assist'].map((path) => ROOT + path);
const isProgram = (path) => existsSync(path) && statSync(path).isFile();

/// AGENT_ASSIST_BIN, else the newest build; undefined where nothing is built.
export const PROGRAM =
  process.env.AGENT_ASSIST_BIN ||
  BUILDS.filter(isProgram).sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];

const START_MS = 15_000;

export class Service {
  #child;
  #log = '';
  #ids = 0;
  url = '';

  constructor(data) {
    this.data = data;
  }

  static async start(data) {
    const service = new Service(data);
    await service.run();
    return service;
  }

  /// Runs it, on the port that it had before if it ran before. Returns once it listens.
  async run() {
    const listen = this.url === '' ? '127.0.0.1:0' : new URL(this.url).host;
    const config = `${ROOT}config/agent-assist.yaml`;
    const args = ['serve', '--listen', listen, '--rules', `${ROOT}rules`, '--data', this.data];
    const known = existsSync(config) ? ['--config', config] : [];
    this.#child = spawn(PROGRAM, [...args, ...known, '--web', DIST]);
    this.#child.stderr.on('data', (text) => (this.#log += text));
    this.url = await Promise.race([this.#listening(), this.#ended(), after(START_MS)]);
    if (!this.url) throw new Error(`the service does not start:\n${this.#log}`);
  }

  /// Without a word: what was not yet on disk is lost.
  async kill() {
    await this.#end('SIGKILL');
  }

  async stop() {
    await this.#end('SIGTERM');
  }

  /// Posts events; fails unless all of them are taken.
  async post(...events) {
    for (const event of events) {
      const body = { specversion: '1.0', id: `e${++this.#ids}`, source: '/tests/e2e', data: {}, ...event };
      const answer = await fetch(`${this.url}/v1/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/cloudevents+json' },
        body: JSON.stringify(body),
      });
      if (answer.status !== 202) throw new Error(`${event.type}: ${answer.status} ${await answer.text()}`);
    }
  }

  async #listening() {
    for await (const line of createInterface({ input: this.#child.stdout })) {
      const url = /listening on (http:\S+)/.exec(line)?.[1];
      if (url) return url.replace(/\/$/, '');
    }
    return '';
  }

  async #ended() {
    await once(this.#child, 'exit');
    return '';
  }

  async #end(signal) {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }
}

async function after(ms) {
  await new Promise((resolve) => setTimeout(resolve, ms).unref());
  return '';
}
