import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Current, SETTLE_MS } from './current.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function following(...ids: string[]) {
  const current = new Current(() => {});
  current.follow('c1', ids);
  vi.advanceTimersByTime(SETTLE_MS);
  return current;
}

describe('the current card', () => {
  it('is the first, once it was there long enough to be seen', () => {
    const changed = vi.fn();
    const current = new Current(changed);
    current.follow('c1', ['a', 'b']);
    vi.advanceTimersByTime(SETTLE_MS - 1);
    expect(current.id).toBeNull();
    vi.advanceTimersByTime(1);
    expect(current.id).toBe('a');
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it('stays the same one when others come before it', () => {
    const current = following('a', 'b');
    current.follow('c1', ['new', 'a', 'b']);
    vi.advanceTimersByTime(SETTLE_MS);
    expect(current.id).toBe('a');
  });

  it('is none for a while when it goes, then the one in its place', () => {
    const current = following('a', 'b', 'c');
    current.choose('b');
    current.follow('c1', ['a', 'c']);
    vi.advanceTimersByTime(SETTLE_MS - 1);
    expect(current.id).toBeNull();
    vi.advanceTimersByTime(1);
    expect(current.id).toBe('c');
  });

  it('is the one that the agent goes to, at once', () => {
    const current = following('a', 'b');
    current.follow('c1', ['b', 'c']);
    current.choose('c');
    expect(current.id).toBe('c');
    vi.advanceTimersByTime(SETTLE_MS);
    expect(current.id).toBe('c');
    current.choose('gone');
    expect(current.id).toBe('c');
  });

  it('is the first again on another call, and none where no card stands', () => {
    const current = following('a', 'b');
    current.choose('b');
    current.follow('c2', ['x', 'y']);
    vi.advanceTimersByTime(SETTLE_MS);
    expect(current.id).toBe('x');
    current.follow('c2', []);
    vi.advanceTimersByTime(SETTLE_MS);
    expect(current.id).toBeNull();
  });
});
