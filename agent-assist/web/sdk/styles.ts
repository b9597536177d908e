/// The panel's look. Colours, type and corners are custom properties, so that a host can make it its
/// own; see README.md for the list. All colours of text reach WCAG AA on their ground, in both themes.

import { css } from 'lit';

const theme = css`
  :host {
    --_font: var(--assist-font, system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif);
    --_ground: var(--assist-ground, #f4f3ef);
    --_surface: var(--assist-surface, #ffffff);
    --_ink: var(--assist-ink, #1c2322);
    --_muted: var(--assist-muted, #5b6664);
    --_line: var(--assist-line, #dddbd3);
    --_accent: var(--assist-accent, #0b6b5d);
    --_on-accent: var(--assist-on-accent, #ffffff);
    --_soft: var(--assist-soft, #e9f3f0);
    --_urgent: var(--assist-urgent, #b3261e);
    --_urgent-soft: var(--assist-urgent-soft, #fdecea);
    --_high: var(--assist-high, #8a5300);
    --_warn: var(--assist-warn, #fff3d6);
    --_warn-ink: var(--assist-warn-ink, #5c3d00);
    --_radius: var(--assist-radius, 10px);
    --_shadow: 0 1px 2px rgb(28 35 34 / 0.06), 0 2px 8px rgb(28 35 34 / 0.05);
    display: block;
    min-height: 22rem;
    color-scheme: light dark;
    color: var(--_ink);
    font: 400 0.9375rem/1.45 var(--_font);
    -webkit-font-smoothing: antialiased;
  }
  @media (prefers-color-scheme: dark) {
    :host {
      --_ground: var(--assist-ground, #121615);
      --_surface: var(--assist-surface, #1c2221);
      --_ink: var(--assist-ink, #e9eeec);
      --_muted: var(--assist-muted, #9fadaa);
      --_line: var(--assist-line, #313a38);
      --_accent: var(--assist-accent, #63cdb8);
      --_on-accent: var(--assist-on-accent, #06231e);
      --_soft: var(--assist-soft, #1d302c);
      --_urgent: var(--assist-urgent, #ff8f85);
      --_urgent-soft: var(--assist-urgent-soft, #3b1f1d);
      --_high: var(--assist-high, #f0b557);
      --_warn: var(--assist-warn, #3d2f10);
      --_warn-ink: var(--assist-warn-ink, #ffdf9e);
      --_shadow: 0 1px 2px rgb(0 0 0 / 0.4);
    }
  }
  * {
    box-sizing: border-box;
  }
  p,
  dl,
  dd,
  ol,
  h2,
  h3,
  blockquote {
    margin: 0;
    padding: 0;
  }
  ol {
    list-style: none;
  }
  button {
    font: inherit;
    color: inherit;
    cursor: pointer;
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  .icon {
    flex: none;
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  kbd {
    font: 600 0.6875rem/1 var(--_font);
    padding: 0.15rem 0.3rem;
    border: 1px solid currentColor;
    border-radius: 4px;
    opacity: 0.85;
  }
`;

const frame = css`
  .panel {
    container: panel / inline-size;
    position: relative;
    display: grid;
    grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr);
    height: 100%;
    background: var(--_ground);
  }
  .top {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    height: 2.75rem;
    padding: 0 0.875rem;
    background: var(--_surface);
    border-bottom: 1px solid var(--_line);
  }
  .name {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-weight: 600;
  }
  .line {
    display: flex;
    align-items: center;
    gap: 0.4rem;
    font-size: 0.8125rem;
    color: var(--_muted);
  }
  .dot {
    width: 0.5rem;
    height: 0.5rem;
    border-radius: 50%;
    background: var(--_accent);
  }
  .connecting .dot,
  .cut .dot,
  .refused .dot {
    background: none;
    border: 2px solid var(--_high);
  }
  .tabs {
    position: relative;
    flex: 1;
    min-width: 0;
    display: flex;
    gap: 0.25rem;
    overflow-x: auto;
    scrollbar-width: none;
    padding: 0.25rem;
    margin-left: -0.5rem;
  }
  .tab {
    display: flex;
    align-items: center;
    gap: 0.4rem;
    flex: none;
    max-width: 11rem;
    height: 2rem;
    padding: 0 0.6rem;
    border: 1px solid transparent;
    border-radius: 999px;
    background: none;
    font-size: 0.8125rem;
    font-weight: 550;
    white-space: nowrap;
  }
  .tab:hover {
    background: var(--_soft);
  }
  .tab[aria-pressed='true'] {
    background: var(--_soft);
    border-color: var(--_accent);
  }
  .tab-name {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .tab-hold {
    color: var(--_muted);
    font-weight: 400;
  }
  .count {
    display: inline-block;
    min-width: 1.25rem;
    padding: 0 0.35rem;
    border-radius: 999px;
    background: var(--_line);
    font-size: 0.75rem;
    font-weight: 600;
    line-height: 1.25rem;
    text-align: center;
    font-variant-numeric: tabular-nums;
  }
  .count-urgent {
    background: var(--_urgent);
    color: var(--_surface);
  }
  .body {
    overflow-y: auto;
    /* A card that is scrolled to is clear of the list's head. */
    scroll-padding: 3.25rem 0 0.75rem;
    overscroll-behavior: contain;
    scrollbar-gutter: auto;
  }
  .body > * {
    max-width: 56rem;
    margin-inline: auto;
  }
  .foot {
    display: flex;
    align-items: center;
    min-height: 2.25rem;
    padding: 0.25rem 0.875rem;
    border-top: 1px solid var(--_line);
    background: var(--_surface);
    color: var(--_muted);
    font-size: 0.75rem;
  }
  /* With nothing to say it keeps its room, so that nothing moves, and looks like none. */
  .foot.bare {
    border-color: transparent;
    background: none;
  }
  .hints {
    display: flex;
    gap: 0.75rem;
    margin-inline: auto;
    padding-block: 0.2rem;
    overflow: hidden;
    white-space: nowrap;
  }
  .hints kbd + kbd {
    margin-left: 0.15rem;
  }
  .notice:empty {
    display: none;
  }
  .notice {
    margin-inline: auto;
    font-weight: 550;
    color: var(--_ink);
  }
  .notice.bad {
    color: var(--_urgent);
  }
`;

const call = css`
  .call {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    justify-content: space-between;
    gap: 0.625rem 1.5rem;
    padding: 0.875rem 0.875rem 0.75rem;
  }
  .who {
    flex: 1 1 9rem;
    min-width: 0;
  }
  .customer {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-size: 1.375rem;
    font-weight: 650;
    letter-spacing: -0.015em;
    line-height: 1.25;
  }
  .place {
    display: flex;
    gap: 0.4rem;
    min-height: 1.35em;
    overflow: hidden;
    white-space: nowrap;
    color: var(--_muted);
    font-size: 0.875rem;
  }
  .place i {
    font-style: normal;
  }
  .clocks {
    display: flex;
    gap: 0.375rem;
  }
  .clock {
    min-width: 4.5rem;
    padding: 0.25rem 0.6rem 0.3rem;
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) - 2px);
    background: var(--_surface);
  }
  .clock dt {
    color: var(--_muted);
    font-size: 0.6875rem;
    line-height: 1.4;
  }
  .clock dd {
    font-size: 1.0625rem;
    font-weight: 600;
    line-height: 1.25;
    font-variant-numeric: tabular-nums;
  }
  .clock.on {
    border-color: var(--_high);
    background: var(--_warn);
    color: var(--_warn-ink);
  }
  .clock.on dt {
    color: inherit;
    font-weight: 600;
  }
  /* All steps at once, in as many rows as they need: what is left out must not be looked for. A step
     that is struck keeps its width, so that nothing moves. */
  .script {
    padding: 0.125rem 0.875rem 0.375rem;
  }
  .script ol {
    display: flex;
    flex-wrap: wrap;
    gap: 0.1875rem 0.875rem;
  }
  .step {
    position: relative;
    max-width: 100%;
    padding-left: 1.1875rem;
    font-size: 0.8125rem;
    line-height: 1.3;
    color: var(--_muted);
  }
  .marker {
    position: absolute;
    top: 0.125rem;
    left: 0;
    width: 0.8125rem;
    height: 0.8125rem;
    border: 2px solid var(--_muted);
    border-radius: 50%;
    background: var(--_ground);
  }
  .step.current .marker {
    border: 4px solid var(--_accent);
    background: var(--_on-accent);
  }
  .step.current {
    color: var(--_ink);
  }
  .step.current .title {
    font-weight: 650;
  }
  .title,
  .step .why {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
    overflow-wrap: anywhere;
  }
  .here {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    color: var(--_accent);
    font-size: 0.75rem;
    font-weight: 600;
  }
  .suppressed .title {
    color: var(--_urgent);
    text-decoration: line-through 2px;
  }
  .suppressed .marker {
    border-color: var(--_urgent);
  }
  .suppressed .marker::after {
    content: '';
    position: absolute;
    inset: calc(50% - 1px) -0.1875rem auto;
    border-top: 2px solid var(--_urgent);
    transform: rotate(-45deg);
  }
  .step .why {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
`;

const list = css`
  .list {
    padding: 0 0.875rem 1.25rem;
  }
  .list-head {
    position: sticky;
    top: 0;
    z-index: 2;
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem;
    height: 2.75rem;
    margin-inline: -0.875rem;
    padding-inline: 0.875rem;
    background: var(--_ground);
  }
  .list-head h2 {
    font-size: 0.875rem;
    font-weight: 600;
  }
  .below {
    padding: 0.125rem 0.7rem;
    border: 1px solid var(--_accent);
    border-radius: 999px;
    background: var(--_surface);
    color: var(--_accent);
    font-size: 0.8125rem;
    font-weight: 600;
  }
  .below-urgent {
    border-color: var(--_urgent);
    color: var(--_urgent);
  }
  .cut-off {
    justify-content: start;
    background: var(--_warn);
    color: var(--_warn-ink);
    font-size: 0.8125rem;
    line-height: 1.3;
  }
  .cut-off p {
    flex: 1;
  }
  .retry {
    flex: none;
    padding: 0.3rem 0.7rem;
    border: 1px solid currentColor;
    border-radius: calc(var(--_radius) - 3px);
    background: none;
    font-weight: 600;
    white-space: nowrap;
  }
  .cards {
    display: grid;
    gap: 0.75rem;
    padding-top: 0.375rem;
    overflow-anchor: none;
  }
  .empty {
    display: grid;
    justify-items: center;
    gap: 0.25rem;
    max-width: 19rem;
    margin: 0 auto;
    padding: 3rem 0 2rem;
    color: var(--_muted);
    text-align: center;
  }
  .empty .icon {
    margin-bottom: 0.5rem;
    opacity: 0.7;
  }
  .empty-title {
    color: var(--_ink);
    font-size: 1.0625rem;
    font-weight: 600;
  }
`;

const card = css`
  .card {
    --_edge: var(--_line);
    position: relative;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: var(--_shadow);
  }
  .card::before {
    content: '';
    position: absolute;
    inset: 0.8125rem auto 0.8125rem 0.4375rem;
    width: 3px;
    border-radius: 3px;
    background: var(--_edge);
  }
  /* The card that the keys act on. The hints of others keep their room, so that no button moves. */
  .card.current {
    border-color: var(--_edge);
    box-shadow: 0 0 0 1px var(--_edge), var(--_shadow);
  }
  .card:not(.current) .act kbd {
    visibility: hidden;
  }
  .card:not(.current) .act:not(.small) .label {
    translate: 0.75rem;
  }
  .panel:not(.all-keys):not(:focus-within) .act kbd {
    visibility: hidden;
  }
  .urgent {
    --_edge: var(--_urgent);
    border-color: color-mix(in srgb, var(--_urgent) 45%, var(--_line));
  }
  .high {
    --_edge: var(--_high);
  }
  .normal {
    --_edge: var(--_accent);
  }
  article {
    padding: 0.75rem 0.875rem 0.75rem 1.125rem;
    border-radius: inherit;
  }
  article:focus-visible {
    outline-offset: 1px;
  }
  .meta {
    display: flex;
    align-items: baseline;
    gap: 0.5rem;
    min-height: 1.25rem;
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .kind {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .priority {
    display: inline-flex;
    flex: none;
    align-items: center;
    align-self: start;
    gap: 0.25rem;
    color: var(--_edge);
    font-weight: 650;
  }
  .low .priority {
    color: var(--_muted);
    font-weight: 550;
  }
  .urgent .priority {
    padding: 0.0625rem 0.5rem 0.0625rem 0.375rem;
    border-radius: 999px;
    background: var(--_urgent);
    color: var(--_surface);
  }
  .since {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .since::before {
    content: ' · ';
    content: ' · ' / '';
  }
  .headline {
    margin-top: 0.25rem;
    font-size: 1.125rem;
    font-weight: 650;
    letter-spacing: -0.01em;
    line-height: 1.3;
    overflow-wrap: anywhere;
  }
  .offer {
    margin-top: 0.125rem;
    font-size: 0.9375rem;
  }
  .amount {
    margin-right: 0.25rem;
    font-size: 1.0625rem;
    font-weight: 700;
    font-variant-numeric: tabular-nums;
  }
  .say {
    position: relative;
    margin-top: 0.5rem;
    padding: 0.5rem 0.75rem 0.5rem 1.875rem;
    border-radius: calc(var(--_radius) - 3px);
    background: var(--_soft);
    font-size: 1rem;
    line-height: 1.45;
    overflow-wrap: anywhere;
    white-space: pre-line;
  }
  .say::before {
    content: '\\201C';
    content: '\\201C' / '';
    position: absolute;
    top: 0.25rem;
    left: 0.625rem;
    color: var(--_accent);
    font: 700 1.75rem/1 Georgia, 'Times New Roman', serif;
  }
  .urgent .say {
    background: var(--_urgent-soft);
  }
  .urgent .say::before {
    color: var(--_urgent);
  }
  .because,
  .follow-up {
    margin-top: 0.5rem;
    color: var(--_muted);
    font-size: 0.875rem;
    overflow-wrap: anywhere;
  }
  .because b,
  .follow-up b {
    margin-right: 0.25rem;
    color: var(--_ink);
    font-weight: 600;
  }
  .follow-up {
    color: inherit;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.375rem;
    margin-top: 0.75rem;
  }
  .quiet {
    display: inline-flex;
    gap: 0.25rem;
    margin-left: auto;
  }
  .act {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.4rem;
    min-height: 2.125rem;
    padding: 0 0.7rem;
    border: 1px solid color-mix(in srgb, var(--_muted) 55%, transparent);
    border-radius: calc(var(--_radius) - 3px);
    background: var(--_surface);
    font-size: 0.875rem;
    font-weight: 550;
    white-space: nowrap;
  }
  .act:hover {
    border-color: var(--_ink);
  }
  .act.main {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 650;
  }
  .act.main:hover {
    background: color-mix(in srgb, var(--_accent) 88%, var(--_ink));
  }
  .act.small {
    min-width: 2.125rem;
    padding: 0 0.4rem;
    border-color: transparent;
    color: var(--_muted);
  }
  .act.small:hover,
  .act[aria-pressed='true'],
  .act[aria-expanded='true'] {
    border-color: var(--_accent);
    color: var(--_ink);
  }
  .act[aria-pressed='true'] {
    background: var(--_soft);
    color: var(--_accent);
  }
  .act[aria-disabled='true'] {
    cursor: default;
  }
  .word,
  .small kbd {
    display: none;
  }
  .note {
    display: grid;
    gap: 0.375rem;
    margin-top: 0.625rem;
    font-size: 0.875rem;
  }
  .note-label {
    color: var(--_muted);
  }
  textarea {
    width: 100%;
    min-height: 3.25rem;
    padding: 0.45rem 0.6rem;
    border: 1px solid var(--_muted);
    border-radius: calc(var(--_radius) - 3px);
    background: var(--_ground);
    color: inherit;
    font: inherit;
    resize: vertical;
  }
  .tick {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    cursor: pointer;
  }
  .tick input {
    width: 1.125rem;
    height: 1.125rem;
    margin: 0;
    accent-color: var(--_accent);
  }
  .tick small {
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .leaving {
    --_edge: var(--_line);
    background: transparent;
    border-style: dashed;
    border-color: var(--_line);
    box-shadow: none;
    color: var(--_muted);
    transition: color 200ms, background 200ms;
  }
  .leaving .headline {
    text-decoration: line-through 1px;
  }
  .leaving .priority {
    background: none;
    color: inherit;
  }
  :is(.leaving, .stale .card).urgent .priority {
    box-shadow: inset 0 0 0 1px currentColor;
  }
  .leaving .say,
  .leaving .say::before {
    background: transparent;
    color: inherit;
  }
  .leaving :is(.because, .follow-up) b {
    color: inherit;
  }
  .farewell {
    display: flex;
    align-items: center;
    gap: 0.4rem;
    min-height: 2.125rem;
    margin-top: 0.75rem;
    color: var(--_ink);
    font-weight: 600;
  }
  /* Out of date, and plainly so; still to be read, so not paler than AA allows. */
  .stale .card {
    --_edge: var(--_line);
    border-color: var(--_line);
    background: transparent;
    box-shadow: none;
    color: var(--_muted);
    filter: grayscale(1);
  }
  .stale :is(.say, .act) {
    background: transparent;
    color: inherit;
  }
  .stale .act:not(.small) {
    border-color: var(--_line);
  }
  .stale .urgent .priority {
    background: none;
    color: inherit;
  }
  .stale .priority {
    color: inherit;
  }
`;

const sizes = css`
  @container panel (max-width: 27rem) {
    .line-word.tight {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    .hints {
      gap: 0.5rem;
    }
    .clocks {
      flex: 1 1 100%;
    }
    .clock {
      flex: 1;
      min-width: 0;
    }
  }
  @container panel (max-width: 25rem) {
    .act:not(.small) kbd,
    .hint-more {
      display: none;
    }
    .card:not(.current) .act:not(.small) .label {
      translate: none;
    }
  }
  @container panel (max-width: 22rem) {
    .top,
    .call,
    .script,
    .list,
    .list-head,
    .foot {
      padding-inline: 0.625rem;
    }
    .list-head {
      margin-inline: -0.625rem;
    }
    article {
      padding: 0.625rem 0.625rem 0.625rem 0.875rem;
    }
    .quiet {
      gap: 0;
    }
  }
  @container panel (min-width: 40rem) {
    .word,
    .small kbd {
      display: inline;
    }
    .act.small {
      padding: 0 0.6rem;
    }
    .call,
    .script,
    .list {
      padding-inline: 1.5rem;
    }
    .list-head {
      margin-inline: -1.5rem;
      padding-inline: 1.5rem;
    }
    .call {
      padding-top: 1.25rem;
    }
    .customer {
      font-size: 1.625rem;
    }
    article {
      padding: 1rem 1.25rem 1rem 1.5rem;
    }
    .headline {
      font-size: 1.25rem;
    }
  }
  /* Wide enough for all steps side by side, each with its reason. */
  @container panel (min-width: 52rem) {
    .script.short {
      padding-block: 0.25rem 0;
    }
    .short ol {
      flex-wrap: nowrap;
      gap: 0;
    }
    .short .step {
      flex: 1 0 6.75rem;
      max-width: 14rem;
      /* Two lines of title and two of reason: the strip does not grow when a step is struck. */
      min-height: 5.5rem;
      padding: 1.375rem 0.75rem 0 0;
    }
    .short .step::before {
      content: '';
      position: absolute;
      top: 0.5rem;
      left: 0;
      right: 0;
      border-top: 2px solid var(--_line);
    }
    .short .step:last-child::before {
      right: auto;
      width: 1rem;
    }
    .short .marker {
      width: 0.875rem;
      height: 0.875rem;
    }
    .short .here,
    .short .step .why {
      position: static;
      width: auto;
      height: auto;
      clip-path: none;
    }
    .short .step .why {
      margin-top: 0.125rem;
      color: var(--_urgent);
      font-size: 0.75rem;
    }
  }
  /* Without a keyboard there is nothing to hint at. */
  @media (hover: none) {
    .hints {
      display: none;
    }
    .foot:has(.hints) {
      border-color: transparent;
      background: none;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .leaving {
      transition: none;
    }
  }
  @media (forced-colors: active) {
    .card::before {
      background: CanvasText;
    }
  }
`;

export const styles = [theme, frame, call, list, card, sizes];
