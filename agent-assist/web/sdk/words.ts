/// The panel's words for what the service names.

import type { Offer, Priority, Suggestion } from './wire.js';

const REASONS: Readonly<Record<string, string>> = {
  no_longer_true: 'No longer true',
  call_ended: 'The call ended',
  transferred: 'The call was transferred',
  rule_changed: 'The rule was changed',
  expired: 'Its time is over',
  outranked: 'Something else comes first',
  dismissed: 'Dismissed',
  used: 'Used',
};

export function reasonText(reason: string): string {
  return lookUp(REASONS, reason) ?? 'Withdrawn';
}

const KINDS: Readonly<Record<string, string>> = {
  suppress: 'Leave out',
  offer: 'Offer',
  escalate_to: 'Hand over',
  ask: 'Ask',
  follow_up: 'Follow up',
  say: 'Say',
};

export function kindText(kind: string): string {
  return lookUp(KINDS, kind) ?? plainText(kind);
}

const PRIORITY_WORDS: Readonly<Record<Priority, string | null>> = {
  urgent: 'Urgent',
  high: 'High',
  normal: null,
  low: 'Low',
};

export function priorityText(priority: Priority): string | null {
  return PRIORITY_WORDS[priority];
}

/// `waive_fee` as people write it: `Waive fee`.
export function plainText(name: string): string {
  const words = name.replace(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/// The amount in the agent's own notation; an unknown currency is written as it came.
export function amountText(offer: Offer, locale: string | undefined): string | null {
  if (offer.amount === null) return null;
  if (offer.currency === null) return new Intl.NumberFormat(locale).format(offer.amount);
  try {
    const style = { style: 'currency', currency: offer.currency } as const;
    return new Intl.NumberFormat(locale, style).format(offer.amount);
  } catch {
    return `${new Intl.NumberFormat(locale).format(offer.amount)} ${offer.currency}`;
  }
}

/// What stands at the head of a card: a rule's headline may come out empty, a card's never does.
export function headlineText(suggestion: Suggestion): string {
  return suggestion.headline.trim() === '' ? kindText(suggestion.kind) : suggestion.headline;
}

/// What a screen reader says when a suggestion comes.
export function announcement(suggestion: Suggestion): string {
  const urgent = suggestion.priority === 'urgent' ? 'Urgent. ' : '';
  const say = suggestion.say === null ? '' : ` Say: ${suggestion.say}`;
  const what = suggestion.headline.trim() === '' ? '' : `: ${suggestion.headline}`;
  return `${urgent}${kindText(suggestion.kind)}${what}.${say}`;
}

/// Own members only: the service's texts never reach `Object.prototype`.
function lookUp(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
