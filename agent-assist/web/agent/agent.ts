/// The page `/agent`: finds out whose panel it is, and hosts it. All else is the panel's.

import '/sdk/agent-assist.js';
import { agentIdProblem, agentOf } from './identity.js';
import { signIn } from './sign_in.js';

const REMEMBERED = 'agent-assist.agent';
const TOKEN = 'agent-assist.token';

const host = document.querySelector<HTMLElement>('#host')!;

function start(): void {
  const agent = agentOf(location.search);
  const token = sessionStorage.getItem(TOKEN) ?? '';
  if (agent !== null || token !== '') showPanel(agent ?? '', token);
  else askForAgent();
}

function askForAgent(): void {
  const form = signIn({
    title: 'Who are you?',
    text: 'Your suggestions appear as your calls need them.',
    label: 'Agent id',
    name: 'agent',
    value: localStorage.getItem(REMEMBERED) ?? '',
    button: 'Open my panel',
    problem: agentIdProblem,
    done: (agent) => {
      localStorage.setItem(REMEMBERED, agent);
      location.assign(`?${new URLSearchParams({ agent })}`);
    },
  });
  show(form);
}

function askForToken(agent: string): void {
  const form = signIn({
    title: 'Sign in',
    text: 'This service asks for a token. Your supervisor has it.',
    label: 'Token',
    name: 'token',
    value: '',
    secret: true,
    button: 'Sign in',
    problem: (text) => (text.trim() === '' ? 'Enter your token.' : null),
    done: (token) => {
      // For this tab only: a token on a shared desk must not outlive the sitting.
      sessionStorage.setItem(TOKEN, token);
      showPanel(agent, token);
    },
  });
  show(form);
}

function showPanel(agent: string, token: string): void {
  const title = document.createElement('h1');
  title.className = 'unseen';
  title.textContent = agent === '' ? 'Your suggestions' : `Suggestions for ${agent}`;
  const panel = document.createElement('agent-assist-panel');
  panel.agent = agent;
  panel.token = token;
  panel.shortcuts = 'page';
  panel.addEventListener('connection', (event) => {
    if ((event as CustomEvent<{ state: string }>).detail.state !== 'refused') return;
    sessionStorage.removeItem(TOKEN);
    askForToken(agent);
  });
  panel.append(switchLink());
  document.title = agent === '' ? 'agent-assist' : `${agent} · agent-assist`;
  show(title, panel);
}

/// The way back for who came under the wrong name.
function switchLink(): HTMLElement {
  const link = document.createElement('a');
  link.slot = 'actions';
  link.className = 'switch';
  link.href = location.pathname;
  const word = document.createElement('span');
  word.textContent = 'Switch';
  link.append(switchIcon(), word);
  link.title = 'Open another agent’s panel';
  link.addEventListener('click', () => sessionStorage.removeItem(TOKEN));
  return link;
}

/// Two arrows; stands for the word where there is no room for it.
function switchIcon(): SVGSVGElement {
  const icon = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  icon.setAttribute('viewBox', '0 0 20 20');
  icon.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', 'M4 7h11m0 0-3-3m3 3-3 3M16 13H5m0 0 3-3m-3 3 3 3');
  icon.append(path);
  return icon;
}

function show(...nodes: HTMLElement[]): void {
  host.replaceChildren(...nodes);
  nodes[0]?.querySelector('input')?.focus();
}

start();
