/// What the panel looks like, as templates of plain values. No state of their own.

import { html, nothing, type SVGTemplateResult, type TemplateResult } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { clockText, sinceText, spokenLength, type Clocks } from './clock.js';
import * as icons from './icons.js';
import type { Slot } from './slots.js';
import type { Call, Priority, ScriptStep, Suggestion, Verdict } from './wire.js';
import { amountText, headlineText, kindText, plainText, priorityText, reasonText } from './words.js';

type Part = TemplateResult | typeof nothing;

export function callTabs(
  calls: readonly Call[],
  selected: string | null,
  choose: (call: string) => void,
): TemplateResult {
  return html`<div class="tabs" part="calls" role="group" aria-label="Your calls">
    ${repeat(calls, (call) => call.id, (call) => callTab(call, call.id === selected, choose))}
  </div>`;
}

function callTab(call: Call, selected: boolean, choose: (call: string) => void): TemplateResult {
  const count = call.suggestions.length;
  const urgent = call.suggestions.some((suggestion) => suggestion.priority === 'urgent');
  const what = `${count} suggestion${count === 1 ? '' : 's'}${urgent ? ', urgent' : ''}`;
  return html`<button class="tab" aria-pressed=${selected} data-call=${call.id}
    @click=${() => choose(call.id)}>
    <span class="tab-name">${customerText(call)}</span>
    ${call.on_hold ? html`<span class="tab-hold">hold</span>` : nothing}
    <span class=${classMap({ count: true, 'count-urgent': urgent })} aria-hidden="true"
      >${urgent ? '!' : ''}${count}</span
    ><span class="unseen">, ${what}</span>
  </button>`;
}

export function callHeader(call: Call, clocks: Clocks): TemplateResult {
  const place = [call.queue, call.channel].filter((text) => text !== null);
  return html`<section class="call" part="call" aria-label="Call" data-call=${call.id}>
    <div class="who">
      <h2 class="customer" title=${customerText(call)}>${customerText(call)}</h2>
      <p class="place">
        ${place.map((text, index) => html`${index > 0 ? html`<i aria-hidden="true">·</i>` : ''}<span>${text}</span>`)}
      </p>
    </div>
    <dl class="clocks" part="clocks">
      ${clock('wait', 'Waited', clocks.wait)}
      ${clocks.hold === null
        ? clock('hold', 'Held', clocks.held)
        : clock('hold on', 'On hold', clocks.hold)}
      ${clock('talk', 'Talk', clocks.talk)}
    </dl>
  </section>`;
}

function customerText(call: Call): string {
  return call.customer ?? 'Unknown caller';
}

function clock(kind: string, label: string, length: number | null): TemplateResult {
  return html`<div class="clock ${kind}">
    <dt>${label}</dt>
    <dd>
      <span aria-hidden="true">${length === null ? '–' : clockText(length)}</span>
      <span class="unseen">${length === null ? 'not yet' : spokenLength(length)}</span>
    </dd>
  </div>`;
}

/// As many steps fit beside each other on a wide panel; more of them take rows there too.
const SIDE_BY_SIDE = 7;

export function scriptStrip(call: Call): Part {
  if (call.script.length === 0) return nothing;
  const short = call.script.length <= SIDE_BY_SIDE;
  return html`<div class=${classMap({ script: true, short })} part="script" role="region" aria-label="Script">
    <ol>
      ${call.script.map((step) => scriptStep(step, call))}
    </ol>
  </div>`;
}

function scriptStep(step: ScriptStep, call: Call): TemplateResult {
  const current = step.step === call.step;
  const why = step.suppressed ? suppressionText(step, call.suggestions) : '';
  return html`<li class=${classMap({ step: true, current, suppressed: step.suppressed })}
    part="step" data-step=${step.step} aria-current=${current ? 'step' : nothing}
    title=${step.suppressed ? `${step.title}: leave out. ${why}` : step.title}>
    <span class="marker" aria-hidden="true"></span>
    ${step.suppressed
      ? html`<span class="unseen">Leave out: </span><s class="title">${step.title}</s>
          <span class="why">${why}</span>`
      : html`<span class="title">${step.title}</span>${current
            ? html`<span class="here">Now</span>`
            : nothing}`}
  </li>`;
}

/// Why a step is out: the reasons of the suggestions that suppress it, else what they ask for.
function suppressionText(step: ScriptStep, suggestions: readonly Suggestion[]): string {
  const texts = suggestions
    .filter((suggestion) => step.by.includes(suggestion.id))
    .map((suggestion) => suggestion.because ?? headlineText(suggestion));
  return [...new Set(texts)].join('; ');
}

/// What an agent has entered on a card and not yet sent.
export interface Draft {
  open: boolean;
  note: string;
  confidential: boolean;
}

export const NO_DRAFT: Draft = { open: false, note: '', confidential: false };

export interface CardState {
  slot: Slot;
  draft: Draft;
  /// On its way to the service.
  pending: Verdict | null;
  /// Saved, and the card still stands.
  given: Verdict | null;
  connected: boolean;
  /// The one that single letters act on.
  current: boolean;
  /// Titles of script steps.
  titles: ReadonlyMap<string, string>;
  locale: string | undefined;
  now: number;
}

export interface CardActions {
  judge: (id: string, verdict: Verdict, event: Event) => void;
  draft: (id: string, draft: Draft) => void;
}

export function card(state: CardState, actions: CardActions): TemplateResult {
  const { suggestion, leaving } = state.slot;
  const head = `head-${plainId(suggestion.id)}`;
  return html`<li class=${classMap({ card: true, [suggestion.priority]: true, leaving: leaving !== null, current: state.current })}
    part="card card-${suggestion.priority}" data-suggestion=${suggestion.id} data-name=${suggestion.name}>
    <article tabindex="0" aria-labelledby=${head} aria-current=${state.current ? 'true' : nothing}>
      <p class="meta">
        ${priorityMark(suggestion.priority)}
        <span class="kind">${kind(state)}${since(suggestion, state.now)}</span>
      </p>
      <h3 id=${head} class="headline" part="headline">${headlineText(suggestion)}</h3>
      ${offer(state)}
      ${quote('say', suggestion.say)}${quote('say ask', suggestion.ask)}
      ${suggestion.follow_up === null
        ? nothing
        : html`<p class="follow-up" part="follow-up"><b>Afterwards</b> ${suggestion.follow_up}</p>`}
      ${suggestion.because === null
        ? nothing
        : html`<p class="because" part="because"><b>Why</b> ${suggestion.because}</p>`}
      ${leaving === null ? cardActions(state, actions) : farewell(leaving.reason)}
      ${leaving === null && state.draft.open ? noteForm(state, actions) : nothing}
    </article>
  </li>`;
}

/// Words to say aloud.
function quote(look: string, text: string | null): Part {
  return text === null ? nothing : html`<blockquote class=${look} part=${look}>${text}</blockquote>`;
}

function since(suggestion: Suggestion, now: number): Part {
  const text = sinceText(suggestion.raised_at, now);
  if (text === '') return nothing;
  // At the end of its line: what grows there moves nothing.
  return html`<time class="since" datetime=${suggestion.raised_at}
    title=${new Date(suggestion.raised_at).toLocaleTimeString()}>${text}</time>`;
}

/// An id of the page that other attributes can name: those are separated by spaces.
function plainId(id: string): string {
  return id.replace(/\s/g, '_');
}

const PRIORITY_ICONS: Readonly<Record<Priority, SVGTemplateResult | null>> = {
  urgent: icons.urgent,
  high: icons.high,
  normal: null,
  low: icons.low,
};

function priorityMark(priority: Priority): Part {
  const text = priorityText(priority);
  if (text === null) return nothing;
  return html`<span class="priority">${PRIORITY_ICONS[priority]}${text}</span>`;
}

/// What kind of suggestion it is, and of what: `Leave out: Bundle offer, Survey`.
function kind({ slot: { suggestion }, titles }: CardState): string {
  const steps = suggestion.steps.map((step) => titles.get(step) ?? plainText(step));
  const what = suggestion.escalate_to ?? steps.join(', ');
  return kindText(suggestion.kind) + (what === '' ? '' : `: ${what}`);
}

function offer({ slot: { suggestion }, locale }: CardState): Part {
  if (!suggestion.offer) return nothing;
  const amount = amountText(suggestion.offer, locale);
  return html`<p class="offer" part="offer">
    ${amount === null ? nothing : html`<b class="amount">${amount}</b>`}${plainText(suggestion.offer.gesture)}
  </p>`;
}

function farewell(reason: string): TemplateResult {
  const done = reason === 'used';
  return html`<p class="farewell" part="farewell">${done ? icons.check : nothing}${reasonText(reason)}</p>`;
}

function cardActions(state: CardState, actions: CardActions): TemplateResult {
  const { slot, draft, pending, given, connected } = state;
  const id = slot.suggestion.id;
  const off = !connected || pending !== null;
  const button = (verdict: Verdict, look: string, key: string, content: unknown, pressed?: boolean) =>
    html`<button class="act ${look}" part="button button-${verdict}" data-verdict=${verdict}
      aria-disabled=${off} aria-keyshortcuts=${key} aria-pressed=${pressed ?? nothing}
      title="${VERDICT_WORDS[verdict]} (${key})"
      @click=${(event: Event) => actions.judge(id, verdict, event)}>${content}</button>`;
  const mark = (key: string) => html`<kbd aria-hidden="true">${key}</kbd>`;
  const words = (text: string) => html`<span class="word">${text}</span>`;
  return html`<div class="actions" role="group" aria-label="Your verdict">
    ${button('used', 'main', 'U', html`<span class="label">Used</span>${mark('U')}`)}
    ${button('dismissed', '', 'N', html`<span class="label">Not now</span>${mark('N')}`)}
    <span class="quiet">
      ${button('helpful', 'small', 'H', html`${icons.thumbUp}${words('Helpful')}${mark('H')}`, given === 'helpful')}
      ${button('unhelpful', 'small', 'X', html`${icons.thumbDown}${words('Not helpful')}${mark('X')}`, given === 'unhelpful')}
      <button class="act small" part="button button-note" data-action="note" aria-expanded=${draft.open}
        aria-keyshortcuts="O" title="Note (O)"
        @click=${() => actions.draft(id, { ...draft, open: !draft.open })}>
        ${icons.note}${words('Note')}${mark('O')}
      </button>
    </span>
  </div>`;
}

const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  used: 'Used',
  dismissed: 'Not now',
  helpful: 'Helpful',
  unhelpful: 'Not helpful',
};

function noteForm({ slot, draft }: CardState, actions: CardActions): TemplateResult {
  const id = slot.suggestion.id;
  const fieldId = `note-${plainId(id)}`;
  const field = (event: Event) => (event.target as HTMLTextAreaElement).value;
  const ticked = (event: Event) => (event.target as HTMLInputElement).checked;
  return html`<div class="note">
    <label class="note-label" for=${fieldId}>Note, sent with your verdict</label>
    <textarea id=${fieldId} part="note" rows="2" maxlength="2000" .value=${live(draft.note)}
      @input=${(event: Event) => actions.draft(id, { ...draft, note: field(event) })}></textarea>
    <label class="tick">
      <input type="checkbox" name="confidential" .checked=${live(draft.confidential)}
        @change=${(event: Event) => actions.draft(id, { ...draft, confidential: ticked(event) })} />
      <span>Confidential <small>stored without your name</small></span>
    </label>
  </div>`;
}

/// Says of a card that belongs further up that it stands below, because the hand is on another. No
/// button: to go for it would lift the hand, and with that the card is in its place.
export function belowMark(suggestion: Suggestion): TemplateResult {
  const urgent = suggestion.priority === 'urgent';
  return html`<p class=${classMap({ below: true, 'below-urgent': urgent })}>
    ${urgent ? 'New, urgent' : 'New'}<span aria-hidden="true"> ↓</span>
  </p>`;
}

export function emptyState(title: string, text: string, onCall: boolean): TemplateResult {
  return html`<div class="empty" part="empty">
    ${onCall ? icons.script : icons.headset}
    <p class="empty-title">${title}</p>
    <p>${text}</p>
  </div>`;
}

export function shortcutHints(): TemplateResult {
  const hint = (keys: readonly string[], text: string, look = '') =>
    html`<span class=${look}>${keys.map((key) => html`<kbd>${key}</kbd>`)} ${text}</span>`;
  return html`<p class="hints" part="hints">
    <span class="unseen">Keyboard shortcuts:</span>
    ${hint(['J', 'K'], 'move')} ${hint(['U'], 'used')} ${hint(['N'], 'not now')}
    ${hint(['H', 'X'], 'helpful?', 'hint-more')} ${hint(['O'], 'note', 'hint-more')}
  </p>`;
}
