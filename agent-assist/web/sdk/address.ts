/// Where the panel connects to, and as whom.

import { Refused } from './connection.js';

export interface Identity {
  /// The service's `/v1/agent`: `ws:`, `wss:`, `http:`, `https:` or relative; '' for the page's own.
  src: string;
  /// Who the agent is, where the service does not authenticate.
  agent: string;
  /// What the service knows the agent by, where it does.
  token: string;
}

/// The address of the socket. With a token, a ticket is fetched first, since a browser's WebSocket
/// carries no headers. Throws Refused if the service does not accept the token.
export async function address(identity: Identity, page: string, fetcher = fetch): Promise<string> {
  const url = socketUrl(identity.src, page);
  if (identity.token === '') {
    url.searchParams.set('agent', identity.agent);
  } else {
    url.searchParams.set('ticket', await ticket(url, identity.token, fetcher));
  }
  return url.href;
}

/// Whether the service asks for a token: it then answers 401 to a request for a ticket without one.
/// The browser hides why a socket was refused, so this is the way to know. Null if unreachable.
export async function wantsToken(src: string, page: string, fetcher = fetch): Promise<boolean | null> {
  try {
    const answer = await fetcher(ticketUrl(socketUrl(src, page)), { method: 'POST' });
    return answer.status === 401;
  } catch {
    return null;
  }
}

function socketUrl(src: string, page: string): URL {
  const url = new URL(src === '' ? '/v1/agent' : src, page);
  url.protocol = url.protocol === 'https:' || url.protocol === 'wss:' ? 'wss:' : 'ws:';
  url.hash = '';
  return url;
}

function ticketUrl(socket: URL): string {
  const url = new URL('tickets', socket); // /v1/agent → /v1/tickets
  url.protocol = socket.protocol === 'wss:' ? 'https:' : 'http:';
  url.search = '';
  return url.href;
}

async function ticket(socket: URL, token: string, fetcher: typeof fetch): Promise<string> {
  const headers = { Authorization: `Bearer ${token}` };
  const answer = await fetcher(ticketUrl(socket), { method: 'POST', headers });
  if (answer.status === 401 || answer.status === 403) throw new Refused('the token is not accepted');
  if (!answer.ok) throw new Error(`no ticket: ${answer.status}`);
  const body = (await answer.json()) as { ticket?: unknown };
  if (typeof body.ticket !== 'string') throw new Error('no ticket in the answer');
  return body.ticket;
}
