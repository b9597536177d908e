import { describe, expect, it } from 'vitest';
import { actionOf, type Stroke } from './shortcuts.js';

function stroke(key: string, members: Partial<Stroke> = {}): Stroke {
  return {
    key,
    ctrlKey: false,
    altKey: false,
    metaKey: false,
    shiftKey: false,
    repeat: false,
    isComposing: false,
    defaultPrevented: false,
    ...members,
  };
}

describe('shortcuts', () => {
  it.each([
    ['j', 'next'],
    ['k', 'previous'],
    ['u', 'used'],
    ['U', 'used'],
    ['n', 'dismissed'],
    ['h', 'helpful'],
    ['x', 'unhelpful'],
    ['o', 'note'],
  ])('%s is %s', (key, action) => {
    expect(actionOf(stroke(key), false)).toBe(action);
  });

  it.each(['a', 'Enter', 'ArrowDown', 'constructor', ''])('%s is nothing', (key) => {
    expect(actionOf(stroke(key), false)).toBeNull();
  });

  it('are off while the agent types', () => {
    for (const key of ['j', 'k', 'u', 'n', 'h', 'x', 'o']) expect(actionOf(stroke(key), true)).toBeNull();
  });

  it.each(['ctrlKey', 'altKey', 'metaKey', 'shiftKey', 'isComposing', 'defaultPrevented'] as const)(
    'leave a stroke with %s to others',
    (member) => {
      expect(actionOf(stroke('u', { [member]: true }), false)).toBeNull();
    },
  );

  it('move on, but do not judge, while a key is held down', () => {
    expect(actionOf(stroke('j', { repeat: true }), false)).toBe('next');
    expect(actionOf(stroke('u', { repeat: true }), false)).toBeNull();
    expect(actionOf(stroke('o', { repeat: true }), false)).toBeNull();
  });
});
