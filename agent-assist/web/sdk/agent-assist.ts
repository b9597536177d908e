/// The module that pages load: defines `<agent-assist-panel>`.

import { AgentAssistPanel } from './element.js';

export { AgentAssistPanel };
export type { FeedbackOptions } from './element.js';
export type { ConnectionState } from './connection.js';
export type { Call, Offer, Priority, ScriptStep, Suggestion, Verdict } from './wire.js';

const NAME = 'agent-assist-panel';

// Two hosts on one page may load the module twice.
if (!customElements.get(NAME)) customElements.define(NAME, AgentAssistPanel);

declare global {
  interface HTMLElementTagNameMap {
    'agent-assist-panel': AgentAssistPanel;
  }
}
