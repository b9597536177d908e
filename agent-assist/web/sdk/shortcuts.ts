/// Keyboard shortcuts: which key means what, and when a key is not ours.

import type { Verdict } from './wire.js';

export type Action = 'next' | 'previous' | 'note' | Verdict;

export const KEYS: Readonly<Record<string, Action>> = {
  j: 'next',
  k: 'previous',
  u: 'used',
  n: 'dismissed',
  h: 'helpful',
  x: 'unhelpful',
  o: 'note',
};

export type Stroke = Pick<
  KeyboardEvent,
  'key' | 'ctrlKey' | 'altKey' | 'metaKey' | 'shiftKey' | 'repeat' | 'isComposing' | 'defaultPrevented'
>;

/// The action of a keystroke, or null. A held-down key moves on through the cards, but gives its
/// verdict only once: with the key still down the next card would be judged unread.
export function actionOf(stroke: Stroke, typing: boolean): Action | null {
  if (typing || stroke.isComposing || stroke.defaultPrevented) return null;
  if (stroke.ctrlKey || stroke.altKey || stroke.metaKey || stroke.shiftKey) return null;
  const key = stroke.key.toLowerCase();
  const action = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  if (!action) return null;
  return stroke.repeat && action !== 'next' && action !== 'previous' ? null : action;
}

/// Whether `target` takes text, so that letters belong to it.
export function takesText(target: EventTarget | undefined): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !PRESSED.has(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/// Inputs that are pressed, not written in.
const PRESSED: ReadonlySet<string> = new Set(['button', 'checkbox', 'image', 'radio', 'reset', 'submit']);
