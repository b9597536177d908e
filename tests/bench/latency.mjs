// How long from an event to the agent's screen: one client of another language (Node's `ws`) sends
// 1,000 events a second over one WebSocket; each one makes a suggestion stand, or go, on a screen
// whose socket the same process reads. Prints percentiles.
import { Client, agent, event, platform, sleep, start, temporaryDir } from '../server/node/service.mjs';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { RATE = '1000', SECONDS = '20', WARM_UP = '2' } = process.env;
const rate = Number(RATE);

const rules = join(temporaryDir(), 'rules');
mkdirSync(rules);
writeFileSync(
  join(rules, 'bench.yaml'),
  `rules:
  - id: greeting
    title: The agent is at the greeting
    when: {call.step: greeting}
    again: yes
    suggest:
      - headline: Greet
        say: Good morning, this is \${ call.agent }.
`,
);

const service = await start({ rules });
const agents = Array.from({ length: 20 }, (_, i) => `agent-${i}`);
const screens = await Promise.all(agents.map((id) => agent(service, id)));
const p = await platform(service);

const calls = Array.from({ length: 200 }, (_, i) => ({ id: `c${i}`, agent: agents[i % agents.length], on: false }));
for (const call of calls) p.send(event('call.answered', call.id, { agent: call.agent }));
await p.next((m) => m.type === 'ack' && m.messages === calls.length);

const sentAt = new Map(); // by call: when the event was sent whose effect is awaited
const lengths = [];
let measuring = false;
for (const screen of screens) {
  screen.onmessage = (m) => {
    screen.messages.length = 0;
    const call = m.type === 'raised' ? m.suggestion.call : m.type === 'withdrawn' ? m.call : undefined;
    const began = sentAt.get(call);
    if (began === undefined) return;
    sentAt.delete(call);
    if (measuring) lengths.push(performance.now() - began);
  };
}
p.onmessage = () => (p.messages.length = 0);

// On a fixed timetable: a late sender does not hide a late service.
const total = rate * (Number(SECONDS) + Number(WARM_UP));
const began = performance.now();
let missed = 0;
for (let i = 0; i < total; ) {
  const due = Math.min(total, Math.floor(((performance.now() - began) * rate) / 1000));
  for (; i < due; ++i) {
    measuring = i >= rate * Number(WARM_UP);
    const call = calls[i % calls.length];
    if (sentAt.delete(call.id)) ++missed;
    call.on = !call.on;
    sentAt.set(call.id, performance.now());
    p.send(event('call.step', call.id, { step: call.on ? 'greeting' : 'discover' }));
  }
  await sleep(1); // without spinning: the service needs its share of two cores
}
await sleep(500);
await service.stop();

lengths.sort((a, b) => a - b);
const at = (share) => lengths[Math.min(lengths.length - 1, Math.floor(lengths.length * share))].toFixed(3);
console.log(
  `latency, event sent to suggestion received, ${rate} events/s, ${lengths.length} measured, ` +
    `${missed + sentAt.size} without effect in time: ` +
    `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, p99.9 ${at(0.999)} ms, max ${at(1)} ms`,
);
process.exit(Number(at(0.5)) < 1 && Number(at(0.99)) < 5 ? 0 : 1);
