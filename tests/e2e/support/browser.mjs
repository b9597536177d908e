/// Chromium, and what tests look at in it.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AXE, chromium } from './tools.mjs';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/// A browser with a fresh profile. `pages` opened through it collect what the console complains of.
export class Browser {
  static async start() {
    const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
    const browser = new Browser();
    browser.inner = await chromium.launch({ executablePath, args: FLAGS });
    return browser;
  }

  async open(url, options = {}) {
    const context = await this.inner.newContext({ viewport: { width: 420, height: 760 }, ...options });
    context.setDefaultTimeout(8_000);
    const page = await context.newPage();
    page.complaints = [];
    page.on('pageerror', (error) => page.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') page.complaints.push(message.text());
    });
    await page.goto(url);
    return page;
  }

  async close() {
    await this.inner.close();
  }
}

export const card = (page, id) => page.locator(`li.card[data-suggestion="${id}"]`);
export const step = (page, name) => page.locator(`.step[data-step="${name}"]`);

/// The ids of the cards on screen, top first; those that are leaving are not counted.
export function standing(page) {
  return page.locator('li.card:not(.leaving)').evaluateAll((cards) => cards.map((c) => c.dataset.suggestion));
}

/// Polls until `look` gives what `expected` says, or fails with what it last gave.
export async function eventually(look, accept, what, ms = 5_000) {
  const end = Date.now() + ms;
  for (;;) {
    const seen = await look();
    if (accept(seen)) return seen;
    if (Date.now() > end) throw new Error(`${what}; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/// How many animations run in the panel.
export function animations(page) {
  return page.evaluate(() => document.querySelector('agent-assist-panel')?.shadowRoot.getAnimations().length ?? 0);
}

/// Waits until nothing moves.
export async function still(page) {
  await eventually(() => animations(page), (running) => running === 0, 'nothing moves');
}

/// What axe finds wrong on the page, shadow roots included: one line for each.
export async function axe(page) {
  await still(page);
  await page.evaluate(await readFile(AXE, 'utf8')); // not as a script element: the policy refuses it
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.flat().join(' ')}: ${node.failureSummary}`),
  );
}

/// Watches for layout shifts from now on; gives those seen when called, one text for each. The page's
/// font is there by then: what moves when it comes is no matter of cards.
export async function layoutShifts(page) {
  await page.evaluate(async () => {
    await document.fonts.load('16px "Inter Variable"');
    await document.fonts.ready;
    window.shifts = [];
    new PerformanceObserver((list) => {
      const name = ({ node, previousRect: from, currentRect: to }) =>
        `${node?.className || node?.textContent} from ${from.x},${from.y} to ${to.x},${to.y}`;
      for (const entry of list.getEntries()) {
        window.shifts.push(`${entry.value}: ${entry.sources.map(name).join(', ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: false });
  });
  return () =>
    page.evaluate(
      () => new Promise((resolve) => setTimeout(() => resolve(window.shifts), 100)),
    );
}

/// A directory of its own that is gone after `use`.
export async function withDirectory(use) {
  const path = await mkdtemp(join(tmpdir(), 'agent-assist-'));
  try {
    return await use(path);
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}
