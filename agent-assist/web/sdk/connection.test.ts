import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ANSWER_MS, Connection, Refused, type ConnectionState } from './connection.js';

/// A socket that does what the test says.
class FakeSocket {
  static readonly OPEN = 1;
  readyState = 0;
  sent: string[] = [];
  closed = false;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(readonly url: string) {}
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.closed = true;
  }
  speak(text: string) {
    this.readyState = FakeSocket.OPEN;
    this.onmessage?.({ data: text });
  }
  die() {
    this.onclose?.();
  }
}

function rig(address: (failures: number) => Promise<string> = async () => 'ws://x/v1/agent') {
  const sockets: FakeSocket[] = [];
  const states: ConnectionState[] = [];
  const heard: string[] = [];
  const connection = new Connection({
    address,
    onMessage: (text) => heard.push(text),
    onState: (state) => states.push(state),
    random: () => 1,
    socket: (url) => {
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
  });
  return { connection, sockets, states, heard, last: () => sockets.at(-1)! };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a connection', () => {
  it('is connected once the service has spoken, not when the socket opens', async () => {
    const { connection, states, heard, last } = rig();
    connection.open();
    await pass(0);
    expect(connection.state).toBe('connecting');
    expect(connection.send('x')).toBe(false);
    last().speak('welcome');
    expect(states).toEqual(['connected']);
    expect(heard).toEqual(['welcome']);
    expect(connection.send('feedback')).toBe(true);
    expect(last().sent).toEqual(['feedback']);
  });

  it('that is cut comes back by itself, at once', async () => {
    const { connection, sockets, states, last } = rig();
    connection.open();
    await pass(0);
    last().speak('welcome');
    last().die();
    expect(states).toEqual(['connected', 'cut']);
    await pass(200);
    expect(sockets).toHaveLength(2);
    last().speak('welcome again');
    expect(states).toEqual(['connected', 'cut', 'connected']);
  });

  it('asks ever more slowly while nobody answers', async () => {
    const { connection, sockets, last } = rig();
    connection.open();
    const tries: number[] = [];
    for (const pause of [200, 500, 1000, 2000]) {
      await pass(0);
      last().die();
      await pass(pause - 1);
      const early = sockets.length;
      await pass(1);
      tries.push(sockets.length - early);
    }
    expect(tries).toEqual([1, 1, 1, 1]);
    expect(sockets).toHaveLength(5);
  });

  it('gives up on a service that takes the socket and says nothing', async () => {
    const { connection, states, last } = rig();
    connection.open();
    await pass(ANSWER_MS);
    expect(last().closed).toBe(true);
    expect(states).toEqual(['cut']);
  });

  it('stops when it is refused, and not when an address is out of reach', async () => {
    const refused = rig(() => Promise.reject(new Refused()));
    refused.connection.open();
    await pass(60_000);
    expect(refused.states).toEqual(['refused']);

    const address = vi.fn(() => Promise.reject(new Error('no ticket: 503')));
    const down = rig(address);
    down.connection.open();
    await pass(5_000);
    expect(down.states).toEqual(['cut']);
    expect(address.mock.calls.length).toBeGreaterThan(3);
  });

  it('tells the address how often it came to nothing', async () => {
    const seen: number[] = [];
    const { connection, last } = rig(async (failures) => (seen.push(failures), 'ws://x'));
    connection.open();
    await pass(0);
    last().die();
    await pass(200);
    last().speak('welcome');
    last().die();
    await pass(200);
    expect(seen).toEqual([0, 1, 1]);
  });

  it('says and tries nothing more once it is closed', async () => {
    const { connection, sockets, states, heard, last } = rig();
    connection.open();
    await pass(0);
    last().speak('welcome');
    const socket = last();
    connection.close();
    socket.speak('late');
    socket.die();
    connection.recheck();
    await pass(60_000);
    expect(socket.closed).toBe(true);
    expect(sockets).toHaveLength(1);
    expect([states, heard]).toEqual([['connected'], ['welcome']]);
  });
});

describe('a recheck', () => {
  it('ends a pause', async () => {
    const { connection, sockets, last } = rig();
    connection.open();
    await pass(0);
    last().die();
    connection.recheck();
    await pass(0);
    expect(sockets).toHaveLength(2);
  });

  it('of a line that is well moves to a new one without a gap', async () => {
    const { connection, sockets, states, heard, last } = rig();
    connection.open();
    await pass(0);
    last().speak('welcome');
    connection.recheck();
    await pass(0);
    sockets[0]!.speak('raised'); // the old line is heard until the new one speaks
    last().speak('welcome again');
    sockets[0]!.speak('echo');
    expect(heard).toEqual(['welcome', 'raised', 'welcome again']);
    expect(states).toEqual(['connected']);
    expect(sockets[0]!.closed).toBe(true);
  });

  it('of a line that only looks open finds it cut', async () => {
    const { connection, states, last } = rig();
    connection.open();
    await pass(0);
    last().speak('welcome');
    connection.recheck();
    await pass(ANSWER_MS);
    expect(states).toEqual(['connected', 'cut']);
  });
});
