/// The panel's line to the service: connects, and when it is cut off connects again, for as long as
/// it is open. Knows nothing of what the messages say.

import { pauseMs } from './backoff.js';
import { PROTOCOL } from './wire.js';

/// `connecting`: for the first time. `connected`: the service has spoken. `cut`: tries again by
/// itself. `refused`: the service wants to know who we are; waits for `open()`.
export type ConnectionState = 'connecting' | 'connected' | 'cut' | 'refused';

/// Thrown by `address()` where to try again without a new token is useless.
export class Refused extends Error {}

export interface ConnectionOptions {
  /// Where to connect. Asked at each try, since a ticket works once; `failures` counts the
  /// cuts and vain tries since the service last spoke.
  address: (failures: number) => Promise<string>;
  onMessage: (text: string) => void;
  onState: (state: ConnectionState) => void;
  /// Tests bring their own.
  socket?: (url: string) => WebSocket;
  random?: () => number;
}

/// A service that does not speak for so long after the request to connect is not there.
export const ANSWER_MS = 8_000;

export class Connection {
  #state: ConnectionState = 'connecting';
  #current: WebSocket | null = null;
  #trial: Trial | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #attempts = 0;
  #closed = true;

  constructor(private readonly options: ConnectionOptions) {}

  get state(): ConnectionState {
    return this.#state;
  }

  open(): void {
    this.close();
    this.#closed = false;
    this.#attempts = 0;
    this.#become('connecting');
    this.#try();
  }

  close(): void {
    this.#closed = true;
    this.#drop();
  }

  /// False, with nothing sent, while not connected.
  send(text: string): boolean {
    if (this.#state !== 'connected' || this.#current?.readyState !== WebSocket.OPEN) return false;
    this.#current.send(text);
    return true;
  }

  /// Connects at once instead of at the end of the pause; where a line looks open, finds out whether
  /// it is. A browser does not tell of the service's pings, so after a sleep or a change of network a
  /// second line is opened beside the first: if it is answered it takes over, without a gap; if not,
  /// both are given up.
  recheck(): void {
    if (!this.#closed && !this.#trial && this.#state !== 'refused') this.#try();
  }

  #try(): void {
    clearTimeout(this.#retry);
    this.#trial = new Trial(this.options, {
      answered: (socket) => this.#adopt(socket),
      failed: (refused) => this.#fail(refused),
    });
    this.#trial.start(this.#attempts);
  }

  #adopt(socket: WebSocket): void {
    this.#trial = null;
    retire(this.#current);
    this.#current = socket;
    this.#attempts = 0;
    socket.onmessage = (event) => this.options.onMessage(String(event.data));
    socket.onclose = () => this.#lost();
    socket.onerror = null;
    this.#become('connected');
  }

  #lost(): void {
    this.#current = null;
    this.#become('cut');
    if (!this.#trial) this.#retryLater();
  }

  #fail(refused: boolean): void {
    this.#drop();
    this.#become(refused ? 'refused' : 'cut');
    if (!refused) this.#retryLater();
  }

  #retryLater(): void {
    const pause = pauseMs(this.#attempts++, (this.options.random ?? Math.random)());
    this.#retry = setTimeout(() => this.#try(), pause);
  }

  #drop(): void {
    clearTimeout(this.#retry);
    this.#trial?.stop();
    this.#trial = null;
    retire(this.#current);
    this.#current = null;
  }

  #become(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.options.onState(state);
  }
}

interface TrialEnd {
  answered: (socket: WebSocket) => void;
  failed: (refused: boolean) => void;
}

/// One try to connect. Ends in exactly one call of `end`, or in none after `stop()`.
class Trial {
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #over = false;

  constructor(
    private readonly options: ConnectionOptions,
    private readonly end: TrialEnd,
  ) {}

  start(failures: number): void {
    this.#timer = setTimeout(() => this.#fail(false), ANSWER_MS);
    this.options.address(failures).then(
      (url) => this.#connect(url),
      (error: unknown) => this.#fail(error instanceof Refused),
    );
  }

  stop(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    retire(this.#socket);
  }

  #connect(url: string): void {
    if (this.#over) return;
    const socket = (this.options.socket ?? openSocket)(url);
    this.#socket = socket;
    socket.onmessage = (event) => this.#answer(socket, String(event.data));
    socket.onclose = () => this.#fail(false);
  }

  #answer(socket: WebSocket, text: string): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.end.answered(socket);
    this.options.onMessage(text);
  }

  #fail(refused: boolean): void {
    if (this.#over) return;
    this.stop();
    this.end.failed(refused);
  }
}

function openSocket(url: string): WebSocket {
  return new WebSocket(url, PROTOCOL);
}

function retire(socket: WebSocket | null): void {
  if (!socket) return;
  socket.onmessage = socket.onclose = socket.onerror = null;
  socket.close();
}
