/// From an event to the screen: the service as it ships, and its page in Chromium. Each test has a
/// service and data of its own.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Browser, axe, card, eventually, layoutShifts, standing, step, withDirectory } from './support/browser.mjs';
import { PROGRAM, Service } from './support/service.mjs';

const OUTAGE = { kind: 'outage', areas: ['denver'], summary: 'Hurricane damage in Denver' };

const opened = { type: 'incident.opened', subject: 'inc-1', data: OUTAGE };
const resolved = { type: 'incident.resolved', subject: 'inc-1' };
const started = { type: 'call.started', subject: 'c1', data: { customer: 'alan', area: 'denver', queue: 'billing' } };
const answered = { type: 'call.answered', subject: 'c1', data: { agent: 'ana' } };

let browser;

before(async () => {
  browser = await Browser.start();
});
after(() => browser?.close());

/// A running service and a way to open ana's page; all of it is gone afterwards.
function withService(use) {
  return withDirectory(async (data) => {
    const service = await Service.start(data);
    const pages = [];
    const open = async (options) => {
      const page = await browser.open(`${service.url}/agent?agent=ana`, options);
      pages.push(page);
      await page.getByText('Connected', { exact: true }).waitFor();
      return page;
    };
    try {
      await use(service, open);
    } finally {
      await Promise.all(pages.map((page) => page.context().close()));
      await service.stop();
    }
  });
}

/// The card of the rule `outage`, whatever its suggestion is called in the rules.
const outageCard = (page) => page.locator('li.card:not(.leaving)[data-name^="outage"]').first();

async function id(locator) {
  return locator.getAttribute('data-suggestion');
}

const skip = PROGRAM ? false : 'nothing is built: set AGENT_ASSIST_BIN';

describe('the service and its page', { skip, timeout: 120_000 }, () => {
  test('an outage raises a card and strikes the bundle offer; its end takes both back', () =>
    withService(async (service, open) => {
      const page = await open();
      await page.getByText('No call', { exact: true }).waitFor();
      await service.post(opened, started, answered);
      await outageCard(page).waitFor();
      assert.match(await outageCard(page).locator('.headline').innerText(), /\S/);
      assert.match(await outageCard(page).innerText(), /Hurricane damage in Denver/);
      assert.equal(await page.locator('.customer').textContent(), 'alan');
      await step(page, 'cross_sell').locator('s').waitFor();
      await service.post(resolved);
      await outageCard(page).waitFor({ state: 'detached' });
      await eventually(() => step(page, 'cross_sell').locator('s').count(), (n) => n === 0, 'the step is back');
      await service.post({ type: 'call.ended', subject: 'c1' });
      await page.getByText('No call', { exact: true }).waitFor();
      assert.deepEqual(page.complaints, []);
    }));

  test('an outage that opens mid-call acts at once', () =>
    withService(async (service, open) => {
      const page = await open();
      await service.post(started, answered);
      await page.locator('.customer').waitFor();
      assert.equal(await outageCard(page).count(), 0);
      await service.post(opened);
      await outageCard(page).waitFor();
    }));

  test('a killed service is missed at once, and back with all that stood', () =>
    withService(async (service, open) => {
      const page = await open();
      await service.post(opened, started, answered);
      await outageCard(page).waitFor();
      const before = await standing(page);
      await service.kill();
      await page.getByText('suggestions may be out of date').waitFor();
      assert.deepEqual(await standing(page), before);
      await service.run();
      await page.getByText('Connected', { exact: true }).waitFor({ timeout: 20_000 });
      assert.deepEqual(await standing(page), before);
      await service.post(resolved);
      await outageCard(page).waitFor({ state: 'detached' });
    }));

  for (const [key, name] of [['u', 'used'], ['n', 'not now']]) {
    test(`${name}, by keyboard, takes the card off every screen of the agent, also of later ones`, () =>
      withService(async (service, open) => {
        const [one, two] = [await open(), await open()];
        await service.post(opened, started, answered);
        await Promise.all([outageCard(one).waitFor(), outageCard(two).waitFor()]);
        const judged = await id(outageCard(one));
        assert.equal((await standing(one))[0], judged, 'the urgent one is first');
        await one.bringToFront();
        await one.locator(`li.card.current[data-suggestion="${judged}"]`).waitFor();
        await one.keyboard.press(key);
        await card(one, judged).waitFor({ state: 'detached' });
        await card(two, judged).waitFor({ state: 'detached' });
        const three = await open();
        await three.locator('.customer').waitFor();
        assert.equal(await card(three, judged).count(), 0);
      }));
  }

  test('helpful is saved, and the card stays', () =>
    withService(async (service, open) => {
      const page = await open();
      await service.post(opened, started, answered);
      await outageCard(page).waitFor();
      await page.locator('li.card.current').waitFor();
      await page.keyboard.press('h');
      await page.getByRole('status').getByText('Saved').waitFor();
      assert.equal(await outageCard(page).count(), 1);
    }));

  for (const colorScheme of ['light', 'dark']) {
    test(`axe finds nothing at 320 px, ${colorScheme}`, () =>
      withService(async (service, open) => {
        const page = await open({ colorScheme, viewport: { width: 320, height: 640 } });
        assert.deepEqual(await axe(page), [], 'no call');
        await service.post(opened, started, answered, { type: 'call.held', subject: 'c1' });
        await outageCard(page).waitFor();
        assert.deepEqual(await axe(page), [], 'with a card, on hold');
      }));
  }

  test('nothing moves on the page when a card comes and goes', () =>
    withService(async (service, open) => {
      const page = await open();
      await service.post(started, answered);
      await page.locator('.customer').waitFor();
      const shifts = await layoutShifts(page);
      await service.post(opened);
      await outageCard(page).waitFor();
      await service.post(resolved);
      await outageCard(page).waitFor({ state: 'detached' });
      assert.deepEqual(await shifts(), []);
    }));

  test('a hold that grows long raises a card by the clock alone, with the agent\'s name in its words', () =>
    withService(async (service, open) => {
      const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
      const named = { type: 'agent.updated', subject: 'ana', data: { name: 'Ana Ruiz' } };
      await service.post(named, { ...started, time: ago(200) }, { ...answered, time: ago(190) });
      const page = await open();
      await service.post({ type: 'call.held', subject: 'c1', time: ago(118) });
      const hold = page.locator('li.card[data-name^="long_hold"]');
      await hold.waitFor();
      assert.match(await hold.locator('.say').innerText(), /^[^\0-\x1f]*Ana Ruiz[^\0-\x1f]*$/);
    }));

  test('the clocks say what the service says', () =>
    withService(async (service, open) => {
      const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
      await service.post({ ...started, time: ago(100) }, { ...answered, time: ago(40) }, { type: 'call.held', subject: 'c1', time: ago(20) });
      const page = await open();
      const reads = (clock, pattern) =>
        eventually(() => page.locator(`.clock.${clock}`).innerText(), (text) => pattern.test(text), `${clock} reads ${pattern}`);
      await reads('wait', /1:00/);
      await reads('talk', /0:4\d/);
      await reads('hold', /On hold\s+0:2\d/);
    }));
});
