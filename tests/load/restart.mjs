// How long a start takes: from a snapshot alone, and after kill -9 with all the entries behind the
// snapshot that may ever be left to replay. EVENTS in the journal, LIVE calls, TAIL entries behind
// the snapshot, RATE at which they are sent; ROUNDS of each. Prints; fails if an acknowledged event is
// not there again, or if a start takes longer than BAR seconds.
import { Load, limited, mb, memory, metrics, peakMemory, until } from './support.mjs';
import { journalled, snapshot, sleep, start } from '../server/node/service.mjs';
import { readFileSync } from 'node:fs';

const { EVENTS = '200000', LIVE = '5000', TAIL = '50000', RATE = '30000', ROUNDS = '3', BAR = '' } = process.env;
const load1 = () => readFileSync('/proc/loadavg', 'utf8').split(' ')[0];
const pauses = (service) => [...service.log.matchAll(/snapshot of entry (\d+), (\d+) bytes; it held up the engine for (\d+) ms/g)].map(([, entry, bytes, ms]) => `${entry}: ${ms} ms (${mb(bytes / 2 ** 20)})`);

async function live(service, count) {
  const load = new Load(service, 1);
  await load.opened;
  const [socket] = load.sockets;
  for (let i = 0; i < count; i += 500) {
    const events = [];
    for (let j = i; j < Math.min(count, i + 500); ++j) {
      const event = (type, data) => events.push({ specversion: '1.0', id: `${type}-${j}`, source: '/live', type, subject: `live-${j}`, data });
      event('call.started', { customer: `live-p${j}`, queue: `queue-${j % 200}`, area: `area-${j % 500}`, attributes: { plan: 'gold', balance: j } });
      event('call.answered', { agent: `agent-${j % 5000}` });
    }
    socket.send(JSON.stringify(events));
    load.sent += events.length;
    while (socket.bufferedAmount > 4 << 20) await sleep(5);
  }
  await load.settled(120_000);
  load.close();
}

async function send(service, events) {
  const load = new Load(service, 4);
  await load.opened;
  load.start(Number(RATE));
  await until(`${events} acknowledged`, () => load.acked >= events, 3_600_000);
  load.stop();
  await load.settled(60_000);
  load.close();
  if (load.rejected > 0) throw new Error(`${load.rejected} rejected`);
  return load.sent;
}

async function timed(what, begin) {
  const began = performance.now();
  const service = await begin();
  const seconds = (performance.now() - began) / 1000;
  const counts = await metrics(service);
  const told = /replayed (\d+) events in (\d+) ms/.exec(service.log);
  console.log(`  ${what}: ready after ${seconds.toFixed(2)} s, ${told[1]} events replayed; ${counts.calls_live} calls live, ${mb(memory(service))} (peak ${mb(peakMemory(service))}), load ${load1()}`);
  if (BAR && seconds > Number(BAR)) process.exitCode = 1;
  return service;
}

let service = await limited({ events_remembered: 20_000_000 });
const args = service.child.spawnargs.slice(-2);
const again = () => start({ data: service.data, rules: service.rules, args });
await live(service, Number(LIVE));
let sent = 2 * Number(LIVE) + (await send(service, Math.max(0, Number(EVENTS) - 2 * Number(LIVE))));
console.log(`${sent} events, ${LIVE} calls live; pauses of snapshots: ${pauses(service).join(', ')}`);
for (let i = 0; i < Number(ROUNDS); ++i) {
  const before = service;
  await service.stop();
  console.log(`  at the end: ${pauses(before).at(-1)}`);
  service = await timed('from a snapshot alone', again);
  if (snapshot(service) === 0) throw new Error('no snapshot was used');
}
sent += await send(service, Number(TAIL));
for (let i = 0; i < Number(ROUNDS); ++i) {
  await service.kill();
  service = await timed(`after kill -9`, again);
  if (journalled(service) < sent) throw new Error(`acknowledged ${sent}, in the journal ${journalled(service)}`);
}
await service.kill();
