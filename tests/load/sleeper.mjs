// Opens screens of agents, says so, and is then stopped from outside: port, count.
import { thinSocket, thinSockets } from './support.mjs';

const [port, count] = process.argv.slice(2).map(Number);
await thinSockets(count, (i) => thinSocket(port, `/v1/agent?agent=half-${i}`));
console.log('open');
setInterval(() => {}, 1000);
