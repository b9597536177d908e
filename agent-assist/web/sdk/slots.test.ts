import { describe, expect, it } from 'vitest';
import { suggestion } from './samples.js';
import { NO_HAND, arrange, displaced, nextClosing, type Leaving, type Slot } from './slots.js';

const POINTER = { pointer: true, focus: false };
const FOCUS = { pointer: false, focus: true };

const [a, b, c, urgent] = ['a', 'b', 'c', 'urgent'].map((id) => suggestion(id)) as [
  ReturnType<typeof suggestion>,
  ReturnType<typeof suggestion>,
  ReturnType<typeof suggestion>,
  ReturnType<typeof suggestion>,
];

function until(moment: number, own = false): (id: string) => Leaving {
  return () => ({ reason: 'no_longer_true', until: moment, own });
}

/// `a b(c)`: c is leaving.
function print(slots: readonly Slot[]): string {
  return slots.map(({ suggestion: { id }, leaving }) => (leaving ? `(${id})` : id)).join(' ');
}

function shown(...standing: ReturnType<typeof suggestion>[]): Slot[] {
  return arrange([], standing, until(0), NO_HAND, 0);
}

describe('with no hand on the list', () => {
  it('slots follow the display order', () => {
    expect(print(arrange(shown(a, b), [urgent, a, b], until(9), NO_HAND, 0))).toBe('urgent a b');
  });

  it('what goes lingers in its place, then closes', () => {
    const leaving = arrange(shown(a, b, c), [a, c], until(2000), NO_HAND, 0);
    expect(print(leaving)).toBe('a (b) c');
    expect(nextClosing(leaving)).toBe(2000);
    expect(print(arrange(leaving, [a, c], until(9), NO_HAND, 1999))).toBe('a (b) c');
    expect(print(arrange(leaving, [a, c], until(9), NO_HAND, 2000))).toBe('a c');
  });

  it('several that go stay in order, and the first stays first', () => {
    expect(print(arrange(shown(a, b, c), [c], until(9), NO_HAND, 0))).toBe('(a) (b) c');
  });

  it('one that comes back is there again', () => {
    const leaving = arrange(shown(a, b), [b], until(9), NO_HAND, 0);
    expect(print(arrange(leaving, [a, b], until(9), NO_HAND, 1))).toBe('a b');
  });

  it('new words take the old ones\' slot', () => {
    const [slot] = arrange(shown(a), [{ ...a, headline: 'Other' }], until(9), NO_HAND, 0);
    expect(slot?.suggestion.headline).toBe('Other');
  });
});

describe.each([
  ['pointer', POINTER],
  ['focus', FOCUS],
])('with the %s on a card', (_, hand) => {
  it('what comes is put below, so that nothing moves', () => {
    const slots = arrange(shown(a, b), [urgent, a, b], until(9), hand, 0);
    expect(print(slots)).toBe('a b urgent');
    expect(displaced(slots, [urgent, a, b]).map((s) => s.id)).toEqual(['urgent']);
  });

  it('what goes keeps its room past its time', () => {
    const slots = arrange(shown(a, b), [b], until(10), hand, 0);
    expect(print(arrange(slots, [b], until(10), hand, 99))).toBe('(a) b');
  });

  it('the list settles when the hand leaves', () => {
    const slots = arrange(shown(a, b), [urgent, b], until(10), hand, 0);
    expect(print(slots)).toBe('(a) b urgent');
    const settled = arrange(slots, [urgent, b], until(10), NO_HAND, 99);
    expect(print(settled)).toBe('urgent b');
    expect(displaced(settled, [urgent, b])).toEqual([]);
  });
});

describe('a card that the agent took off', () => {
  const slots = arrange(shown(a, b), [b], until(10, true), FOCUS, 0);

  it('closes while the focus is in the list: a key made it go', () => {
    expect(print(arrange(slots, [b], until(9), FOCUS, 10))).toBe('b');
  });

  it('keeps its room under a pointer: the next card\'s buttons must not slide under it', () => {
    expect(print(arrange(slots, [b], until(9), POINTER, 10))).toBe('(a) b');
  });
});

describe('displaced', () => {
  it('names nothing that stands in order, whatever is leaving between', () => {
    const slots = arrange(shown(a, b), [b, c], until(9), POINTER, 0);
    expect(print(slots)).toBe('(a) b c');
    expect(displaced(slots, [b, c])).toEqual([]);
  });
});
