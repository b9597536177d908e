import { describe, expect, it } from 'vitest';
import { clockText, clocks, learn, sinceText, spokenLength } from './clock.js';
import { call } from './samples.js';

const START = Date.UTC(2026, 10, 22, 10);
const at = (seconds: number) => START + seconds * 1000;
const iso = (seconds: number) => new Date(at(seconds)).toISOString();

describe('clocks', () => {
  it('of a call that waits: only the wait runs', () => {
    const waiting = call('c1', { started_at: iso(0) });
    expect(clocks(waiting, learn(waiting, undefined, at(5)), at(12))).toEqual({
      talk: null,
      hold: null,
      held: 0,
      wait: 12,
    });
  });

  it('of an answered call: the wait stands, the talk runs', () => {
    const answered = call('c1', { started_at: iso(0), answered_at: iso(40) });
    const known = learn(answered, undefined, at(41));
    expect(clocks(answered, known, at(100))).toMatchObject({ talk: 60, wait: 40 });
  });

  it('take the service\'s own figures where it sends them', () => {
    const held = call('c1', {
      answered_at: iso(40),
      on_hold: true,
      held_at: iso(60),
      wait_seconds: 25,
      hold_total_seconds: 31,
    });
    const known = learn(held, undefined, at(70));
    expect(clocks(held, known, at(80))).toEqual({ talk: 40, hold: 20, held: 41, wait: 25 });
  });

  it('count a hold from when the panel learned of it, if nothing better is known', () => {
    const talking = call('c1', { answered_at: iso(0) });
    const held = { ...talking, on_hold: true };
    const first = learn(held, learn(talking, undefined, at(10)), at(30));
    const again = learn({ ...held, step: 'solve' }, first, at(50));
    expect(clocks(held, again, at(60))).toMatchObject({ hold: 30, held: 30 });
  });

  it('start anew with the next hold', () => {
    const talking = call('c1', { answered_at: iso(0) });
    const held = { ...talking, on_hold: true };
    const resumed = learn(talking, learn(held, undefined, at(30)), at(50));
    expect(clocks(held, learn(held, resumed, at(70)), at(75)).hold).toBe(5);
  });

  it('never run below zero when the computer is behind the service', () => {
    const ahead = call('c1', { started_at: iso(10), answered_at: iso(12), on_hold: true, held_at: iso(20) });
    expect(clocks(ahead, learn(ahead, undefined, at(0)), at(0))).toEqual({ talk: 0, hold: 0, held: 0, wait: 2 });
  });
});

describe('text', () => {
  it.each([
    [0, '0:00', '0 seconds'],
    [7.9, '0:07', '7 seconds'],
    [61, '1:01', '1 minute 1 second'],
    [754, '12:34', '12 minutes 34 seconds'],
    [3723, '1:02:03', '1 hour 2 minutes 3 seconds'],
    [90000, '25:00:00', '25 hours'],
  ])('of %d seconds is %s', (seconds, clock, spoken) => {
    expect(clockText(seconds)).toBe(clock);
    expect(spokenLength(seconds)).toBe(spoken);
  });

  it.each([
    [-3, 'just now'],
    [4.9, 'just now'],
    [9, '5 s'],
    [59, '55 s'],
    [60, '1 min'],
    [3599, '59 min'],
    [3600, '1 h'],
    [4000, '1 h 6 min'],
  ])('since %d seconds is %s', (seconds, text) => {
    expect(sinceText(iso(0), at(seconds))).toBe(text);
  });

  it('since no known time is nothing', () => {
    expect(sinceText('', START)).toBe('');
  });
});
