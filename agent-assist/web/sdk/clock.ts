/// The panel's clocks: lengths of time from a call's timestamps, as text. Pure; `now` is given, in
/// milliseconds since 1970 by the service's clock (see `Connection.now`).

import type { Call } from './wire.js';

export interface Clocks {
  /// Seconds since the first answer; null before it.
  talk: number | null;
  /// Seconds of the present hold; null when not on hold.
  hold: number | null;
  /// Seconds of all holds, the present one counted.
  held: number;
  /// Seconds spent waiting for an agent.
  wait: number | null;
}

/// When a call's message came, and since when the panel knew it on hold. The protocol's CALL says
/// only that it is; a service that sends `held_at` and `hold_total_seconds` makes the clocks exact.
export interface Known {
  at: number;
  hold_since: number | null;
}

/// What is known of `call` after a message at `now`; `before` is what was known until then.
export function learn(call: Call, before: Known | undefined, now: number): Known {
  if (!call.on_hold) return { at: now, hold_since: null };
  const since = call.held_at === null ? (before?.hold_since ?? now) : Date.parse(call.held_at);
  return { at: now, hold_since: since };
}

export function clocks(call: Call, known: Known, now: number): Clocks {
  const hold = known.hold_since === null ? null : seconds(known.hold_since, now);
  const running = call.on_hold ? seconds(known.at, now) : 0;
  return {
    talk: call.answered_at === null ? null : seconds(Date.parse(call.answered_at), now),
    hold,
    held: call.hold_total_seconds === null ? (hold ?? 0) : call.hold_total_seconds + running,
    wait: wait(call, known, now),
  };
}

/// `wait_seconds` is the wait so far: it runs on only while nobody answered.
function wait(call: Call, known: Known, now: number): number | null {
  if (call.wait_seconds !== null) {
    return call.wait_seconds + (call.answered_at === null ? seconds(known.at, now) : 0);
  }
  if (call.started_at === null) return null;
  const end = call.answered_at === null ? now : Date.parse(call.answered_at);
  return seconds(Date.parse(call.started_at), end);
}

/// Never negative: an agent's computer may be a little behind the service.
function seconds(from: number, to: number): number {
  return Math.max(0, (to - from) / 1000);
}

/// `0:07`, `12:34`, `1:02:03`.
export function clockText(length: number): string {
  const whole = Math.floor(length);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/// The same for a screen reader: `2 minutes 5 seconds`.
export function spokenLength(length: number): string {
  const whole = Math.floor(length);
  const part = (n: number, unit: string) => (n === 0 ? [] : [`${n} ${unit}${n === 1 ? '' : 's'}`]);
  const parts = [
    ...part(Math.floor(whole / 3600), 'hour'),
    ...part(Math.floor(whole / 60) % 60, 'minute'),
    ...part(whole % 60, 'second'),
  ];
  return parts.length === 0 ? '0 seconds' : parts.join(' ');
}

/// How long a suggestion stands: `just now`, `25 s`, `3 min`, `1 h 5 min`. Steps of five seconds in
/// the first minute: a figure that changes each second draws the eye, and means nothing here.
export function sinceText(raisedAt: string, now: number): string {
  const raised = Date.parse(raisedAt);
  if (Number.isNaN(raised)) return '';
  const length = Math.floor(seconds(raised, now));
  if (length < 5) return 'just now';
  if (length < 60) return `${length - (length % 5)} s`;
  const minutes = Math.floor(length / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}
