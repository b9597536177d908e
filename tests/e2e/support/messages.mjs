/// Calls and suggestions as the service sends them, for the stand-in.

export function secondsAgo(seconds) {
  return new Date(Date.now() - seconds * 1000).toISOString();
}

export function suggestion(id, members = {}) {
  return {
    id,
    call: 'c1',
    agent: 'ana',
    rule: id,
    name: id,
    kind: 'say',
    headline: `Headline of ${id}`,
    say: `Words of ${id}.`,
    because: `Reason of ${id}`,
    priority: 'normal',
    steps: [],
    offer: null,
    escalate_to: null,
    raised_at: new Date().toISOString(),
    expires_at: null,
    ...members,
  };
}

export const SCRIPT = [
  ['greeting', 'Greeting'],
  ['verify', 'Verify identity'],
  ['understand', 'Understand the reason'],
  ['solve', 'Solve'],
  ['cross_sell', 'Bundle offer'],
  ['survey', 'Survey'],
  ['closing', 'Closing'],
].map(([step, title]) => ({ step, title, suppressed: false, by: [] }));

export function call(id = 'c1', members = {}) {
  return {
    id,
    customer: 'alan',
    queue: 'billing',
    channel: 'voice',
    started_at: secondsAgo(120),
    answered_at: secondsAgo(80),
    on_hold: false,
    step: 'understand',
    script: SCRIPT,
    suggestions: [],
    ...members,
  };
}
