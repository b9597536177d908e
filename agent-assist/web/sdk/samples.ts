/// Calls and suggestions for tests.

import type { Call, ScriptStep, Suggestion } from './wire.js';

export function suggestion(id: string, members: Partial<Suggestion> = {}): Suggestion {
  return {
    id,
    call: 'c1',
    agent: 'ana',
    rule: id,
    name: id,
    kind: 'say',
    headline: `Headline of ${id}`,
    say: null,
    because: null,
    priority: 'normal',
    steps: [],
    offer: null,
    escalate_to: null,
    ask: null,
    follow_up: null,
    raised_at: '2026-11-22T10:00:00Z',
    expires_at: null,
    ...members,
  };
}

export function step(name: string, members: Partial<ScriptStep> = {}): ScriptStep {
  return { step: name, title: name, suppressed: false, by: [], ...members };
}

export function call(id = 'c1', members: Partial<Call> = {}): Call {
  return {
    id,
    customer: 'alan',
    queue: 'billing',
    channel: 'voice',
    started_at: '2026-11-22T10:00:00Z',
    answered_at: null,
    on_hold: false,
    step: null,
    script: [],
    suggestions: [],
    held_at: null,
    wait_seconds: null,
    hold_total_seconds: null,
    ...members,
  };
}
