// Load for a long time (SECONDS, RATE events a second, SCREENS of agents that watch): what it does
// a second, how long from an event to the screen, and whether memory grows. Prints; fails only if
// something acked is missing.
//
// What is known of events, calls and customers is bounded by days, so memory is level only after
// days: SPEED=4000 (needs libfaketime) lets the service's clock of the day run so much faster, and
// DAYS are what is kept. VARIED=1: queues, areas and incidents come and go too.
import { sleep } from '../server/node/service.mjs';
import { Load, Probe, fastClock, limited, mb, memory, metrics, peakMemory, processorTime, shown, slope, thinSocket, thinSockets } from './support.mjs';

const { SECONDS = '60', RATE = '10000', SCREENS = '50', PROBE_RATE = '500', SPEED = '1', DAYS = '7', VARIED = '0' } = process.env;
const fast = Number(SPEED) > 1;
const kept = { silence: `${DAYS}d`, contacts_kept: `${DAYS}d`, duplicates_kept: `${DAYS}d`, retention: `${DAYS}d`, snapshot_every: `${DAYS}d` };
const service = await limited({}, fast ? { env: fastClock(SPEED) } : {}, fast ? kept : {});
const screens = await thinSockets(Number(SCREENS), (i) => thinSocket(service.port, `/v1/agent?agent=load-${i}`));
const probe = await Probe.start(service, { agents: 50, calls: 200, rate: Number(PROBE_RATE) });
const load = new Load(service, 4);
await load.opened;
load.start(Number(RATE));
let incidents = 0;
const coming = VARIED === '1' && setInterval(() => {
  const [socket] = load.sockets;
  const one = (type, data) => ({ specversion: '1.0', id: `${type}-${incidents}`, source: '/incidents', type, subject: `inc-${incidents}`, data });
  ++incidents;
  socket.send(JSON.stringify([one('incident.opened', { kind: 'outage', areas: ['nowhere'], summary: 'A line is down' }), one('incident.resolved', {})]));
  load.sent += 2;
}, 10);
await sleep(5000);

const samples = [];
await probe.figures();
const began = Date.now(), cpu = processorTime(service), before = load.acked;
while (Date.now() - began < Number(SECONDS) * 1000) {
  await sleep(Math.min(1000, (Number(SECONDS) * 1000) / 20));
  samples.push([(Date.now() - began) / 1000, memory(service), load.acked]);
  if (samples.length % 60 === 0) console.log(`  ${samples.length} s: ${load.acked} acked, ${mb(memory(service))}`);
}
const seconds = (Date.now() - began) / 1000;
const latency = await probe.figures();
const events = load.acked - before;
const busy = ((processorTime(service) - cpu) / seconds) * 100;
clearInterval(coming);
load.stop();
await load.settled(30_000);
const counts = await metrics(service);
const parts = 5;
for (let i = 0; i < parts; ++i) {
  const part = samples.slice(Math.floor((samples.length * i) / parts), Math.floor((samples.length * (i + 1)) / parts));
  console.log(`  ${part[0][0].toFixed(0)} to ${part.at(-1)[0].toFixed(0)} s: ${mb(part[0][1])} to ${mb(part.at(-1)[1])}, ${mb(Math.max(...part.map(([, size]) => size)))} at most, slope ${(slope(part.map(([at, size]) => [at, size])) * 60).toFixed(2)} MB/min`);
}
const tail = samples.slice(Math.floor(samples.length / 2));
const perSecond = slope(tail.map(([at, size]) => [at, size]));
const perEvent = (slope(tail.map(([, size, acked]) => [acked, size])) * 1024 * 1024).toFixed(0);
console.log(`sustained ${seconds.toFixed(0)} s: ${(events / seconds).toFixed(0)} events/s acked (asked for ${RATE}), ${SCREENS} + 50 screens, ${busy.toFixed(0)} % of a core`);
console.log(`  event to screen: ${shown(latency)}`);
console.log(`  memory: ${mb(samples[0][1])} at the start, ${mb(samples.at(-1)[1])} at the end, peak ${mb(peakMemory(service))}; slope ${(perSecond * 60).toFixed(2)} MB/min, ${perEvent} bytes an event`);
console.log(`  ${counts.suggestions_raised_total} raised, ${counts.screen_overruns_total} backlogs ran over, ${counts.calls_live} calls live`);
const good = load.rejected === 0 && load.acked === load.sent;
probe.stop();
load.close();
screens.forEach(({ socket }) => socket.destroy());
// Timers of the system do not come where libfaketime runs the clock fast.
await (fast ? service.kill() : service.stop());
process.exit(good ? 0 : 1);
