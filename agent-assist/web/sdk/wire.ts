/// What travels over `/v1/agent`: the messages as the service writes them, names kept, and the
/// door through which they come in.
///
/// The door is lenient where leniency costs an agent nothing (a member that is missing but not
/// needed gets its empty value, unknown members are dropped) and strict where a guess could put
/// wrong words on a screen: a message without what its type needs is refused whole.

export const PROTOCOL = 'agent-assist.v1';

export const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

export const VERDICTS = ['used', 'dismissed', 'helpful', 'unhelpful'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Offer {
  gesture: string;
  amount: number | null;
  currency: string | null;
}

export interface Suggestion {
  id: string;
  call: string;
  agent: string;
  rule: string;
  name: string;
  kind: string;
  headline: string;
  say: string | null;
  because: string | null;
  priority: Priority;
  /// Script steps that this suggestion takes out (kind `suppress`).
  steps: string[];
  offer: Offer | null;
  escalate_to: string | null;
  /// A question to put, and what to do after the call; sent beside the protocol's members.
  ask: string | null;
  follow_up: string | null;
  raised_at: string;
  expires_at: string | null;
}

export interface ScriptStep {
  step: string;
  title: string;
  suppressed: boolean;
  /// Ids of the suggestions that suppress it.
  by: string[];
}

export interface Call {
  id: string;
  customer: string | null;
  queue: string | null;
  channel: string | null;
  started_at: string | null;
  answered_at: string | null;
  on_hold: boolean;
  step: string | null;
  script: ScriptStep[];
  suggestions: Suggestion[];
  /// Not promised by the protocol, used where the service sends them; see `clock.ts`.
  held_at: string | null;
  wait_seconds: number | null;
  hold_total_seconds: number | null;
}

export type Message =
  | { type: 'welcome'; agent: string; calls: Call[] }
  | { type: 'call'; call: Call }
  | { type: 'call_gone'; call: string; reason: string }
  | { type: 'raised'; suggestion: Suggestion }
  | { type: 'changed'; suggestion: Suggestion }
  | { type: 'withdrawn'; id: string; call: string; reason: string }
  | { type: 'feedback_saved'; suggestion: string }
  | { type: 'error'; code: string; detail: string };

/// What the panel sends.
export interface Feedback {
  type: 'feedback';
  suggestion: string;
  verdict: Verdict;
  note: string;
  confidential: boolean;
}

export type Reading =
  | { kind: 'message'; message: Message; sent_at: number | null }
  | { kind: 'unknown'; type: string }
  | { kind: 'malformed'; problem: string };

/// Reads one text message. Never throws: what cannot be read comes back as `malformed` with the
/// member that is at fault, what a newer service may send as `unknown`.
export function readMessage(text: string): Reading {
  try {
    const members = object(JSON.parse(text), 'message');
    const type = required(members, 'type', 'message');
    const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
    if (!read) return { kind: 'unknown', type };
    const sentAt = Date.parse(optional(members, 'sent_at') ?? '');
    const sent_at = Number.isNaN(sentAt) ? null : sentAt;
    return { kind: 'message', message: read(members), sent_at };
  } catch (error) {
    // JSON.parse and the readers below throw nothing else.
    return { kind: 'malformed', problem: (error as Error).message };
  }
}

type Members = Record<string, unknown>;

const READERS: Record<string, (members: Members) => Message> = {
  welcome: (m) => ({
    type: 'welcome',
    agent: required(m, 'agent', 'welcome'),
    calls: items(m, 'calls', 'welcome').map(readCall),
  }),
  call: (m) => ({ type: 'call', call: readCall(m['call']) }),
  call_gone: (m) => ({
    type: 'call_gone',
    call: required(m, 'call', 'call_gone'),
    reason: optional(m, 'reason') ?? '',
  }),
  raised: (m) => ({ type: 'raised', suggestion: readSuggestion(m['suggestion']) }),
  changed: (m) => ({ type: 'changed', suggestion: readSuggestion(m['suggestion']) }),
  withdrawn: (m) => ({
    type: 'withdrawn',
    id: required(m, 'id', 'withdrawn'),
    call: required(m, 'call', 'withdrawn'),
    reason: optional(m, 'reason') ?? '',
  }),
  feedback_saved: (m) => ({
    type: 'feedback_saved',
    suggestion: required(m, 'suggestion', 'feedback_saved'),
  }),
  error: (m) => ({
    type: 'error',
    code: required(m, 'code', 'error'),
    detail: optional(m, 'detail') ?? '',
  }),
};

function readCall(value: unknown): Call {
  const m = object(value, 'call');
  return {
    id: required(m, 'id', 'call'),
    customer: optional(m, 'customer'),
    queue: optional(m, 'queue'),
    channel: optional(m, 'channel'),
    started_at: time(m, 'started_at'),
    answered_at: time(m, 'answered_at'),
    on_hold: m['on_hold'] === true,
    step: optional(m, 'step'),
    script: items(m, 'script', 'call').map(readStep),
    suggestions: items(m, 'suggestions', 'call').map(readSuggestion),
    held_at: time(m, 'held_at'),
    wait_seconds: number(m, 'wait_seconds'),
    hold_total_seconds: number(m, 'hold_total_seconds'),
  };
}

function readStep(value: unknown): ScriptStep {
  const m = object(value, 'script step');
  const step = required(m, 'step', 'script step');
  return {
    step,
    title: optional(m, 'title') ?? step,
    suppressed: m['suppressed'] === true,
    by: strings(m, 'by', 'script step'),
  };
}

function readSuggestion(value: unknown): Suggestion {
  const m = object(value, 'suggestion');
  const priority = optional(m, 'priority') ?? 'normal';
  return {
    id: required(m, 'id', 'suggestion'),
    call: required(m, 'call', 'suggestion'),
    agent: optional(m, 'agent') ?? '',
    rule: optional(m, 'rule') ?? '',
    name: optional(m, 'name') ?? '',
    kind: optional(m, 'kind') ?? 'say',
    headline: headline(m),
    say: optional(m, 'say'),
    because: optional(m, 'because'),
    priority: isPriority(priority) ? priority : 'normal',
    steps: strings(m, 'steps', 'suggestion'),
    offer: m['offer'] == null ? null : readOffer(m['offer']),
    escalate_to: optional(m, 'escalate_to'),
    ask: optional(m, 'ask'),
    follow_up: optional(m, 'follow_up'),
    raised_at: time(m, 'raised_at') ?? '',
    expires_at: time(m, 'expires_at'),
  };
}

/// Must be there, may be empty: what it says may come out of a rule's template.
function headline(members: Members): string {
  return members['headline'] === '' ? '' : required(members, 'headline', 'suggestion');
}

function readOffer(value: unknown): Offer {
  const m = object(value, 'offer');
  return {
    gesture: optional(m, 'gesture') ?? '',
    amount: number(m, 'amount'),
    currency: optional(m, 'currency'),
  };
}

function isPriority(text: string): text is Priority {
  return (PRIORITIES as readonly string[]).includes(text);
}

function object(value: unknown, what: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw new TypeError(`${what} is not an object`);
}

function required(members: Members, name: string, what: string): string {
  const value = members[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError(`${what}: "${name}" is not a text`);
}

/// A text that may be missing. "" counts as missing: nothing in the protocol means something by it.
function optional(members: Members, name: string): string | null {
  const value = members[name];
  if (value == null || value === '') return null;
  if (typeof value === 'string') return value;
  throw new TypeError(`"${name}" is not a text`);
}

function time(members: Members, name: string): string | null {
  const text = optional(members, name);
  if (text === null || !Number.isNaN(Date.parse(text))) return text;
  throw new TypeError(`"${name}" is not a time`);
}

function number(members: Members, name: string): number | null {
  const value = members[name];
  if (value == null) return null;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new TypeError(`"${name}" is not a number`);
}

function items(members: Members, name: string, what: string): unknown[] {
  const value = members[name] ?? [];
  if (Array.isArray(value)) return value;
  throw new TypeError(`${what}: "${name}" is not a list`);
}

function strings(members: Members, name: string, what: string): string[] {
  return items(members, name, what).map((item) => {
    if (typeof item === 'string') return item;
    throw new TypeError(`${what}: "${name}" holds what is not a text`);
  });
}
