/// The panel by itself, in Chromium, against the stand-in: what it shows, how it is worked, and what
/// it does when the service misbehaves. `service.test.mjs` has the whole path.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { Browser, axe, card, eventually, layoutShifts, standing, step, still } from './support/browser.mjs';
import { SCRIPT, call, secondsAgo, suggestion } from './support/messages.mjs';
import { StandIn } from './support/stand_in.mjs';

let browser;
let server;
let pages = [];

before(async () => {
  browser = await Browser.start();
});
after(() => browser.close());
beforeEach(async () => {
  server = await StandIn.start();
});
afterEach(async () => {
  await Promise.all(pages.map((page) => page.context().close()));
  pages = [];
  await server.kill();
});

async function open(path = '/agent?agent=ana', options = {}) {
  const page = await browser.open(server.url + path, options);
  pages.push(page);
  return page;
}

/// The panel with one call on which these suggestions stand.
async function onCall(suggestions = [], { members = {}, options = {} } = {}) {
  server.calls = [call('c1', { suggestions, ...members })];
  const page = await open('/agent?agent=ana', options);
  await page.locator('.customer').waitFor();
  return page;
}

const outage = (members = {}) =>
  suggestion('outage', {
    kind: 'suppress',
    steps: ['cross_sell'],
    priority: 'urgent',
    headline: 'Leave the bundle offer out',
    because: 'Hurricane damage in Denver',
    ...members,
  });

/// Where a card is, in whole pixels.
async function top(page, id) {
  await still(page);
  return Math.round((await card(page, id).boundingBox()).y);
}

async function order(page, ...ids) {
  await eventually(() => standing(page), (seen) => seen.join() === ids.join(), `cards are ${ids}`);
}

describe('the panel shows', () => {
  test('calm words while there is no call, and while a call needs nothing', async () => {
    const page = await open();
    await page.getByText('No call', { exact: true }).waitFor();
    server.send({ type: 'call', call: call() });
    await page.getByText('All as usual').waitFor();
    assert.equal(await page.locator('.customer').textContent(), 'alan');
    assert.deepEqual(page.complaints, []);
  });

  test('a card with all that a suggestion says', async () => {
    const page = await onCall([
      suggestion('goodwill', {
        kind: 'offer',
        offer: { gesture: 'waive_late_fee', amount: 25, currency: 'USD' },
        priority: 'high',
        headline: 'Waive the late fee',
        say: 'I took the fee off.',
        because: 'Waited 7 minutes',
        ask: 'Is there anything else?',
        follow_up: 'Check the next bill',
        raised_at: secondsAgo(130),
      }),
    ]);
    const text = await card(page, 'goodwill').innerText();
    for (const part of ['High', 'Offer', 'Waive the late fee', '$25.00', 'I took the fee off.', 'Waited 7 minutes', 'Is there anything else?', 'Check the next bill', '2 min']) {
      assert.ok(text.includes(part), `${part} in ${text}`);
    }
  });

  test('a card whose headline is empty by its kind, with its words', async () => {
    const page = await onCall();
    server.raise(suggestion('a', { headline: '', say: 'I am sorry.', because: 'Long wait' }));
    assert.equal(await card(page, 'a').locator('.headline').textContent(), 'Say');
    const text = await card(page, 'a').innerText();
    assert.ok(text.includes('I am sorry.') && text.includes('Long wait'), text);
  });

  test('a suppressed step struck through, with the reason, for as long as the suggestion stands', async () => {
    const page = await onCall();
    server.raise(outage());
    await page.locator('.step.suppressed[data-step="cross_sell"]').waitFor();
    assert.equal(await step(page, 'cross_sell').locator('s').textContent(), 'Bundle offer');
    assert.match(await step(page, 'cross_sell').innerText(), /Hurricane damage in Denver/);
    server.withdraw('outage');
    await eventually(() => step(page, 'cross_sell').locator('s').count(), (n) => n === 0, 'the step is back');
  });

  for (const width of [320, 420, 600, 1280]) {
    test(`every step that is left out, whole and without scrolling, at ${width} px; the strip keeps its height`, async () => {
      const page = await onCall([], { options: { viewport: { width, height: 760 } } });
      const height = async () => (await page.locator('.script').boundingBox()).height;
      const before = await height();
      server.raise(outage({ steps: ['cross_sell', 'survey'] }));
      for (const name of ['cross_sell', 'survey']) {
        await step(page, name).locator('s').waitFor();
        const box = await step(page, name).locator('s').boundingBox();
        assert.ok(box.x >= 0 && box.x + box.width <= width && box.width > 30, `${name}: ${JSON.stringify(box)}`);
      }
      assert.equal(await height(), before);
      const hidden = await page.locator('.script').evaluate((strip) => strip.scrollWidth - strip.clientWidth);
      assert.equal(hidden, 0);
    });
  }

  test('the keys in one line, while there is a card for them', async () => {
    const page = await onCall([], { options: { viewport: { width: 320, height: 640 } } });
    const foot = async () => (await page.locator('.foot').boundingBox()).height;
    const before = await foot();
    assert.equal(await page.locator('.hints').count(), 0);
    server.raise(suggestion('a'));
    await page.locator('.hints').waitFor();
    assert.equal(await foot(), before);
    assert.ok(before < 40, String(before));
    server.send({ type: 'call_gone', call: 'c1', reason: 'ended' });
    await page.getByText('No call', { exact: true }).waitFor();
    assert.equal(await page.locator('.hints').count(), 0);
  });

  test('with two calls at 320 px, the state of the line and the way to another agent', async () => {
    server.calls = [call('c1'), call('c2', { customer: 'grace' })];
    const page = await open('/agent?agent=ana', { viewport: { width: 320, height: 640 } });
    await page.locator('.tab').first().waitFor();
    const line = page.locator('.line');
    assert.equal(await line.getAttribute('title'), 'Connected');
    assert.match(await line.innerText(), /Connected/);
    await page.getByRole('link', { name: 'Switch' }).click();
    await page.getByLabel('Agent id').waitFor();
  });

  test('why a card leaves, before it leaves', async () => {
    const page = await onCall([outage(), suggestion('b')]);
    server.withdraw('outage', 'no_longer_true');
    await card(page, 'outage').getByText('No longer true').waitFor();
    await card(page, 'outage').waitFor({ state: 'detached' });
    await order(page, 'b');
  });

  test('clocks that run', async () => {
    const page = await onCall([], {
      members: { on_hold: true, held_at: secondsAgo(59), wait_seconds: 403, hold_total_seconds: 80, answered_at: secondsAgo(200) },
    });
    const hold = page.locator('.clock.hold dd span').first();
    assert.match(await page.locator('.clock.wait').innerText(), /6:43/);
    await eventually(() => hold.textContent(), (text) => /^1:0[2-9]$/.test(text), 'the hold runs');
    server.send({ type: 'call', call: call('c1', { hold_total_seconds: 83 }) });
    await eventually(() => page.locator('.clock.hold').innerText(), (text) => /Held\s+1:23/.test(text), 'the hold ended');
  });

  test('several calls, one at a time, each with what it needs', async () => {
    server.calls = [call('c1'), call('c2', { customer: 'grace', on_hold: true })];
    const page = await open();
    assert.equal(await page.locator('.customer').textContent(), 'alan');
    server.raise(outage({ call: 'c2' }));
    const tab = page.getByRole('button', { name: /grace.*1 suggestion, urgent/ });
    await tab.click();
    await order(page, 'outage');
    assert.equal(await page.locator('.customer').textContent(), 'grace');
    server.send({ type: 'call_gone', call: 'c2', reason: 'ended' });
    await eventually(() => page.locator('.customer').textContent(), (name) => name === 'alan', 'the other call');
  });

  test('text as text: nothing that a platform sends becomes markup', async () => {
    const nasty = '<img src=x onerror=alert(1)>';
    const page = await onCall([suggestion('a', { headline: nasty, say: nasty, because: nasty })], {
      members: { customer: nasty, queue: nasty, script: [{ step: 's', title: nasty, suppressed: true, by: ['a'] }] },
    });
    assert.equal(await card(page, 'a').locator('.headline').textContent(), nasty);
    assert.equal(await page.locator('img').count(), 0);
  });
});

describe('under the hand', () => {
  const three = () => [suggestion('a'), suggestion('b'), suggestion('c')];

  test('no card moves while the pointer is on one; the list settles when it leaves', async () => {
    const page = await onCall(three());
    await card(page, 'b').hover();
    const shifts = await layoutShifts(page);
    const at = await top(page, 'b');
    server.raise(outage());
    await order(page, 'a', 'b', 'c', 'outage');
    server.withdraw('a');
    await card(page, 'a').getByText('No longer true').waitFor();
    await page.waitForTimeout(2_500); // past the time at which the leaving card would have closed
    assert.equal(await top(page, 'b'), at);
    assert.deepEqual(await shifts(), []);
    await page.getByText('New, urgent').waitFor();
    await page.mouse.move(5, 5);
    await order(page, 'outage', 'b', 'c');
  });

  test('a card whose words grow above the pointer keeps its height', async () => {
    const page = await onCall(three());
    await card(page, 'b').hover();
    const at = await top(page, 'b');
    server.send({ type: 'changed', suggestion: suggestion('a', { say: 'Many more words. '.repeat(20) }) });
    await card(page, 'a').getByText('Many more words').waitFor();
    assert.equal(await top(page, 'b'), at);
  });

  test('no card moves while the keyboard is on one', async () => {
    const page = await onCall(three());
    await current(page, 'a');
    await page.keyboard.press('j');
    await eventually(() => focused(page), (id) => id === 'b', 'the second has the focus');
    const at = await top(page, 'b');
    server.raise(outage());
    await order(page, 'a', 'b', 'c', 'outage');
    assert.equal(await top(page, 'b'), at);
    await page.keyboard.press('k');
    await order(page, 'outage', 'a', 'b', 'c');
    await eventually(() => focused(page), (id) => id === 'a', 'the focus went to the one above');
  });

  test('with no hand there, cards come and go without moving anything above the list', async () => {
    const page = await onCall([]);
    const boxes = () =>
      page.evaluate(() => {
        const root = document.querySelector('agent-assist-panel').shadowRoot;
        return ['.top', '.call', '.script', '.list-head', '.foot'].map((part) => {
          const { top, height } = root.querySelector(part).getBoundingClientRect();
          return [part, top, height];
        });
      });
    const before = await boxes();
    server.raise(outage());
    await order(page, 'outage');
    assert.deepEqual(await boxes(), before);
    server.raise(suggestion('b'));
    server.withdraw('outage');
    await card(page, 'outage').waitFor({ state: 'detached' });
    assert.deepEqual(await boxes(), before);
    await server.kill();
    await page.getByText('suggestions may be out of date').waitFor();
    assert.deepEqual(await boxes(), before);
    await server.listen();
  });

  test('a press on a card that only just slid under the pointer does nothing', async () => {
    const page = await browser.open('about:blank');
    pages.push(page);
    await page.clock.install();
    server.calls = [call('c1', { suggestions: three() })];
    await page.goto(`${server.url}/agent?agent=ana`);
    await current(page, 'a');
    // From here on time passes only as the test says: "just now" is just now on any machine.
    await page.clock.pauseAt(Date.now() + 60_000);
    server.withdraw('a');
    await card(page, 'a').getByText('No longer true').waitFor();
    for (let i = 0; i < 100 && (await card(page, 'a').count()) > 0; ++i) await page.clock.runFor(50);
    assert.equal(await card(page, 'a').count(), 0);
    await still(page);
    const button = await card(page, 'b').locator('[data-verdict="used"]').boundingBox();
    const press = () => page.mouse.click(button.x + 5, button.y + 5);
    await press();
    assert.deepEqual(server.received, []);
    await page.clock.runFor(1000);
    await press();
    await eventually(() => server.received.length, (n) => n > 0, 'a press a moment later counts');
    assert.deepEqual(server.received.map((m) => m.suggestion), ['b']);
  });
});

/// Waits until this card is the one that keys act on, and no other is.
async function current(page, id) {
  const marked = () => page.locator('li.card.current').evaluateAll((cards) => cards.map((c) => c.dataset.suggestion));
  await eventually(marked, (ids) => ids.join() === id, `${id} is current`);
}

function focused(page) {
  return page.evaluate(() => {
    const root = document.querySelector('agent-assist-panel').shadowRoot;
    return root.activeElement?.closest('li.card')?.dataset.suggestion ?? null;
  });
}

describe('verdicts', () => {
  /// Answers as the service does.
  function answering() {
    server.onFeedback = ({ suggestion: id, verdict }, answer) => {
      answer({ type: 'feedback_saved', suggestion: id });
      if (verdict === 'used' || verdict === 'dismissed') server.withdraw(id, verdict);
    };
  }

  test('by keyboard: each key says what its hint promises, about the current card', async () => {
    answering();
    const page = await onCall([suggestion('a'), suggestion('b'), suggestion('c'), suggestion('d')]);
    const pressed = (verdict) => () => card(page, 'a').locator(`[data-verdict="${verdict}"]`).getAttribute('aria-pressed');
    await current(page, 'a');
    await page.keyboard.press('h');
    await eventually(pressed('helpful'), (state) => state === 'true', 'helpful is saved');
    await page.keyboard.press('x');
    await eventually(pressed('unhelpful'), (state) => state === 'true', 'the agent thought again');
    assert.equal(await pressed('helpful')(), 'false');
    await page.keyboard.press('j');
    await page.keyboard.press('u');
    await card(page, 'b').waitFor({ state: 'detached' });
    await eventually(() => focused(page), (id) => id === 'c', 'the next card has the focus');
    await current(page, 'c');
    await page.keyboard.press('n');
    await card(page, 'c').waitFor({ state: 'detached' });
    const said = server.received.map((message) => [message.suggestion, message.verdict]);
    assert.deepEqual(said, [['a', 'helpful'], ['a', 'unhelpful'], ['b', 'used'], ['c', 'dismissed']]);
    await order(page, 'a', 'd');
  });

  test('one card is current from the start, with the hints; no key counts twice for it', async () => {
    const page = await onCall([suggestion('a'), suggestion('b')]);
    await current(page, 'a');
    const shown = (id) => card(page, id).locator('kbd').first().isVisible();
    assert.deepEqual([await shown('a'), await shown('b')], [true, false]);
    for (const key of ['Shift+U', 'Control+U', 'Alt+U']) await page.keyboard.press(key);
    for (const key of ['u', 'u', 'n']) await page.keyboard.press(key);
    await eventually(() => server.received.length, (n) => n > 0, 'one verdict');
    await page.waitForTimeout(100);
    assert.deepEqual(server.received.map((m) => [m.suggestion, m.verdict]), [['a', 'used']]);
  });

  test('a key meant for a card that just went, or was pushed down, hits no other', async () => {
    const page = await onCall([suggestion('a'), suggestion('b')]);
    await current(page, 'a');
    server.raise(outage());
    await order(page, 'outage', 'a', 'b');
    await current(page, 'a');
    server.withdraw('a');
    await card(page, 'a').getByText('No longer true').waitFor();
    await page.keyboard.press('u');
    assert.deepEqual(server.received, []);
    await current(page, 'b');
    await page.keyboard.press('n');
    await eventually(() => server.received.length, (n) => n > 0, 'a verdict');
    assert.deepEqual(server.received.map((m) => m.suggestion), ['b']);
  });

  test('a note goes with the verdict, confidential if so ticked, and its letters are no shortcuts', async () => {
    answering();
    const page = await onCall([suggestion('a')]);
    await current(page, 'a');
    await page.keyboard.press('o');
    await page.getByLabel('Note, sent with your verdict').waitFor();
    await eventually(() => page.evaluate(() => document.querySelector('agent-assist-panel').shadowRoot.activeElement.localName), (name) => name === 'textarea', 'the note has the focus');
    await page.keyboard.type('unhook jobs now');
    await page.getByLabel('Confidential').check();
    await page.mouse.move(5, 5);
    assert.deepEqual(server.received, []);
    await page.keyboard.press('Escape');
    await page.keyboard.press('u');
    await eventually(() => server.received.length, (n) => n === 1, 'the verdict');
    assert.deepEqual(server.received[0], {
      type: 'feedback',
      suggestion: 'a',
      verdict: 'used',
      note: 'unhook jobs now',
      confidential: true,
    });
    await card(page, 'a').waitFor({ state: 'detached' });
  });

  test('by pointer, and quietly thanked for', async () => {
    answering();
    const page = await onCall([suggestion('a')]);
    await card(page, 'a').getByRole('button', { name: /^Helpful/ }).click();
    await page.getByRole('status').getByText('Saved').waitFor();
    await order(page, 'a');
  });

  test('that the service refuses or does not answer can be given again', async () => {
    const page = await onCall([suggestion('a')]);
    server.onFeedback = (_, answer) => answer({ type: 'error', code: 'unknown_suggestion', detail: 'It is gone.' });
    await card(page, 'a').getByRole('button', { name: 'Used' }).click();
    await page.getByText('Not saved: It is gone.').waitFor();
    answering();
    await card(page, 'a').getByRole('button', { name: 'Used' }).click();
    await page.mouse.move(5, 5);
    await card(page, 'a').waitFor({ state: 'detached' });
  });
});

describe('a card that leaves', () => {
  test('goes once the pointer is elsewhere, also where nobody told that it left', async () => {
    const page = await onCall([suggestion('a')]);
    const pointer = (type, selector) => page.evaluate(([name, where]) => {
      const root = document.querySelector('agent-assist-panel').shadowRoot;
      const target = where === null ? document.body : root.querySelector(where);
      target.dispatchEvent(new PointerEvent(name, { pointerType: 'mouse', bubbles: true, composed: true }));
    }, [type, selector]);
    await pointer('pointermove', '.cards');
    server.withdraw('a');
    await card(page, 'a').getByText('No longer true').waitFor();
    await page.waitForTimeout(4000);
    assert.equal(await card(page, 'a').count(), 1, 'it stays under the pointer');
    await pointer('pointermove', null);
    await card(page, 'a').waitFor({ state: 'detached' });
  });
});

describe('when the service', () => {
  test('dies, the panel says so, keeps what it knew, and comes back by itself', async () => {
    const page = await onCall([outage()]);
    await server.kill();
    await page.getByText('suggestions may be out of date').waitFor();
    await order(page, 'outage');
    assert.equal(await page.locator('.cards.stale').count(), 1);
    await page.keyboard.press('j');
    await page.keyboard.press('u');
    await page.getByText('Not saved: not connected.').waitFor();
    server.calls = [call('c1', { suggestions: [suggestion('b')] })];
    await server.listen();
    await page.getByRole('button', { name: 'Try now' }).click().catch(() => {}); // it may be back already
    await eventually(() => page.locator('.cards.stale').count(), (n) => n === 0, 'connected again');
    assert.deepEqual(server.received, []);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await eventually(() => standing(page), (ids) => ids.join() === 'b', 'the new state replaced the old');
  });

  test('is long in coming back, a panel that was let in without a token asks for no ticket', async () => {
    const page = await onCall([outage()]);
    server.turnBusy();
    const again = () => page.evaluate(() => document.querySelector('agent-assist-panel').reconnect());
    for (const tries of [1, 2, 3, 4]) {
      await again();
      await eventually(() => server.turnedAway, (n) => n >= tries, `try ${tries}`);
    }
    await page.waitForTimeout(100);
    assert.equal(server.ticketRequests, 0);
    server.busy = false;
    await again();
    await eventually(() => page.locator('.cards.stale').count(), (n) => n === 0, 'connected again');
  });

  test('knows no tickets, a panel that it never let in asks for one only once', async () => {
    server.busy = true;
    await open();
    await eventually(() => server.turnedAway, (n) => n >= 5, 'tries', 15_000);
    assert.equal(server.ticketRequests, 1);
  });

  test('never speaks, the panel does not wait for ever', async () => {
    server.greets = false;
    const page = await browser.open('about:blank');
    pages.push(page);
    await page.clock.install();
    await page.goto(`${server.url}/agent?agent=ana`);
    await page.getByText('Your calls appear here in a moment.').waitFor();
    await eventually(() => server.connections, (n) => n === 1, 'a connection');
    await page.clock.fastForward(8_000);
    await page.getByText('suggestions may be out of date').waitFor();
  });

  test('is silent after a change of network, the cut is found', async () => {
    const page = await browser.open('about:blank');
    pages.push(page);
    await page.clock.install();
    server.calls = [call()];
    await page.goto(`${server.url}/agent?agent=ana`);
    await page.locator('.customer').waitFor();
    server.fallSilent();
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await eventually(() => server.connections, (n) => n === 2, 'a second line');
    await page.clock.fastForward(8_000);
    await page.getByText('suggestions may be out of date').waitFor();
  });

  test('is well after a change of network, nothing is seen of the check', async () => {
    const page = await onCall([outage()]);
    const states = await page.evaluateHandle(() => {
      const seen = [];
      document.addEventListener('connection', (event) => seen.push(event.detail.state));
      window.dispatchEvent(new Event('online'));
      return seen;
    });
    await eventually(() => server.connections, (n) => n === 2, 'a second line');
    server.raise(suggestion('b'));
    await order(page, 'outage', 'b');
    assert.deepEqual(await states.jsonValue(), []);
  });

  test('sends what makes no sense, the rest is shown, and the host is told', async () => {
    const page = await onCall();
    const problems = await page.evaluateHandle(() => {
      const seen = [];
      document.addEventListener('problem', (event) => seen.push(event.detail.kind));
      return seen;
    });
    server.sendText('{"type":"raised","sugg');
    server.send({ type: 'raised', suggestion: { id: 'x' } });
    server.send({ type: 'weather', sky: 'blue' });
    server.raise(suggestion('a'));
    await order(page, 'a');
    assert.deepEqual(await problems.jsonValue(), ['malformed', 'malformed', 'unknown']);
    assert.deepEqual(page.complaints, []);
  });

  test('asks for a token, the page does, and keeps it to itself', async () => {
    server.token = 'secret';
    server.calls = [call()];
    const page = await open();
    await page.getByLabel('Token').fill('wrong');
    await page.keyboard.press('Enter');
    await eventually(() => page.getByLabel('Token').inputValue(), (text) => text === '', 'asked again');
    await page.getByLabel('Token').fill('secret');
    await page.keyboard.press('Enter');
    await page.locator('.customer').waitFor();
    assert.ok(!(await page.content()).includes('secret'));
    assert.ok(!page.url().includes('secret'));
  });
});

describe('the host', () => {
  test('hears of suggestions, also of those that a welcome brings and takes', async () => {
    const page = await onCall([outage()]);
    const events = await page.evaluateHandle(() => {
      const seen = [];
      const hear = (event) => seen.push([event.type, event.detail.suggestion?.id ?? event.detail.id, event.detail.reason ?? null]);
      document.addEventListener('suggestion-raised', hear);
      document.addEventListener('suggestion-withdrawn', hear);
      return seen;
    });
    server.raise(suggestion('b'));
    server.withdraw('outage', 'expired');
    server.send({ type: 'welcome', agent: 'ana', calls: [call('c1', { suggestions: [suggestion('c')] })] });
    server.send({ type: 'call_gone', call: 'c1', reason: 'transferred' });
    await page.getByText('No call', { exact: true }).waitFor();
    assert.deepEqual(await events.jsonValue(), [
      ['suggestion-raised', 'b', null],
      ['suggestion-withdrawn', 'outage', 'expired'],
      ['suggestion-raised', 'c', null],
      ['suggestion-withdrawn', 'b', ''],
      ['suggestion-withdrawn', 'c', 'transferred'],
    ]);
  });

  test('asks who the agent is if its address does not say, and remembers', async () => {
    const page = await open('/agent');
    const field = page.getByLabel('Agent id');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Enter your agent id.').waitFor();
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    await page.keyboard.type('ana');
    assert.equal(await page.getByRole('alert').textContent(), '');
    await page.keyboard.press('Enter');
    await page.getByText('No call', { exact: true }).waitFor();
    assert.match(page.url(), /\/agent\?agent=ana$/);
    await page.getByRole('link', { name: 'Switch' }).click();
    assert.equal(await field.inputValue(), 'ana');
  });

  test('leaves letters alone that are typed in fields of its own', async () => {
    const page = await onCall([suggestion('a')]);
    await page.evaluate(() => {
      document.body.prepend(document.createElement('input'));
      document.querySelector('input').focus();
    });
    await page.keyboard.type('jun');
    assert.equal(await page.locator('body > input').inputValue(), 'jun');
    assert.deepEqual(server.received, []);
  });
});

describe('for everybody', () => {
  test('what comes is announced: urgent things at once, others when there is a pause', async () => {
    const page = await onCall();
    server.raise(outage({ say: 'Sorry.' }));
    const urgent = page.locator('[aria-live="assertive"]');
    await urgent.getByText('Urgent. Leave out: Leave the bundle offer out. Say: Sorry.').waitFor({ state: 'attached' });
    server.raise(suggestion('b'));
    await page.locator('[aria-live="polite"]').getByText('Say: Headline of b.').waitFor({ state: 'attached' });
  });

  test('nothing glides for who asked for less motion', async () => {
    for (const [reducedMotion, moves] of [['no-preference', true], ['reduce', false]]) {
      const page = await onCall([suggestion('a')], { options: { reducedMotion } });
      await still(page);
      // Each beginning is counted: a busy browser may draw no picture while something moves.
      const begun = await page.evaluateHandle(() => {
        const seen = { count: 0 };
        const { shadowRoot } = document.querySelector('agent-assist-panel');
        for (const what of ['transitionrun', 'animationstart']) shadowRoot.addEventListener(what, () => ++seen.count);
        const { animate } = Element.prototype;
        Element.prototype.animate = function (...how) {
          ++seen.count;
          return animate.apply(this, how);
        };
        return seen;
      });
      const count = async () => (await begun.jsonValue()).count;
      server.raise(outage());
      await order(page, 'outage', 'a');
      if (moves) await eventually(count, (n) => n > 0, 'something glides');
      await page.waitForTimeout(50);
      assert.equal((await count()) > 0, moves, reducedMotion);
    }
  });

  for (const [width, colorScheme] of [320, 420, 1280].flatMap((w) => [[w, 'light'], [w, 'dark']])) {
    test(`axe finds nothing at ${width} px, ${colorScheme}`, async () => {
      const options = { colorScheme, viewport: { width, height: 640 } };
      const page = await onCall(
        [
          outage(),
          suggestion('b', { priority: 'high', escalate_to: 'tier2', kind: 'escalate_to' }),
          suggestion('c', { kind: 'offer', offer: { gesture: 'waive', amount: 5, currency: 'USD' } }),
          suggestion('d', { priority: 'low' }),
        ],
        { members: { on_hold: true }, options },
      );
      await page.keyboard.press('j');
      await page.keyboard.press('o');
      assert.deepEqual(await axe(page), [], 'with cards');
      server.withdraw('outage');
      await card(page, 'outage').locator('.farewell').waitFor();
      assert.deepEqual(await axe(page), [], 'with a card that leaves');
      server.send({ type: 'call', call: call('c2', { customer: 'grace' }) });
      await page.locator('.tab').first().waitFor();
      assert.deepEqual(await axe(page), [], 'with two calls');
      await server.kill();
      await page.getByText('suggestions may be out of date').waitFor();
      assert.deepEqual(await axe(page), [], 'cut off');
      await server.listen();
      assert.deepEqual(await axe(await open('/agent', options)), [], 'the form');
      server.calls = [];
      assert.deepEqual(await axe(await open('/agent?agent=ana', options)), [], 'no call');
    });
  }

  test('nothing is wider than 320 px', async () => {
    const page = await onCall([outage({ headline: 'x'.repeat(80), say: `https://${'y'.repeat(90)}` })], {
      members: { customer: 'z'.repeat(90), queue: 'q'.repeat(60) },
      options: { viewport: { width: 320, height: 640 } },
    });
    const [inner, body] = await page.evaluate(() => {
      const list = document.querySelector('agent-assist-panel').shadowRoot.querySelector('.body');
      return [document.documentElement.scrollWidth, list.scrollWidth];
    });
    assert.deepEqual([inner, body <= 320], [320, true]);
  });
});

assert.ok(SCRIPT.some(({ step: name }) => name === 'cross_sell'));
