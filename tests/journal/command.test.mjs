// `agent-assist journal` as an operator uses it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeSync, closeSync, existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { agent, binary, event, start, temporaryDir } from '../server/node/service.mjs';

const run = (args, input) =>
  spawnSync(binary, args, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
const journal = (...args) => run(['journal', ...args]);

async function recorded() {
  const service = await start();
  const time = (second) => new Date(Date.now() - 600_000 + second * 1000).toISOString();
  const events = Array.from({ length: 20 }, (_, i) => [
    event('call.started', `c${i}`, { queue: 'billing' }, { time: time(i) }),
    event('call.answered', `c${i}`, { agent: 'ana' }, { time: time(i + 1) }),
    event('call.held', `c${i}`, {}, i % 2 ? { time: time(i + 2) } : { time: null }),
  ]).flat();
  const response = await fetch(`${service.http}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(events, null, 2),
  });
  assert.equal((await response.json()).accepted, events.length);
  return { service, events };
}

test('a journal in use is whole; exported, imported and exported again it is the same', async () => {
  const { service, events } = await recorded();
  const seen = journal('verify', '--data', service.data);
  assert.equal(seen.status, 0, seen.stderr);
  assert.match(seen.stdout.trimEnd().split('\n').at(-1), /^61 entries, 20\S+Z\.\.20\S+Z, chain intact$/);
  assert.equal(seen.stderr, '');
  const told = JSON.parse(journal('verify', '--json', '--data', service.data).stdout);
  assert.equal(told.intact, true);
  assert.equal(told.entries, 61);

  const file = join(temporaryDir(), 'a.jsonl');
  const out = journal('export', '--data', service.data, '--out', file);
  assert.equal(out.status, 0, out.stderr);
  await service.stop();
  const copy = join(temporaryDir(), 'data');
  const taken = journal('import', '--data', copy, file);
  assert.equal(taken.status, 0, taken.stderr);
  assert.equal(journal('export', '--data', copy).stdout, readFileSync(file, 'utf8'));

  const again = journal('import', '--data', copy, file);
  assert.equal(again.status, 2);
  assert.match(again.stderr, /is not empty .*import into an empty data directory/);

  const lines = journal('export', '--events', '--data', copy).stdout;
  const written = lines.trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(written.map(({ id }) => id), events.map(({ id }) => id));
  assert.ok(written.every(({ time }) => !Number.isNaN(Date.parse(time))));
  const replayed = run(['replay', '--rules', service.rules, '-'], lines);
  assert.equal(replayed.status, 0, replayed.stderr);

  // The service goes on from the copy.
  const second = await start({ data: copy });
  const screen = await agent(second, 'ana');
  assert.equal(screen.messages[0].calls.length, 20);
  screen.socket.terminate();
  await second.stop();
});

test('damage is named, and neither the command nor the service goes past it', async () => {
  const { service } = await recorded();
  await service.stop();
  const file = join(service.data, 'journal.db');
  const at = readFileSync(file).indexOf('"c7"');
  assert.ok(at > 0);
  const opened = openSync(file, 'r+');
  writeSync(opened, '9', at + 2);
  closeSync(opened);
  const seen = journal('verify', '--data', service.data);
  assert.equal(seen.status, 1);
  assert.match(seen.stderr, /journal\.db: entry \d+ is damaged/);
  assert.equal(journal('export', '--data', service.data, '--out', '/dev/null').status, 1);
  const replayed = run(['replay', '--rules', service.rules, '--data', service.data]);
  assert.equal(replayed.status, 1);
  assert.match(replayed.stderr, /journal\.db: entry \d+ is damaged/);
  // A start from a snapshot does not read what the snapshot has in it: it is the journal alone here.
  rmSync(join(service.data, 'snapshots'), { recursive: true });
  await assert.rejects(start({ data: service.data }), (error) => {
    assert.equal(error.code, 2);
    assert.match(error.message, /entry \d+ is damaged .*restore a backup/);
    return true;
  });
});

test('damage to what the snapshot has in it is told by the running service, and stops nothing', async () => {
  const { service } = await recorded();
  const sound = await fetch(`${service.http}/readyz`);
  assert.equal('journal_damage' in (await sound.json()), false);
  await service.stop();
  const file = join(service.data, 'journal.db');
  const at = readFileSync(file).indexOf('"c7"');
  const opened = openSync(file, 'r+');
  writeSync(opened, '9', at + 2);
  closeSync(opened);

  const again = await start({ data: service.data });
  await again.logged(/the journal is damaged in what the snapshot has in it: .*journal\.db: entry \d+ is damaged/);
  const ready = await fetch(`${again.http}/readyz`);
  assert.equal(ready.status, 200);
  assert.match((await ready.json()).journal_damage, /journal\.db: entry \d+ is damaged .*restore a backup/);
  const metrics = await (await fetch(`${again.http}/metrics`)).text();
  assert.match(metrics, /^agent_assist_journal_damaged 1$/m);
  assert.match(metrics, /^agent_assist_journal_entries_unchecked [1-9]\d*$/m);
  const response = await fetch(`${again.http}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(event('call.held', 'c1', {})),
  });
  assert.equal(response.status, 202);
  await again.stop();
});

test('what is not there, or cannot be used, is told with what to do, and is exit status 2', () => {
  const empty = temporaryDir();
  const none = journal('verify', '--data', empty);
  assert.equal(none.status, 2);
  assert.match(none.stderr, /there is no journal here; name the data directory \(--data DIR\)/);
  assert.equal(journal('export', '--data', join(empty, 'no')).status, 2);
  assert.equal(journal('import', '--data', join(empty, 'new'), join(empty, 'no.jsonl')).status, 2);
  assert.equal(existsSync(join(empty, 'new')), false);
  assert.equal(journal().status, 2);
  assert.equal(journal('mend').status, 2);
  const file = join(empty, 'file');
  mkdirSync(file);
  assert.equal(journal('export', '--data', empty, '--out', file).status, 2);
});

test('what is no export is refused with its line, and leaves nothing', () => {
  const dir = temporaryDir();
  const wrong = run(['journal', 'import', '--data', join(dir, 'data'), '-'], '{"id":"1"}\n');
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /^stdin:1:1: error: /);
  assert.match(wrong.stderr, /nothing was imported/);
  const cut = run(['journal', 'import', '--data', join(dir, 'data'), '-'], '{"agent_assist_journal":1}\n');
  assert.equal(cut.status, 1);
  assert.match(cut.stderr, /the end of the export is missing/);
  assert.equal(existsSync(join(dir, 'data/journal.db')), false);
  assert.ok(statSync(join(dir, 'data')).isDirectory());
});
