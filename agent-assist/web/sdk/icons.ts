/// Icons, drawn here so that the panel needs no other file. All are decoration: words stand beside
/// them, or the button that holds one has a name.

import { svg, type SVGTemplateResult } from 'lit';

function icon(shape: SVGTemplateResult): SVGTemplateResult {
  return svg`<svg class="icon" viewBox="0 0 20 20" width="16" height="16" fill="none"
    stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"
    aria-hidden="true">${shape}</svg>`;
}

export const thumbUp = icon(svg`<path d="M6.5 9 9.6 3c1.3 0 2 .9 2 2.1L11 8h4.2c1 0 1.7.9 1.5 1.9l-1 5
  c-.1.8-.8 1.4-1.6 1.4H6.5zM6.5 9H3.6v7.3h2.9"/>`);
export const thumbDown = icon(svg`<path d="m13.5 11-3.1 6c-1.3 0-2-.9-2-2.1L9 12H4.8c-1 0-1.7-.9-1.5-1.9l1-5
  c.1-.8.8-1.4 1.6-1.4h7.6zM13.5 11h2.9V3.7h-2.9"/>`);
export const note = icon(svg`<path d="M4 16l.7-3.3L13 4.4a1.6 1.6 0 0 1 2.3 0l.3.3a1.6 1.6 0 0 1 0 2.3l-8.3 8.3z"/>`);
export const check = icon(svg`<path d="m4.5 10.5 3.6 3.6 7.4-8"/>`);
export const urgent = icon(svg`<path d="M10 3.2 18 16.6H2zM10 8.4v3.4M10 14.2v.1"/>`);
export const high = icon(svg`<path d="m5 11 5-5 5 5M5 15.5l5-5 5 5"/>`);
export const low = icon(svg`<path d="m5 8 5 5 5-5"/>`);
export const cut = icon(svg`<path d="M3 3l14 14M2.6 8.1a11 11 0 0 1 3.4-2.2M9 4.9a11 11 0 0 1 8.4 3.2
  M5.4 11.3a7 7 0 0 1 3.3-1.9M12.6 9.9a7 7 0 0 1 2 1.4M8.2 14.2a3 3 0 0 1 3.4 0"/>`);
export const headset = svg`<svg class="icon" viewBox="0 0 48 48" width="48" height="48" fill="none"
  stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
  <path d="M9 29v-5a15 15 0 0 1 30 0v5"/><rect x="6" y="27" width="7" height="11" rx="3"/>
  <rect x="35" y="27" width="7" height="11" rx="3"/><path d="M38.5 38c0 4-4 6-9 6"/></svg>`;
export const script = svg`<svg class="icon" viewBox="0 0 48 48" width="48" height="48" fill="none"
  stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
  <path d="M7 12h34v22H23l-8 8v-8H7z"/><path d="m17 23 5 5 9-10"/></svg>`;
