/// How long to wait before connecting again: soon at first, since most cuts are a moment long, then
/// slower, and never in step with the other screens that lost the same service.

const FIRST_MS = 200;
const BASE_MS = 500;
const MOST_MS = 10_000;

/// The pause before try `attempt` (from 0), in milliseconds. `random` is in [0, 1). Half of the
/// pause is fixed, so that a service that refuses is not asked in a burst.
export function pauseMs(attempt: number, random: number): number {
  if (attempt === 0) return Math.round(FIRST_MS * random);
  const full = Math.min(MOST_MS, BASE_MS * 2 ** Math.min(attempt - 1, 16));
  return Math.round(full * (0.5 + random / 2));
}
