/// Where cards stand on the screen: the display order, bent for as long as a hand is on the list.
///
/// An agent has two seconds to hit a button mid-call. So while the pointer is over a card, or the
/// focus is in one, no card moves: one that comes is put below the others, one that goes keeps its
/// room and says why it went. When the hand leaves, the list settles into the service's order.

import type { Suggestion } from './wire.js';

export interface Leaving {
  reason: string;
  /// When its slot may close, in milliseconds.
  until: number;
  /// This screen asked for it: the agent knows, and expects the list to close up.
  own: boolean;
}

export interface Slot {
  suggestion: Suggestion;
  leaving: Leaving | null;
}

export interface Hand {
  pointer: boolean;
  focus: boolean;
}

export const NO_HAND: Hand = { pointer: false, focus: false };

/// The slots for `standing` (in display order) after `slots`. `farewell` says of a suggestion that
/// stands no longer why, and until when its slot lingers. Pure.
export function arrange(
  slots: readonly Slot[],
  standing: readonly Suggestion[],
  farewell: (id: string) => Leaving,
  hand: Hand,
  now: number,
): Slot[] {
  const byId = new Map(standing.map((suggestion) => [suggestion.id, suggestion]));
  const kept = slots
    .map((slot) => update(slot, byId.get(slot.suggestion.id), farewell))
    .filter((slot) => !mayClose(slot, hand, now));
  return hand.pointer || hand.focus ? inPlace(kept, standing) : inOrder(kept, standing);
}

/// When the next slot may close, whatever the hand does; null if none is leaving.
export function nextClosing(slots: readonly Slot[]): number | null {
  const moments = slots.flatMap((slot) => (slot.leaving ? [slot.leaving.until] : []));
  return moments.length === 0 ? null : Math.min(...moments);
}

/// Suggestions that stand out of order for the sake of the hand, the first of them first.
export function displaced(slots: readonly Slot[], standing: readonly Suggestion[]): Suggestion[] {
  const shown = slots.filter((slot) => slot.leaving === null).map((slot) => slot.suggestion.id);
  return standing.filter((suggestion, rank) => shown.indexOf(suggestion.id) > rank);
}

function update(slot: Slot, standing: Suggestion | undefined, farewell: (id: string) => Leaving): Slot {
  if (standing) return { suggestion: standing, leaving: null };
  return slot.leaving ? slot : { ...slot, leaving: farewell(slot.suggestion.id) };
}

/// A pointer that rests where a card was would find the next one's buttons under it, so it keeps
/// every slot open; the focus only those that the agent did not close.
function mayClose(slot: Slot, hand: Hand, now: number): boolean {
  if (slot.leaving === null || now < slot.leaving.until || hand.pointer) return false;
  return slot.leaving.own || !hand.focus;
}

function inPlace(kept: readonly Slot[], standing: readonly Suggestion[]): Slot[] {
  const known = new Set(kept.map((slot) => slot.suggestion.id));
  const fresh = standing.filter((suggestion) => !known.has(suggestion.id));
  return [...kept, ...fresh.map((suggestion) => ({ suggestion, leaving: null }))];
}

/// The display order; what is leaving stays behind the slot that it stood behind.
function inOrder(kept: readonly Slot[], standing: readonly Suggestion[]): Slot[] {
  const result: Slot[] = standing.map((suggestion) => ({ suggestion, leaving: null }));
  kept.forEach((slot, index) => {
    if (slot.leaving === null) return;
    const before = kept[index - 1]?.suggestion.id;
    const at = result.findIndex((other) => other.suggestion.id === before);
    result.splice(at + 1, 0, slot);
  });
  return result;
}
