/// A stand-in for the service, for states of the panel that a healthy service does not show: silent,
/// malformed, refusing, cut at a chosen moment. What users have is tested against the service.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, normalize } from 'node:path';
import { DIST, WebSocketServer } from './tools.mjs';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/// The service's own.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

export class StandIn {
  /// What a screen is greeted with; null: the socket opens, and nothing is said.
  calls = [];
  greets = true;
  /// With it, POST /v1/tickets asks for this token, and sockets need a ticket.
  token = null;
  /// Answers 503 to who wants a socket: a service that is not ready yet.
  busy = false;
  /// How often a socket was asked for in vain, and a ticket at all.
  turnedAway = 0;
  ticketRequests = 0;
  /// What the panel sent, parsed.
  received = [];
  /// How often a screen connected.
  connections = 0;

  #http = createServer((request, response) => this.#serve(request, response));
  #sockets = new WebSocketServer({ noServer: true });
  #seq = 0;
  #port = 0;

  static async start(port = 0) {
    const server = new StandIn();
    await server.listen(port);
    return server;
  }

  constructor() {
    this.#http.on('upgrade', (request, socket, head) => {
      if (this.busy) return this.#turnAway(socket);
      if (!this.#admits(request)) return socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
      this.#sockets.handleUpgrade(request, socket, head, (ws) => this.#greet(ws, request));
    });
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  async listen(port = this.#port) {
    await new Promise((resolve) => this.#http.listen(port, '127.0.0.1', resolve));
    this.#port = this.#http.address().port;
  }

  /// Ends as a killed process does: every connection at once, and nobody listens.
  async kill() {
    this.#sockets.clients.forEach((ws) => ws.terminate());
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  /// Ends every connection, and is busy from now on.
  turnBusy() {
    this.busy = true;
    this.#sockets.clients.forEach((ws) => ws.terminate());
  }

  /// Leaves sockets open, and never says a word on them again.
  fallSilent() {
    this.greets = false;
    this.#sockets.clients.forEach((ws) => ws.pause());
  }

  send(message) {
    this.sendText(JSON.stringify({ seq: ++this.#seq, ...message }));
  }

  sendText(text) {
    this.#sockets.clients.forEach((ws) => ws.send(text));
  }

  raise(suggestion) {
    this.send({ type: 'raised', suggestion });
  }

  withdraw(id, reason = 'no_longer_true', call = 'c1') {
    this.send({ type: 'withdrawn', id, call, reason });
  }

  #turnAway(socket) {
    this.turnedAway++;
    socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n');
  }

  #admits(request) {
    const query = new URL(request.url, this.url).searchParams;
    return this.token === null || query.get('ticket') === `ticket-for-${this.token}`;
  }

  #greet(ws, request) {
    this.connections++;
    const agent = new URL(request.url, this.url).searchParams.get('agent') ?? 'ana';
    ws.on('message', (data) => this.#hear(ws, JSON.parse(String(data))));
    if (this.greets) ws.send(JSON.stringify({ type: 'welcome', seq: ++this.#seq, agent, calls: this.calls }));
  }

  #hear(ws, message) {
    this.received.push(message);
    this.onFeedback?.(message, (answer) => ws.send(JSON.stringify(answer)));
  }

  async #serve(request, response) {
    const { pathname } = new URL(request.url, this.url);
    if (pathname === '/v1/tickets') return this.#ticket(request, response);
    const path = pathname === '/agent' ? '/agent/index.html' : normalize(pathname);
    try {
      const body = await readFile(DIST + path.slice(1));
      response.writeHead(200, {
        'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  }

  #ticket(request, response) {
    this.ticketRequests++;
    if (this.token === null) return response.writeHead(404).end();
    if (request.headers.authorization !== `Bearer ${this.token}`) return response.writeHead(401).end();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ticket: `ticket-for-${this.token}` }));
  }
}
