import { describe, expect, it } from 'vitest';
import { suggestion } from './samples.js';
import { amountText, announcement, headlineText, kindText, plainText, reasonText } from './words.js';

describe('amounts', () => {
  it.each([
    ['USD', 25, 'en-US', '$25.00'],
    ['EUR', 1234.5, 'de-DE', '1.234,50 €'],
    ['JPY', 500, 'ja-JP', '￥500'],
    ['points', 500, 'en-US', '500 points'],
    [null, 10, 'en-US', '10'],
  ])('in %s', (currency, amount, locale, text) => {
    expect(amountText({ gesture: 'x', amount, currency }, locale)?.replace(/\u00a0/g, ' ')).toBe(text);
  });

  it('that are not given are not made up', () => {
    expect(amountText({ gesture: 'callback', amount: null, currency: 'USD' }, 'en-US')).toBeNull();
  });
});

it('names become words', () => {
  expect(plainText('waive_late-fee')).toBe('Waive late fee');
  expect(plainText('')).toBe('');
});

it('every reason of the protocol has words, and an unknown one a fallback', () => {
  const reasons = ['no_longer_true', 'call_ended', 'transferred', 'rule_changed', 'expired', 'outranked', 'dismissed', 'used'];
  const texts = reasons.map(reasonText);
  expect(new Set(texts).size).toBe(reasons.length);
  expect(texts).not.toContain('Withdrawn');
  expect(reasonText('toString')).toBe('Withdrawn');
});

it('an unknown kind is named as it is', () => {
  expect(kindText('suppress')).toBe('Leave out');
  expect(kindText('call_back')).toBe('Call back');
});

it('what is announced begins with the urgency and ends with the words to say', () => {
  const text = announcement(suggestion('a', { priority: 'urgent', kind: 'suppress', headline: 'No pitch', say: 'Sorry.' }));
  expect(text).toBe('Urgent. Leave out: No pitch. Say: Sorry.');
});

it('a suggestion without a headline is headed and announced by its kind', () => {
  const bare = suggestion('a', { kind: 'ask', headline: ' ', say: 'Is it working?' });
  expect(headlineText(bare)).toBe('Ask');
  expect(announcement(bare)).toBe('Ask. Say: Is it working?');
  expect(headlineText(suggestion('a', { headline: 'No pitch' }))).toBe('No pitch');
});
