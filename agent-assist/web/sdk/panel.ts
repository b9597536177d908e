/// What an agent's screen stands for: a fold over the messages of the service. No DOM, no clock.

import { PRIORITIES, type Call, type Message, type ScriptStep, type Suggestion } from './wire.js';

export interface Panel {
  agent: string;
  /// In the order in which the service listed or announced them.
  calls: readonly Call[];
  /// The id of the call on show; null where there is none.
  selected: string | null;
}

export const EMPTY: Panel = { agent: '', calls: [], selected: null };

/// The panel after `message`. Pure. The same message twice gives the same panel as once.
export function next(panel: Panel, message: Message): Panel {
  switch (message.type) {
    case 'welcome':
      return show({
        agent: message.agent,
        calls: message.calls.map(withScript),
        selected: panel.selected,
      });
    case 'call':
      return takeCall(panel, withScript(message.call));
    case 'call_gone':
      return show({ ...panel, calls: panel.calls.filter((call) => call.id !== message.call) });
    case 'raised':
      return onCall(panel, message.suggestion.call, (call) => ({
        ...call,
        suggestions: place(without(call.suggestions, message.suggestion.id), message.suggestion),
      }));
    case 'changed':
      return onCall(panel, message.suggestion.call, (call) => change(call, message.suggestion));
    case 'withdrawn':
      return onCall(panel, message.call, (call) => withdraw(call, message.id));
    case 'feedback_saved':
    case 'error':
      return panel; // they change what is said, not what stands
    default:
      return message satisfies never;
  }
}

export function select(panel: Panel, call: string): Panel {
  return show({ ...panel, selected: call });
}

export function selectedCall(panel: Panel): Call | null {
  return panel.calls.find((call) => call.id === panel.selected) ?? null;
}

export function findSuggestion(panel: Panel, id: string): Suggestion | null {
  for (const call of panel.calls) {
    const found = call.suggestions.find((suggestion) => suggestion.id === id);
    if (found) return found;
  }
  return null;
}

/// Puts `suggestion` in display order: priority, then age, then arrival. What stands already keeps
/// the order in which the service sent it.
export function place(standing: readonly Suggestion[], suggestion: Suggestion): Suggestion[] {
  const at = standing.findIndex((other) => precedes(suggestion, other));
  return at < 0
    ? [...standing, suggestion]
    : [...standing.slice(0, at), suggestion, ...standing.slice(at)];
}

function precedes(a: Suggestion, b: Suggestion): boolean {
  const rank = PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority);
  return rank !== 0 ? rank < 0 : Date.parse(a.raised_at) < Date.parse(b.raised_at);
}

/// Keeps a selection that exists; falls back to the newest call, one that is not on hold if there is.
function show(panel: Panel): Panel {
  if (panel.calls.some((call) => call.id === panel.selected)) return panel;
  const call = panel.calls.filter((other) => !other.on_hold).at(-1) ?? panel.calls.at(-1);
  return { ...panel, selected: call?.id ?? null };
}

/// A call that is new takes the screen only from a call that waits on hold: an agent who talks is
/// not to lose the words in front of them.
function takeCall(panel: Panel, call: Call): Panel {
  if (panel.calls.some((known) => known.id === call.id)) {
    return { ...panel, calls: panel.calls.map((known) => (known.id === call.id ? call : known)) };
  }
  const shown = selectedCall(panel);
  const takes = shown === null || (shown.on_hold && !call.on_hold);
  return { ...panel, calls: [...panel.calls, call], selected: takes ? call.id : panel.selected };
}

/// A message about a call that this agent does not have is late or not theirs: nothing changes.
function onCall(panel: Panel, id: string, edit: (call: Call) => Call): Panel {
  if (!panel.calls.some((call) => call.id === id)) return panel;
  return {
    ...panel,
    calls: panel.calls.map((call) => (call.id === id ? withScript(edit(call)) : call)),
  };
}

function change(call: Call, changed: Suggestion): Call {
  const stands = call.suggestions.some((suggestion) => suggestion.id === changed.id);
  const suggestions = stands
    ? call.suggestions.map((suggestion) => (suggestion.id === changed.id ? changed : suggestion))
    : place(call.suggestions, changed);
  return { ...call, suggestions };
}

function withdraw(call: Call, id: string): Call {
  return {
    ...call,
    suggestions: without(call.suggestions, id),
    script: call.script.map((step) => {
      if (!step.by.includes(id)) return step;
      const by = step.by.filter((other) => other !== id);
      return { ...step, by, suppressed: by.length > 0 };
    }),
  };
}

function without(suggestions: readonly Suggestion[], id: string): Suggestion[] {
  return suggestions.filter((suggestion) => suggestion.id !== id);
}

/// Marks the steps that standing suggestions suppress, in addition to what the service marked: the
/// strip and the cards never disagree, in whichever order their messages come.
function withScript(call: Call): Call {
  return { ...call, script: call.script.map((step) => withSuppression(step, call.suggestions)) };
}

function withSuppression(step: ScriptStep, suggestions: readonly Suggestion[]): ScriptStep {
  const by = suggestions
    .filter((s) => s.kind === 'suppress' && s.steps.includes(step.step) && !step.by.includes(s.id))
    .map((s) => s.id);
  return by.length === 0 ? step : { ...step, suppressed: true, by: [...step.by, ...by] };
}

export interface Changes {
  raised: Suggestion[];
  withdrawn: Suggestion[];
}

/// What came and what went between two panels, whichever message told of it: a fresh `welcome`
/// after a cut may bring in one go what ten messages would have.
export function changes(before: Panel, after: Panel): Changes {
  const [old, now] = [all(before), all(after)];
  return {
    raised: now.filter((suggestion) => !old.some((other) => other.id === suggestion.id)),
    withdrawn: old.filter((suggestion) => !now.some((other) => other.id === suggestion.id)),
  };
}

function all(panel: Panel): Suggestion[] {
  return panel.calls.flatMap((call) => call.suggestions);
}
