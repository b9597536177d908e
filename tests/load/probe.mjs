// Sends a step of a call, and looks how long until the screen of its agent shows what that does.
import { WebSocket } from '../server/node/service.mjs';

const { ws, agents, rate, calls, prefix } = JSON.parse(process.argv[2]);
const open = async (url) => {
  const socket = new WebSocket(url, ['agent-assist.v1'], { perMessageDeflate: false });
  await new Promise((done, fail) => socket.on('open', done).on('error', fail));
  return socket;
};
const names = Array.from({ length: agents }, (_, i) => `${prefix}-${i}`);
const sentAt = new Map();
let lengths = [], missed = 0;

for (const name of names) {
  const socket = await open(`${ws}/v1/agent?agent=${name}`);
  socket.on('message', (data) => {
    const m = JSON.parse(data);
    const call = m.type === 'raised' ? m.suggestion.call : m.type === 'withdrawn' ? m.call : undefined;
    const began = sentAt.get(call);
    if (began === undefined) return;
    sentAt.delete(call);
    lengths.push(performance.now() - began);
  });
}
const platform = await open(`${ws}/v1/events`);
let last = 0;
const send = (type, subject, data) =>
  platform.send(JSON.stringify({ specversion: '1.0', id: String(++last), source: `/${prefix}`, type, subject, data }));
const all = Array.from({ length: calls }, (_, i) => ({ id: `${prefix}-c${i}`, on: false }));
all.forEach(({ id }, i) => send('call.answered', id, { agent: names[i % agents] }));

let next = 0, due = 0, then = performance.now();
setInterval(() => {
  const now = performance.now();
  due = Math.min(due + ((now - then) * rate) / 1000, rate);
  then = now;
  for (; due >= 1; --due) {
    const call = all[next++ % all.length];
    // What is still awaited is measured to its end; the next one of the call is left out.
    if (sentAt.has(call.id)) {
      ++missed;
      continue;
    }
    call.on = !call.on;
    sentAt.set(call.id, performance.now());
    send('call.step', call.id, { step: call.on ? 'probe' : 'other' });
  }
}, 1);

process.on('message', () => {
  lengths.sort((a, b) => a - b);
  const at = (share) => lengths[Math.min(lengths.length - 1, Math.floor(lengths.length * share))] ?? NaN;
  process.send({ type: 'figures', n: lengths.length, p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1), missed });
  lengths = [];
  missed = 0;
});
process.send({ type: 'ready' });
process.on('disconnect', () => process.exit());
