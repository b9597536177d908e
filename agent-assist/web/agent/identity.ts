/// Whose panel the page shows.

export const AGENT_ID_MOST = 128;

/// Why `text` cannot be an agent's id, in words for its agent; null if it can.
export function agentIdProblem(text: string): string | null {
  const id = text.trim();
  if (id === '') return 'Enter your agent id.';
  if ([...id].length > AGENT_ID_MOST) return `An agent id has at most ${AGENT_ID_MOST} characters.`;
  if (/\p{Cc}/u.test(id)) return 'An agent id holds no control characters.';
  return null;
}

/// The agent that the page's address names, or null.
export function agentOf(search: string): string | null {
  const agent = new URLSearchParams(search).get('agent')?.trim() ?? '';
  return agentIdProblem(agent) === null ? agent : null;
}
