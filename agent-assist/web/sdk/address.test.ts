import { describe, expect, it, vi } from 'vitest';
import { address, wantsToken } from './address.js';
import { Refused } from './connection.js';

const PAGE = 'https://desk.example/agent?agent=ana';
const fetching = (status: number, body?: unknown) =>
  vi.fn<typeof fetch>(async () => new Response(body === undefined ? null : JSON.stringify(body), { status }));

describe('the address', () => {
  it.each([
    ['', PAGE, 'wss://desk.example/v1/agent?agent=ana'],
    ['', 'http://127.0.0.1:8080/agent', 'ws://127.0.0.1:8080/v1/agent?agent=ana'],
    ['ws://assist.example/v1/agent', PAGE, 'ws://assist.example/v1/agent?agent=ana'],
    ['https://assist.example/v1/agent', PAGE, 'wss://assist.example/v1/agent?agent=ana'],
    ['/desk/v1/agent', PAGE, 'wss://desk.example/desk/v1/agent?agent=ana'],
  ])('of "%s" on %s', async (src, page, expected) => {
    expect(await address({ src, agent: 'ana', token: '' }, page, fetching(500))).toBe(expected);
  });

  it('escapes the agent', async () => {
    const url = await address({ src: '', agent: 'a&b=c ü', token: '' }, PAGE, fetching(500));
    expect(new URL(url).searchParams.get('agent')).toBe('a&b=c ü');
  });

  it('has a ticket instead of an agent where there is a token, and never the token', async () => {
    const fetcher = fetching(200, { ticket: 't1' });
    const url = await address({ src: '', agent: 'ana', token: 'secret' }, PAGE, fetcher);
    expect(url).toBe('wss://desk.example/v1/agent?ticket=t1');
    expect(fetcher).toHaveBeenCalledWith('https://desk.example/v1/tickets', {
      method: 'POST',
      headers: { Authorization: 'Bearer secret' },
    });
  });

  it.each([401, 403])('is refused when the ticket is, with %d', async (status) => {
    const asked = address({ src: '', agent: '', token: 'old' }, PAGE, fetching(status));
    await expect(asked).rejects.toBeInstanceOf(Refused);
  });

  it('is to be asked for again when the service is in trouble', async () => {
    const asked = address({ src: '', agent: '', token: 'good' }, PAGE, fetching(503));
    await expect(asked).rejects.not.toBeInstanceOf(Refused);
  });
});

it('a service wants a token if it says 401, not if it knows no tickets or is not there', async () => {
  expect(await wantsToken('', PAGE, fetching(401))).toBe(true);
  expect(await wantsToken('', PAGE, fetching(404))).toBe(false);
  expect(await wantsToken('', PAGE, () => Promise.reject(new TypeError('no network')))).toBeNull();
});
