/// `<agent-assist-panel>`: the agent's suggestions as one element. See README.md for its attributes,
/// events and parts.

import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { address, wantsToken } from './address.js';
import { clocks, learn, type Known } from './clock.js';
import { Connection, Refused, type ConnectionState } from './connection.js';
import { Current } from './current.js';
import { cut } from './icons.js';
import { Motion } from './motion.js';
import { EMPTY, changes, findSuggestion, next, select, selectedCall, type Panel } from './panel.js';
import { actionOf, takesText, type Action } from './shortcuts.js';
import { NO_HAND, arrange, displaced, nextClosing, type Hand, type Leaving, type Slot } from './slots.js';
import { styles } from './styles.js';
import * as view from './view.js';
import { readMessage, type Call, type Feedback, type Message, type Verdict } from './wire.js';
import { announcement, headlineText, reasonText } from './words.js';

/// How long a card that was withdrawn says so: long enough to read three words.
const FAREWELL_MS = 2_000;
/// The same where this agent took it off.
const OWN_FAREWELL_MS = 500;
const NOTICE_MS = 4_000;
const ANNOUNCEMENT_MS = 1_500;
/// A page that was out of sight for longer may have slept through the end of its connection.
const DOZE_MS = 30_000;
/// A verdict that the service did not answer may be given again.
const VERDICT_MS = 5_000;

const STATE_WORDS: Readonly<Record<ConnectionState, string>> = {
  connecting: 'Connecting',
  connected: 'Connected',
  cut: 'Reconnecting',
  refused: 'Signed out',
};

export interface FeedbackOptions {
  note?: string;
  confidential?: boolean;
}

interface Pending {
  verdict: Verdict;
  timer: ReturnType<typeof setTimeout>;
}

interface Notice {
  text: string;
  bad: boolean;
}

export class AgentAssistPanel extends LitElement {
  static override styles = styles;
  static override properties = {
    agent: { type: String },
    src: { type: String },
    shortcuts: { type: String },
    token: { attribute: false },
  };

  /// The agent's id, where the service does not authenticate.
  declare agent: string;
  /// The address of `/v1/agent`; the page's own service unless given.
  declare src: string;
  /// `page`: the keys work wherever the focus is. Otherwise only with the focus in the panel.
  declare shortcuts: string;
  /// A signed token, where the service authenticates. A property only: attributes can be read by
  /// anything that sees the page.
  declare token: string;

  #panel: Panel = EMPTY;
  #known = new Map<string, Known>();
  #skew = 0;
  #state: ConnectionState = 'connecting';
  #greeted = false;
  /// The service said that it wants no token.
  #open = false;
  #slots: Slot[] = [];
  #shownCall: string | null = null;
  #hand: Hand = NO_HAND;
  #reasons = new Map<string, string>();
  #drafts = new Map<string, view.Draft>();
  #pending = new Map<string, Pending>();
  #given = new Map<string, Verdict>();
  #own = new Set<string>();
  #notice: Notice | null = null;
  #motion = new Motion();
  #current = new Current(() => this.requestUpdate(), () => this.#focusedCard());
  #restoring = false;
  #tick: ReturnType<typeof setInterval> | undefined;
  #closing: ReturnType<typeof setTimeout> | undefined;
  #noticeTimer: ReturnType<typeof setTimeout> | undefined;
  #listeners = new AbortController();

  #connection = new Connection({
    address: (failures) => this.#address(failures),
    onMessage: (text) => this.#receive(text),
    onState: (state) => this.#onState(state),
  });

  constructor() {
    super();
    this.agent = '';
    this.src = '';
    this.shortcuts = '';
    this.token = '';
  }

  /// Sends a verdict. False if it could not be sent: not connected, or no such suggestion stands.
  feedback(suggestion: string, verdict: Verdict, options: FeedbackOptions = {}): boolean {
    if (!findSuggestion(this.#panel, suggestion)) return false;
    const message: Feedback = {
      type: 'feedback',
      suggestion,
      verdict,
      note: (options.note ?? '').trim(),
      confidential: options.confidential ?? false,
    };
    if (!this.#connection.send(JSON.stringify(message))) return false;
    clearTimeout(this.#pending.get(suggestion)?.timer);
    const timer = setTimeout(() => this.#unanswered(suggestion), VERDICT_MS);
    this.#pending.set(suggestion, { verdict, timer });
    if (verdict === 'used' || verdict === 'dismissed') this.#own.add(suggestion);
    this.requestUpdate();
    return true;
  }

  /// Connects now, instead of at the end of the pause between two tries.
  reconnect(): void {
    if (this.#state === 'refused') this.#connection.open();
    else this.#connection.recheck();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    const check = () => this.#connection.recheck();
    window.addEventListener('online', check, { signal });
    window.addEventListener('offline', check, { signal });
    window.addEventListener('blur', () => this.#setHand({ ...this.#hand, focus: false }), { signal });
    document.addEventListener('visibilitychange', () => this.#onVisibility(check), { signal });
    document.addEventListener('keydown', (event) => this.#onKey(event), { signal });
    document.addEventListener('pointermove', (event) => this.#onPointerAnywhere(event), { signal });
    this.#tick = setInterval(() => this.#onTick(), 1_000);
    if (this.hasUpdated) this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#listeners.abort();
    clearInterval(this.#tick);
    clearTimeout(this.#closing);
    this.#current.stop();
    this.#connection.close();
  }

  // The connection and its messages

  #start(): void {
    this.#greeted = this.#open = false;
    this.#panel = EMPTY;
    this.#forgetPending();
    this.#learn();
    this.#arrange();
    if (this.agent !== '' || this.token !== '') this.#connection.open();
    else this.#connection.close();
  }

  async #address(failures: number): Promise<string> {
    const { src, agent, token } = this;
    // After the second failure in a row: the first is most often a service that restarts. Not once
    // the service is known to take agents without a token.
    if (token === '' && failures > 1 && !this.#open) {
      const wanted = await wantsToken(src, location.href);
      if (wanted) throw new Refused();
      this.#open = wanted === false;
    }
    return address({ src, agent, token }, location.href);
  }

  #onState(state: ConnectionState): void {
    this.#state = state;
    if (state !== 'connected') this.#forgetPending();
    this.#emit('connection', { state });
    this.requestUpdate();
  }

  #receive(text: string): void {
    const reading = readMessage(text);
    if (reading.kind === 'message') {
      if (reading.sent_at !== null) this.#skew = reading.sent_at - Date.now();
      this.#take(reading.message);
    } else {
      const what = reading.kind === 'unknown' ? `type "${reading.type}"` : reading.problem;
      console.warn(`agent-assist: ignored a message that is ${reading.kind}: ${what}`);
      this.#emit('problem', { kind: reading.kind, detail: what });
    }
  }

  #take(message: Message): void {
    const before = this.#panel;
    this.#panel = next(before, message);
    this.#learn();
    this.#noteReasons(before, message);
    if (message.type === 'welcome') this.#greeted = this.#open = true;
    if (message.type === 'feedback_saved') this.#saved(message.suggestion);
    if (message.type === 'error') this.#failed(message.detail || message.code);
    this.#tellOf(before);
    this.#arrange();
    this.#reasons.clear();
  }

  #noteReasons(before: Panel, message: Message): void {
    if (message.type === 'withdrawn') this.#reasons.set(message.id, message.reason);
    if (message.type !== 'call_gone') return;
    const reason = message.reason === 'ended' ? 'call_ended' : message.reason;
    const gone = before.calls.find((call) => call.id === message.call);
    for (const { id } of gone?.suggestions ?? []) this.#reasons.set(id, reason);
  }

  #learn(): void {
    const known = new Map<string, Known>();
    for (const call of this.#panel.calls) {
      const same = this.#knownCalls.get(call.id) === call ? this.#known.get(call.id) : undefined;
      known.set(call.id, same ?? learn(call, this.#known.get(call.id), this.#now()));
    }
    this.#known = known;
    this.#knownCalls = new Map(this.#panel.calls.map((call) => [call.id, call]));
  }
  #knownCalls = new Map<string, Call>();

  #tellOf(before: Panel): void {
    const { raised, withdrawn } = changes(before, this.#panel);
    for (const suggestion of raised) {
      this.#emit('suggestion-raised', { suggestion });
      this.#announce(announcement(suggestion), suggestion.priority === 'urgent');
    }
    for (const suggestion of withdrawn) {
      const { id, call } = suggestion;
      const reason = this.#reasons.get(id) ?? '';
      this.#emit('suggestion-withdrawn', { id, call, reason });
      this.#announce(`${reasonText(reason)}: ${headlineText(suggestion)}`, false);
      this.#forget(id);
    }
  }

  #forget(id: string): void {
    clearTimeout(this.#pending.get(id)?.timer);
    this.#pending.delete(id);
    this.#drafts.delete(id);
    this.#given.delete(id);
  }

  #emit(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  // Verdicts

  #saved(id: string): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    clearTimeout(pending.timer);
    this.#pending.delete(id);
    this.#given.set(id, pending.verdict);
    this.#drafts.delete(id);
    this.#say({ text: 'Saved. Thank you.', bad: false });
  }

  #failed(detail: string): void {
    this.#forgetPending();
    this.#say({ text: `Not saved: ${detail}`, bad: true });
  }

  #unanswered(id: string): void {
    this.#pending.delete(id);
    this.#own.delete(id);
    this.#say({ text: 'Not saved: the service did not answer.', bad: true });
  }

  #forgetPending(): void {
    for (const [id, { timer }] of this.#pending) {
      clearTimeout(timer);
      this.#own.delete(id);
    }
    this.#pending.clear();
  }

  #judge(id: string, verdict: Verdict): void {
    if (this.#pending.has(id)) return;
    const { note, confidential } = this.#drafts.get(id) ?? view.NO_DRAFT;
    if (this.feedback(id, verdict, { note, confidential })) return;
    this.#say({ text: 'Not saved: not connected.', bad: true });
  }

  /// A press on what only just moved under the pointer was meant for something else.
  #press(id: string, verdict: Verdict, event: Event): void {
    const byPointer = event instanceof MouseEvent && event.detail > 0;
    if (!(byPointer && this.#motion.moving)) this.#judge(id, verdict);
  }

  #setDraft(id: string, draft: view.Draft): void {
    const opens = draft.open && !this.#drafts.get(id)?.open;
    this.#drafts.set(id, draft);
    this.requestUpdate();
    const card = this.#cardPart(id, 'article')?.parentElement;
    if (card) this.#motion.release(card);
    if (opens) void this.updateComplete.then(() => this.#cardPart(id, 'textarea')?.focus());
  }

  // The list of cards

  #arrange(): void {
    const call = selectedCall(this.#panel);
    const same = call?.id === this.#shownCall;
    if (!same && this.#shownCall !== null) this.#motion.replaced();
    this.#shownCall = call?.id ?? null;
    const standing = call?.suggestions ?? [];
    this.#slots = arrange(same ? this.#slots : [], standing, this.#farewell, this.#hand, Date.now());
    const shown = this.#slots.filter((slot) => slot.leaving === null);
    this.#current.follow(this.#shownCall, shown.map((slot) => slot.suggestion.id));
    this.#closeLater();
    this.#motion.before(this.#cards());
    this.#focusBefore ??= this.#noteFocus();
    this.requestUpdate();
  }

  #farewell = (id: string): Leaving => {
    const own = this.#own.delete(id);
    const until = Date.now() + (own ? OWN_FAREWELL_MS : FAREWELL_MS);
    return { reason: this.#reasons.get(id) ?? '', until, own };
  };

  #closeLater(): void {
    clearTimeout(this.#closing);
    const moment = nextClosing(this.#slots);
    // What a hand keeps open past its moment closes when the hand leaves, not by the clock.
    if (moment === null || moment < Date.now()) return;
    this.#closing = setTimeout(() => this.#arrange(), moment - Date.now() + 1);
  }

  #setHand(hand: Hand): void {
    const { pointer, focus } = this.#hand;
    if (hand.pointer === pointer && hand.focus === focus) return;
    this.#hand = hand;
    this.#arrange();
  }

  #onPointer = (event: PointerEvent): void => {
    if (event.pointerType !== 'touch') this.#setHand({ ...this.#hand, pointer: event.type !== 'pointerleave' });
  };

  /// A list need not be told that the pointer left it, where what was under the pointer just went.
  #onPointerAnywhere(event: PointerEvent): void {
    const list = this.renderRoot.querySelector('.cards');
    if (!this.#hand.pointer || event.pointerType === 'touch' || list === null) return;
    if (!event.composedPath().includes(list)) this.#setHand({ ...this.#hand, pointer: false });
  }

  /// Only a focus that shows: one left behind by a press of the mouse is nobody's hand.
  #onFocus = (event: FocusEvent): void => {
    const chosen = event.type === 'focusin' && !this.#restoring ? this.#focusedCard() : null;
    if (chosen !== null) this.#current.choose(chosen);
    const to = event.type === 'focusin' ? event.target : event.relatedTarget;
    const list = event.currentTarget as HTMLElement;
    const focus = to instanceof Element && list.contains(to) && to.matches(':focus-visible');
    this.#setHand({ ...this.#hand, focus });
  };

  #cards(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('li.card')];
  }

  #cardPart(id: string, selector: string): HTMLElement | null {
    const found = this.#cards().find((card) => card.dataset['suggestion'] === id);
    return found?.querySelector<HTMLElement>(selector) ?? null;
  }

  // The focus, when its card moves or goes

  #focusBefore: { element: HTMLElement; card: string; rank: number } | undefined;

  #noteFocus(): { element: HTMLElement; card: string; rank: number } | undefined {
    const element = this.shadowRoot?.activeElement;
    const card = this.#focusedCard();
    if (!(element instanceof HTMLElement) || card === null) return undefined;
    const rank = this.#cards().findIndex((other) => other.dataset['suggestion'] === card);
    return { element, card, rank };
  }

  /// A focus that a change took away goes back to its place, or to the card that took it.
  #restoreFocus(): void {
    const before = this.#focusBefore;
    this.#focusBefore = undefined;
    if (!before || this.shadowRoot?.activeElement) return;
    this.#restoring = true; // the agent did not go there: no key counts there yet
    this.#giveFocus(before);
    this.#restoring = false;
  }

  #giveFocus(before: { element: HTMLElement; card: string; rank: number }): void {
    if (before.element.isConnected) return before.element.focus({ preventScroll: true });
    const cards = this.#cards();
    const heir = this.#cardPart(before.card, 'article') ? before.card : (this.#current.id ?? undefined);
    const near = cards[Math.min(before.rank, cards.length - 1)]?.dataset['suggestion'];
    const card = heir ?? near;
    if (card === undefined) this.#setHand({ ...this.#hand, focus: false });
    else this.#focusCard(card);
  }

  // The keyboard

  #onKey(event: KeyboardEvent): void {
    const path = event.composedPath();
    const inside = path.includes(this);
    if (!inside && this.shortcuts !== 'page') return;
    if (event.key === 'Escape' && inside) return this.#closeNote();
    const action = actionOf(event, takesText(path[0]));
    if (!action || !this.#act(action)) return;
    event.preventDefault();
  }

  #act(action: Action): boolean {
    if (action === 'next' || action === 'previous') return this.#move(action === 'next' ? 1 : -1);
    const { id } = this.#current;
    if (id === null || !findSuggestion(this.#panel, id)) return false;
    if (action !== 'note') this.#judge(id, action);
    else this.#setDraft(id, { ...(this.#drafts.get(id) ?? view.NO_DRAFT), open: true });
    return true;
  }

  /// Moves to the next card in the service's order. Whoever moves looks anew: the list settles first.
  #move(step: 1 | -1): boolean {
    const from = this.#focusedCard() ?? this.#current.id;
    this.#hand = { ...this.#hand, focus: false };
    this.#arrange();
    const ids = this.#slots.map((slot) => slot.suggestion.id);
    const found = from === null ? -1 : ids.indexOf(from);
    // From where a card went, the next one is the one that took its place.
    const at = found >= 0 ? found : this.#current.rank - (step > 0 ? 1 : 0);
    const to = ids[Math.min(Math.max(at + step, 0), ids.length - 1)];
    if (to === undefined) return false;
    void this.updateComplete.then(() => this.#focusCard(to));
    return true;
  }

  #focusedCard(): string | null {
    const card = this.shadowRoot?.activeElement?.closest<HTMLElement>('li.card');
    return card?.dataset['suggestion'] ?? null;
  }

  #focusCard(id: string): void {
    const article = this.#cardPart(id, 'article');
    article?.focus({ preventScroll: true });
    article?.scrollIntoView({ block: 'nearest' });
  }

  #closeNote(): void {
    const id = this.#focusedCard();
    const draft = id === null ? undefined : this.#drafts.get(id);
    if (id === null || !draft?.open) return;
    this.#setDraft(id, { ...draft, open: false });
    this.#focusCard(id);
  }

  // The clock

  /// Now, by the service's clock as far as it is known.
  #now(): number {
    return Date.now() + this.#skew;
  }

  #onTick(): void {
    if (!document.hidden && this.#panel.calls.length > 0) this.requestUpdate();
  }

  #onVisibility(check: () => void): void {
    if (document.hidden) {
      this.#hiddenAt = Date.now();
      return;
    }
    this.requestUpdate();
    if (this.#state !== 'connected' || Date.now() - this.#hiddenAt > DOZE_MS) check();
  }
  #hiddenAt = 0;

  // What is said

  #say(notice: Notice): void {
    clearTimeout(this.#noticeTimer);
    this.#notice = notice;
    this.#noticeTimer = setTimeout(() => {
      this.#notice = null;
      this.requestUpdate();
    }, notice.bad ? 2 * NOTICE_MS : NOTICE_MS);
    this.requestUpdate();
  }

  /// Written by hand, not by the template: each text is to be spoken once, and then gone.
  #announce(text: string, urgent: boolean): void {
    const region = this.renderRoot.querySelector(urgent ? '.live-urgent' : '.live');
    if (!region || document.hidden) return;
    const line = document.createElement('p');
    line.textContent = text;
    region.append(line);
    setTimeout(() => line.remove(), ANNOUNCEMENT_MS);
  }

  // Rendering

  override willUpdate(changed: PropertyValues): void {
    if (changed.has('agent') || changed.has('src') || changed.has('token')) this.#start();
  }

  override render(): TemplateResult {
    const call = selectedCall(this.#panel);
    const told = this.#notice !== null || this.#slots.length > 0;
    const panel = this.shortcuts === 'page' ? 'panel all-keys' : 'panel';
    return html`<div class=${panel} part="panel">
      <header class="top" part="top">${this.#top()}</header>
      <div class="body">
        ${call ? this.#callPart(call) : nothing}
        <section class="list" aria-label="Suggestions">
          ${this.#listHead(call)}
          ${this.#slots.length === 0 ? this.#empty(call) : nothing}
          <ol class=${this.#state === 'connected' ? 'cards' : 'cards stale'} part="cards"
            @pointerenter=${this.#onPointer} @pointermove=${this.#onPointer}
            @pointerleave=${this.#onPointer}
            @focusin=${this.#onFocus} @focusout=${this.#onFocus}>
            ${repeat(this.#slots, (slot) => slot.suggestion.id, (slot) => this.#card(slot, call))}
          </ol>
        </section>
      </div>
      <footer class=${told ? 'foot' : 'foot bare'} part="foot">
        <p class=${this.#notice?.bad ? 'notice bad' : 'notice'} role="status">${this.#notice?.text ?? ''}</p>
        ${told && !this.#notice ? view.shortcutHints() : nothing}
      </footer>
      <div class="live unseen" aria-live="polite"></div>
      <div class="live-urgent unseen" aria-live="assertive"></div>
    </div>`;
  }

  #top(): TemplateResult {
    const { calls, selected, agent } = this.#panel;
    const tabs = calls.length > 1;
    const choose = (id: string) => {
      this.#panel = select(this.#panel, id);
      this.#arrange();
    };
    return html`${tabs
        ? view.callTabs(calls, selected, choose)
        : html`<p class="name">${agent || this.agent || 'Suggestions'}</p>`}
      <p class="line ${this.#state}" part="line" title=${STATE_WORDS[this.#state]}>
        <span class="dot" aria-hidden="true"></span
        ><span class=${tabs ? 'line-word tight' : 'line-word'}>${STATE_WORDS[this.#state]}</span>
      </p>
      <slot name="actions"></slot>`;
  }

  #callPart(call: Call): TemplateResult {
    const known = this.#known.get(call.id) ?? learn(call, undefined, this.#now());
    return html`${view.callHeader(call, clocks(call, known, this.#now()))}${view.scriptStrip(call)}`;
  }

  /// Its height never changes: what is to be said above the cards is said in it.
  #listHead(call: Call | null): TemplateResult {
    if (this.#state === 'cut' || this.#state === 'refused') return this.#cutOff();
    const standing = call?.suggestions ?? [];
    const below = displaced(this.#slots, standing)[0];
    return html`<div class="list-head">
      <h2>Suggestions${standing.length > 0 ? html` <span class="count">${standing.length}</span>` : nothing}</h2>
      ${below ? view.belowMark(below) : nothing}
    </div>`;
  }

  #cutOff(): TemplateResult {
    const refused = this.#state === 'refused';
    return html`<div class="list-head cut-off" part="cut-off" role="alert">
      <h2 class="unseen">Suggestions</h2>
      ${cut}
      <p>
        ${refused
          ? html`<b>Not signed in</b> — the service asks who you are`
          : html`<b>Not connected</b> — suggestions may be out of date`}
      </p>
      <button class="retry" @click=${() => this.reconnect()}>Try now</button>
    </div>`;
  }

  #empty(call: Call | null): TemplateResult {
    if (this.agent === '' && this.token === '') {
      return view.emptyState('No agent', 'This panel was not told whose suggestions to show.', false);
    }
    if (!this.#greeted) return view.emptyState('Connecting', 'Your calls appear here in a moment.', false);
    return call
      ? view.emptyState('All as usual', 'Suggestions appear here when this call needs one.', true)
      : view.emptyState('No call', 'Suggestions appear here when a call of yours needs one.', false);
  }

  #card(slot: Slot, call: Call | null): TemplateResult {
    const { id } = slot.suggestion;
    const titles = new Map(call?.script.map((step) => [step.step, step.title]));
    const state: view.CardState = {
      slot,
      titles,
      draft: this.#drafts.get(id) ?? view.NO_DRAFT,
      pending: this.#pending.get(id)?.verdict ?? null,
      given: this.#given.get(id) ?? null,
      connected: this.#state === 'connected',
      current: id === this.#current.id,
      locale: this.lang || undefined,
      now: this.#now(),
    };
    return view.card(state, {
      judge: (card, verdict, event) => this.#press(card, verdict, event),
      draft: (card, draft) => this.#setDraft(card, draft),
    });
  }

  override updated(): void {
    const held = this.#hand.pointer || this.#hand.focus;
    this.#motion.after(this.#cards(), held, matchMedia('(prefers-reduced-motion: reduce)').matches);
    this.#restoreFocus();
    this.#showTab();
  }

  #showTab(): void {
    const { selected, calls } = this.#panel;
    const name = `${selected} of ${calls.length}`;
    if (name === this.#shownTab) return;
    this.#shownTab = name;
    const tab = this.renderRoot.querySelector<HTMLElement>('.tab[aria-pressed="true"]');
    tab?.parentElement?.scrollTo({ left: tab.offsetLeft - 24 });
  }
  #shownTab = '';
}
