import { describe, expect, it } from 'vitest';
import { readMessage } from './wire.js';

const SUGGESTION = { id: 's1', call: 'c1', headline: 'Leave the bundle offer out' };

function read(message: unknown) {
  return readMessage(typeof message === 'string' ? message : JSON.stringify(message));
}

describe('the door', () => {
  it('reads a message whole, and drops what it does not know', () => {
    const wire = {
      type: 'raised',
      seq: 7,
      suggestion: {
        ...SUGGESTION,
        agent: 'ana',
        rule: 'goodwill',
        name: 'goodwill.waive',
        kind: 'offer',
        say: 'I took the fee off.',
        because: 'Waited 7 minutes',
        priority: 'high',
        steps: [],
        offer: { gesture: 'waive_fee', amount: 25, currency: 'USD' },
        escalate_to: null,
        ask: null,
        follow_up: 'Call back on Friday',
        raised_at: '2026-11-22T10:00:00.250000Z',
        expires_at: null,
        mood: 'new in a later version',
      },
    };
    const { mood: _, ...suggestion } = wire.suggestion;
    expect(read(wire)).toEqual({ kind: 'message', message: { type: 'raised', suggestion }, sent_at: null });
  });

  it('gives what is missing its empty value where nothing depends on it', () => {
    const reading = read({ type: 'welcome', seq: 1, agent: 'ana', calls: [{ id: 'c1', suggestions: [SUGGESTION] }] });
    expect(reading).toMatchObject({
      kind: 'message',
      message: {
        calls: [
          {
            customer: null,
            on_hold: false,
            script: [],
            held_at: null,
            suggestions: [{ kind: 'say', priority: 'normal', say: null, steps: [], offer: null }],
          },
        ],
      },
    });
  });

  it('takes an unknown priority as normal: the words are still worth showing', () => {
    const reading = read({ type: 'raised', suggestion: { ...SUGGESTION, priority: 'dire' } });
    expect(reading).toMatchObject({ message: { suggestion: { priority: 'normal' } } });
  });

  it('takes an empty headline: the rest is still worth showing', () => {
    const reading = read({ type: 'raised', suggestion: { ...SUGGESTION, headline: '', say: 'Sorry.' } });
    expect(reading).toMatchObject({ message: { suggestion: { headline: '', say: 'Sorry.' } } });
  });

  it('tells when the service sent it', () => {
    const reading = read({ type: 'call_gone', call: 'c1', reason: 'ended', sent_at: '2026-11-22T10:00:00Z' });
    expect(reading).toMatchObject({ sent_at: Date.UTC(2026, 10, 22, 10) });
  });

  it.each(['weather', 'constructor', '__proto__'])('leaves a message of type %s to newer panels', (type) => {
    expect(read(`{"type":"${type}"}`)).toEqual({ kind: 'unknown', type });
  });

  it.each([
    ['no JSON', '{"type":', /JSON|Unexpected/],
    ['not an object', '[]', /message is not an object/],
    ['null', 'null', /message is not an object/],
    ['no type', '{}', /"type" is not a text/],
    ['a suggestion without its headline', { type: 'raised', suggestion: { id: 's1', call: 'c1' } }, /"headline"/],
    ['a headline that is no text', { type: 'raised', suggestion: { ...SUGGESTION, headline: 7 } }, /"headline"/],
    ['a suggestion without an id', { type: 'changed', suggestion: { call: 'c1', headline: 'x' } }, /"id"/],
    ['a call that is a text', { type: 'call', call: 'c1' }, /call is not an object/],
    ['calls that are no list', { type: 'welcome', agent: 'ana', calls: {} }, /"calls" is not a list/],
    ['a time that is none', { type: 'call', call: { id: 'c1', answered_at: 'noon' } }, /"answered_at" is not a time/],
    ['steps of numbers', { type: 'raised', suggestion: { ...SUGGESTION, steps: [1] } }, /"steps"/],
    ['an amount in words', { type: 'raised', suggestion: { ...SUGGESTION, offer: { amount: 'ten' } } }, /"amount"/],
    ['a withdrawal of nothing', { type: 'withdrawn', call: 'c1', reason: 'used' }, /"id"/],
  ])('refuses %s, and says what is wrong', (_, message, problem) => {
    const reading = read(message);
    expect(reading).toMatchObject({ kind: 'malformed', problem: expect.stringMatching(problem) });
  });
});
