import { describe, expect, it } from 'vitest';
import { EMPTY, changes, next, place, select, selectedCall, type Panel } from './panel.js';
import { call, step, suggestion } from './samples.js';
import type { Call, Message } from './wire.js';

function after(...messages: Message[]): Panel {
  return messages.reduce(next, EMPTY);
}

function welcome(...calls: Call[]): Message {
  return { type: 'welcome', agent: 'ana', calls };
}

function ids(panel: Panel): string[] {
  return selectedCall(panel)?.suggestions.map((s) => s.id) ?? [];
}

describe('the panel', () => {
  it('is what the last welcome says, and nothing else', () => {
    const panel = after(
      welcome(call('c1', { suggestions: [suggestion('old')] })),
      { type: 'raised', suggestion: suggestion('late') },
      welcome(call('c2', { suggestions: [suggestion('new', { call: 'c2' })] })),
    );
    expect(panel.calls.map((c) => c.id)).toEqual(['c2']);
    expect(ids(panel)).toEqual(['new']);
  });

  it('raises, changes and withdraws', () => {
    const raised = after(welcome(call()), { type: 'raised', suggestion: suggestion('a') });
    expect(ids(raised)).toEqual(['a']);
    const changed = next(raised, { type: 'changed', suggestion: suggestion('a', { say: 'New words' }) });
    expect(selectedCall(changed)?.suggestions).toEqual([suggestion('a', { say: 'New words' })]);
    const gone = next(changed, { type: 'withdrawn', id: 'a', call: 'c1', reason: 'expired' });
    expect(ids(gone)).toEqual([]);
  });

  it('is the same after a message that comes twice', () => {
    const messages: Message[] = [
      welcome(call('c1', { script: [step('cross_sell')] })),
      { type: 'raised', suggestion: suggestion('a', { kind: 'suppress', steps: ['cross_sell'] }) },
      { type: 'withdrawn', id: 'b', call: 'c1', reason: 'used' },
      { type: 'call', call: call('c2') },
    ];
    for (const message of messages) {
      const once = next(after(...messages), message);
      expect(next(once, message)).toEqual(once);
    }
  });

  it('does not change what it was given', () => {
    const panel = Object.freeze(after(welcome(call('c1', { suggestions: [suggestion('a')] }))));
    const copy = structuredClone(panel);
    next(panel, { type: 'raised', suggestion: suggestion('b', { priority: 'urgent' }) });
    next(panel, { type: 'withdrawn', id: 'a', call: 'c1', reason: 'used' });
    expect(panel).toEqual(copy);
  });

  it('ignores what is about a call it does not have', () => {
    const panel = after(welcome(call()));
    expect(next(panel, { type: 'raised', suggestion: suggestion('a', { call: 'c9' }) })).toBe(panel);
    expect(next(panel, { type: 'withdrawn', id: 'a', call: 'c9', reason: 'used' })).toBe(panel);
  });

  it('is not changed by answers', () => {
    const panel = after(welcome(call()));
    expect(next(panel, { type: 'feedback_saved', suggestion: 'a' })).toBe(panel);
    expect(next(panel, { type: 'error', code: 'bad_data', detail: '' })).toBe(panel);
  });
});

describe('display order', () => {
  it('is priority, then age, then arrival', () => {
    const at = (second: number) => `2026-11-22T10:00:0${second}Z`;
    const order = [
      suggestion('low', { priority: 'low', raised_at: at(0) }),
      suggestion('younger', { raised_at: at(3) }),
      suggestion('older', { raised_at: at(1) }),
      suggestion('urgent', { priority: 'urgent', raised_at: at(9) }),
      suggestion('high', { priority: 'high', raised_at: at(2) }),
      suggestion('twin', { raised_at: at(1) }),
    ].reduce(place, []);
    expect(order.map((s) => s.id)).toEqual(['urgent', 'high', 'older', 'twin', 'younger', 'low']);
  });

  it('of a call is taken as the service sent it', () => {
    const sent = [suggestion('b', { priority: 'low' }), suggestion('a', { priority: 'urgent' })];
    expect(ids(after(welcome(call('c1', { suggestions: sent }))))).toEqual(['b', 'a']);
  });

  it('keeps the place of a suggestion whose words change', () => {
    const sent = [suggestion('a'), suggestion('b'), suggestion('c')];
    const panel = after(welcome(call('c1', { suggestions: sent })), {
      type: 'changed',
      suggestion: suggestion('b', { headline: 'Other' }),
    });
    expect(ids(panel)).toEqual(['a', 'b', 'c']);
  });
});

describe('the script', () => {
  const script = [step('greeting'), step('cross_sell')];
  const outage = suggestion('outage', { kind: 'suppress', steps: ['cross_sell'] });
  const survey = suggestion('upset', { kind: 'suppress', steps: ['cross_sell'] });
  const crossSell = (panel: Panel) => selectedCall(panel)?.script[1];

  it('follows the suggestions that stand, before the service sends the call anew', () => {
    const raised = after(welcome(call('c1', { script })), { type: 'raised', suggestion: outage });
    expect(crossSell(raised)).toMatchObject({ suppressed: true, by: ['outage'] });
    const gone = next(raised, { type: 'withdrawn', id: 'outage', call: 'c1', reason: 'no_longer_true' });
    expect(crossSell(gone)).toMatchObject({ suppressed: false, by: [] });
  });

  it('keeps a step struck for as long as one of several suggestions strikes it', () => {
    const both = after(
      welcome(call('c1', { script })),
      { type: 'raised', suggestion: outage },
      { type: 'raised', suggestion: survey },
      { type: 'withdrawn', id: 'outage', call: 'c1', reason: 'used' },
    );
    expect(crossSell(both)).toMatchObject({ suppressed: true, by: ['upset'] });
  });

  it('does not name a suggestion twice that the service named', () => {
    const marked = [step('cross_sell', { suppressed: true, by: ['outage'] })];
    const panel = after(welcome(call('c1', { script: marked, suggestions: [outage] })));
    expect(selectedCall(panel)?.script[0]?.by).toEqual(['outage']);
  });

  it('believes a step struck by what is not on this screen', () => {
    const marked = [step('cross_sell', { suppressed: true })];
    expect(selectedCall(after(welcome(call('c1', { script: marked }))))?.script[0]?.suppressed).toBe(true);
  });

  it('is not touched by other kinds of suggestion', () => {
    const panel = after(welcome(call('c1', { script })), {
      type: 'raised',
      suggestion: suggestion('x', { kind: 'ask', steps: ['cross_sell'] }),
    });
    expect(crossSell(panel)?.suppressed).toBe(false);
  });
});

describe('the call on show', () => {
  it('stays when another comes', () => {
    const panel = after(welcome(call('c1')), { type: 'call', call: call('c2') });
    expect(panel.selected).toBe('c1');
    expect(select(panel, 'c2').selected).toBe('c2');
  });

  it('gives way to a new one while it is on hold', () => {
    const panel = after(welcome(call('c1', { on_hold: true })), { type: 'call', call: call('c2') });
    expect(panel.selected).toBe('c2');
  });

  it('is followed by the newest that is not on hold when it goes', () => {
    const calls = [call('c1'), call('c2'), call('c3', { on_hold: true })];
    const panel = select(after(welcome(...calls)), 'c1');
    expect(next(panel, { type: 'call_gone', call: 'c1', reason: 'ended' }).selected).toBe('c2');
  });

  it('survives a welcome that still has it', () => {
    const panel = select(after(welcome(call('c1'), call('c2'))), 'c1');
    expect(next(panel, welcome(call('c1'), call('c2'))).selected).toBe('c1');
  });

  it('is none when the last has gone', () => {
    const panel = after(welcome(call('c1')), { type: 'call_gone', call: 'c1', reason: 'ended' });
    expect(panel.selected).toBeNull();
  });
});

describe('changes', () => {
  it('are told of whichever message made them', () => {
    const before = after(welcome(call('c1', { suggestions: [suggestion('a'), suggestion('b')] })));
    const now = next(before, welcome(call('c1', { suggestions: [suggestion('b'), suggestion('c')] })));
    const { raised, withdrawn } = changes(before, now);
    expect(raised.map((s) => s.id)).toEqual(['c']);
    expect(withdrawn.map((s) => s.id)).toEqual(['a']);
  });

  it('of a call that goes are its suggestions', () => {
    const before = after(welcome(call('c1', { suggestions: [suggestion('a')] })));
    const gone = next(before, { type: 'call_gone', call: 'c1', reason: 'transferred' });
    expect(changes(before, gone).withdrawn.map((s) => s.id)).toEqual(['a']);
  });
});
