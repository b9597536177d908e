import { expect, it } from 'vitest';
import { pauseMs } from './backoff.js';

it('the first try follows at once, give or take', () => {
  expect(pauseMs(0, 0)).toBe(0);
  expect(pauseMs(0, 0.999)).toBeLessThanOrEqual(200);
});

it('pauses grow, and stop growing', () => {
  const most = [1, 2, 3, 4, 5, 6, 7, 1000].map((attempt) => pauseMs(attempt, 1));
  expect(most).toEqual([500, 1000, 2000, 4000, 8000, 10000, 10000, 10000]);
});

it('no pause after the first is shorter than half of its full length', () => {
  expect([1, 2, 9].map((attempt) => pauseMs(attempt, 0))).toEqual([250, 500, 5000]);
});
