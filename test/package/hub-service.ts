import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bunPath } from '../../tools/setup.mjs';
import { ROOT } from '../repo/repository.ts';
import type { Artifacts } from './artifacts.ts';
import type { HubGuestResult } from './hub-guest.ts';
import { type Chapter, run, succeed, type Tests } from './tests.ts';

/** The hub as its package starts it: a lab guest whose PID 1 is systemd, with nothing but the unit's own rights. */
export const hubService = ({ scratch, hub }: Artifacts): Chapter => ({
  name: 'hub-service',
  about: 'the unit of the hub, with systemd as PID 1 of a real kernel',
  async run(tests) {
    await succeed(['bash', join(ROOT, 'test/lab/setup.sh')]);
    const results = mkdtempSync(join(scratch, 'hub-guest-'));
    cpSync(hub, join(results, 'hub.deb'));
    const command = `exec ${bunPath()} ${ROOT}test/package/hub-guest.ts ${results}`;
    const options = [
      '-i',
      join(ROOT, 'test/package/systemd-init'),
      '-w',
      results,
      '-H',
      'hub1',
      '-m',
      '1G',
      '-t',
      '1200',
    ];
    const done = await run([join(ROOT, 'test/lab/boot'), ...options, '--', command]);
    const file = join(results, 'result.json');
    const result = existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as HubGuestResult)
      : `${done.stdout}${done.stderr}`;
    await judge(tests, result);
  },
});

async function judge(tests: Tests, result: HubGuestResult | string): Promise<void> {
  const say = (sentence: string, body: (seen: HubGuestResult) => void) =>
    tests.test(sentence, () => {
      if (typeof result === 'string') throw new Error(result);
      body(result);
    });
  await say('systemd knows every line of the units', ({ complaints }) => equal(complaints, ''));
  await say('it is started when it is installed, and answers', ({ state, first, enabled, journal }) => {
    deepEqual(enabled, ['enabled', 'disabled']);
    equal(state, 'active', journal);
    ok(first >= 200 && first < 400, `${first}\n${journal}`);
  });
  await say('its journal has the link for the first administrator', ({ journal }) => {
    match(journal, /^http:\/\/\S+\/first\?token=\S+$/m);
  });
  await say('it runs as its own user, with no capability, and its files are for that user alone', (seen) => {
    equal(seen.users, 'pve-doctor-hub');
    match(seen.capabilities, /^CapBnd:\s+0+$/m);
    match(seen.capabilities, /^CapEff:\s+0+$/m);
    deepEqual(seen.files, ['700', '/var/lib/pve-doctor-hub/hub.db 600 pve-doctor-hub']);
  });
  await say('systemd finds little that could still be taken from it', ({ exposure }) => {
    const [, level] = /: (\d+\.\d) /.exec(exposure) ?? [];
    ok(Number(level) <= 2.5, exposure);
  });
  await say('killed, it comes back by itself', ({ afterKill, journal }) => {
    ok(afterKill >= 200 && afterKill < 400, `${afterKill}\n${journal}`);
  });
  await say('by its socket it listens below 1024, started by the first who calls', ({ bySocket, journal }) => {
    equal(bySocket.before, 'inactive');
    ok(bySocket.status >= 200 && bySocket.status < 400, `${bySocket.status}\n${journal}`);
    equal(bySocket.user, 'pve-doctor-hub');
  });
  await say('stops in seconds, and without a complaint', ({ stopSeconds, journal }) => {
    ok(stopSeconds < 15, `${stopSeconds} s`);
    doesNotMatch(journal, /fault|timed out|Failed/);
  });
}
