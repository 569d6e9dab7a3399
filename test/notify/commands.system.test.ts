import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { UsageError } from '../../src/model/faults.ts';
import { removeScratch, scratchDirectory } from '../store/scratch.ts';
import { type Endpoint, status, withEndpoint } from './http-endpoint.ts';

afterAll(removeScratch);

const TOKEN = 'hook-token-5521';

/** The commands as they are called, with a configuration and a history of their own. */
function node(config: (path: string) => string) {
  const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-commands-'));
  const path = scratchDirectory();
  const file = join(folder, 'config.toml');
  writeFileSync(file, `[history]\npath = "${path}"\n${config(folder)}`);
  chmodSync(file, 0o600);
  const run = async (...argv: readonly string[]) => {
    let [out, err] = ['', ''];
    const keep = (add: (text: string) => [string, string]) => async (text: string) => {
      [out, err] = add(text);
    };
    const terminal = {
      env: { PVE_DOCTOR_CONFIG: file },
      stdout: { write: keep((text) => [out + text, err]), isTty: false, columns: undefined },
      stderr: { write: keep((text) => [out, err + text]) },
      isRoot: true,
    };
    const exit = await runProgram(argv, terminal).catch((error: unknown) => {
      if (!(error instanceof UsageError)) throw error;
      err += error.message;
      return error.exitCode;
    });
    return { exit, out, err };
  };
  return { run, folder, path };
}

const RELAY =
  'type = "smtp"\nhost = "127.0.0.1"\nport = 9\nfrom = "a@b.c"\nto = "d@e.f"\nca_file = "/nonexistent/ca.pem"\n';

const hook = (at: Endpoint, policy = 'always'): string =>
  `[channel.hook]\ntype = "webhook"\npolicy = "${policy}"\nurl = "${at.url}/in/x8812ab"\ntoken = "${TOKEN}"\n`;

describe('check --send', () => {
  it('is silent on a node without channels, and keeps the run', async () => {
    const { run, path } = node(() => '');
    const plain = await run('check', '--quiet');
    const sending = await run('check', '--quiet', '--send');
    expect([sending.exit, sending.err]).toEqual([plain.exit, '']);
    expect(existsSync(path)).toBe(true);
    expect((await run('notify', 'list')).out).toBe('No channel is configured, and none was told anything.\n');
  });

  it('tells by policy, says nothing where it went well, and leaves the exit status alone', () =>
    withEndpoint(status(200, 'thanks'), async (at) => {
      const { run } = node(() => hook(at));
      const plain = await run('check', '--quiet');
      const { exit, out, err } = await run('check', '--quiet', '--send');
      expect([exit, out, err]).toEqual([plain.exit, plain.out, '']);
      expect(at.received.map(({ url, headers }) => [url, headers.authorization])).toEqual([
        ['/in/x8812ab', `Bearer ${TOKEN}`],
      ]);
      expect((await run('notify', 'list')).out).toMatch(/hook +always +\d{4}-\S+ \S+ UTC +- +0\n/);
      expect(JSON.parse(at.received[0]?.body ?? '')).toMatchObject({ event: 'report' });
      expect(await run('notify', 'send')).toEqual({ exit: 0, out: '', err: '' });
      expect(at.received).toHaveLength(1);
    }));

  it('says what did not go out, without secrets, ends with 75, and tells all of it in one message later', async () => {
    const answers = [status(500, `no ${TOKEN} here`), status(500, 'still no'), status(401), status(200)];
    await withEndpoint(
      (received, response) => answers.shift()?.(received, response),
      async (at) => {
        const { run } = node(() => hook(at));
        const first = await run('check', '--quiet', '--send');
        expect(first.exit).toBe(75);
        expect(first.err).toBe(
          'pve-doctor: channel hook: HTTP 500: still no; what it has not heard waits, and the timer tries again\n',
        );
        expect((await run('notify', 'list')).out).toMatch(/nothing yet +\S+ \S+ UTC +1\n +last: HTTP 500: still no/);
        const second = await run('check', '--quiet', '--send');
        expect(second.exit).toBe(75);
        const third = await run('check', '--send');
        expect(third.out).toMatch(/Channel hook refuses what is sent since .*HTTP 401/);
        expect(third.err).toBe('');
        const ids = at.received.map(({ body }) => JSON.parse(body).id);
        expect([ids.length, ids[0] === ids[1], new Set(ids).size]).toEqual([4, true, 3]);
        expect(JSON.stringify([first, second, third])).not.toContain(TOKEN);
      },
    );
  });

  it('says at the top of the report, to every other channel and by 75 which channel is misspelt', () =>
    withEndpoint(status(200), async (at) => {
      const { run } = node(() => `${hook(at)}[channel.mail]\ntype = "smtp"\nhots = "mx"\n`);
      const { exit, out } = await run('check', '--send');
      expect([exit, out]).toEqual([75, expect.stringMatching(/Channel mail is not used: .*config\.toml:\d+: /)]);
      expect(at.received[0]?.body).toContain('Channel mail is not used');
    }));

  it('sends nothing twice, whoever tries again', () =>
    withEndpoint(status(200), async (at) => {
      const { run } = node(() => hook(at, 'on-change'));
      await run('check', '--quiet', '--send');
      const before = at.received.length;
      for (const command of [
        ['check', '--quiet', '--send'],
        ['notify', 'send'],
      ])
        await run(...command);
      expect(at.received.length).toBe(before);
    }));

  it('tells directly, and says so, where the run cannot be kept', () =>
    withEndpoint(status(200), async (at) => {
      const { run, path } = node(() => hook(at));
      writeFileSync(join(path, 'blocked'), '');
      const { exit, err } = await run('check', '--quiet', '--send', '--set', `history.path=${path}/blocked/below`);
      expect(exit).toBe(75);
      expect(err).toMatch(/this run was not kept/);
      expect(JSON.parse(at.received[0]?.body ?? '')).toMatchObject({ event: 'report' });
    }));

  it.each([
    ['--from', 'x.capture'],
    ['--only', 'dm'],
    ['--vmid', '119'],
  ])('goes without %s', async (flag, value) => {
    const { exit, err } = await node(() => '').run('check', '--send', flag, value);
    expect([exit, err]).toEqual([64, expect.stringContaining('--send keeps a run of this whole node')]);
  });

  it('sends also where the report could not be written', () =>
    withEndpoint(status(200), async (at) => {
      const { run } = node(() => hook(at));
      const { exit } = await run('check', '--send', '-o', '/nonexistent/report.txt');
      expect([exit, at.received.length]).toEqual([73, 1]);
    }));
});

describe('report', () => {
  it('writes the HTML report to a file, and otherwise to standard output', async () => {
    const { run, folder } = node(() => '');
    const file = join(folder, 'report.html');
    expect(await run('report', '-o', file)).toEqual({ exit: 0, out: '', err: '' });
    expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>/i);
    expect((await run('report', '--from', 'test/captures/example-node/capture.json')).out).toMatch(/^<!doctype html>/i);
  });

  it('--send tells every channel whatever its policy, and shows only the answers', () =>
    withEndpoint(status(200, 'thanks'), async (at) => {
      const { run } = node(() => hook(at, 'on-problem'));
      const { exit, out } = await run('report', '--send');
      expect([exit, out]).toEqual([0, 'sent to hook: HTTP 200: thanks\n']);
      expect(at.received).toHaveLength(1);
    }));

  it('--send ends with 75 where nobody took it', () =>
    withEndpoint(status(401), async (at) => {
      const { exit, out, err } = await node(() => hook(at)).run('report', '--send');
      expect([exit, out]).toEqual([75, '']);
      expect(err).toMatch(/channel hook: HTTP 401; what it has not heard waits/);
    }));

  it('--send needs a channel and a node', async () => {
    const { run } = node(() => '');
    expect(await run('report', '--send')).toMatchObject({
      exit: 64,
      err: expect.stringContaining('no channel is configured'),
    });
    expect(await run('report', '--send', '--from', 'x')).toMatchObject({ exit: 64 });
  });
});

describe('config check', () => {
  it('says of a channel that it cannot work on this host, or that it refuses what is sent', () =>
    withEndpoint(status(401), async (at) => {
      const { run } = node(() => `${hook(at)}[channel.relay]\n${RELAY}`);
      await run('check', '--quiet', '--send');
      const { exit, out } = await run('config', 'check');
      expect(exit).toBe(0);
      expect(out).toMatch(/channel relay cannot work: there is no \/nonexistent\/ca\.pem\n/);
      expect(out).toMatch(/Channel hook refuses what is sent since .*HTTP 401/);
    }));
});

describe('notify', () => {
  it('test shows what each side answers, and ends with 1 where one does not take it', () =>
    withEndpoint(status(200, `thanks for ${TOKEN}`), async (at) => {
      const { run } = node(
        () => `${hook(at)}[channel.push]\ntype = "gotify"\nurl = "http://127.0.0.1:9"\ntoken = "AQcV1nTTk5rV0bI"\n`,
      );
      const all = await run('notify', 'test');
      expect(all.exit).toBe(1);
      expect(all.out).toBe(
        'hook (webhook): sent. HTTP 200: thanks for (hidden)\n' +
          'push (gotify): failed. 127.0.0.1:9 accepts no connections (ECONNREFUSED)\n',
      );
      expect(await run('notify', 'test', 'hook')).toMatchObject({ exit: 0, err: '' });
      expect(JSON.parse(at.received[1]?.body ?? '')).toMatchObject({ event: 'test' });
    }));

  it('test says in one sentence that there is nothing to test, or no such channel', async () => {
    expect(await node(() => '').run('notify', 'test')).toMatchObject({
      exit: 64,
      err: expect.stringMatching(/^no channel is configured in .*config\.toml.*docs\/notifications\.md$/),
    });
    const one = node(() => '[channel.node]\ntype = "pve"\n');
    expect(await one.run('notify', 'test', 'nod')).toMatchObject({
      exit: 64,
      err: 'there is no channel nod; the channels are node',
    });
  });

  it('test says of a channel that only a unit of systemd can use why it is left out', async () => {
    const { run } = node(
      () => '[channel.push]\ntype = "gotify"\nurl = "http://127.0.0.1:9"\ntoken_credential = "push"\n',
    );
    const all = await run('notify', 'test');
    expect(all).toMatchObject({ exit: 64, err: expect.stringMatching(/^channel push: /) });
    expect(await run('notify', 'test', 'push')).toMatchObject(all);
  });

  it('list and send make nothing where nothing was kept', async () => {
    const { run, path } = node(() => '');
    for (const command of ['list', 'send'])
      expect(await run('notify', command, '--set', `history.path=${path}/none`)).toMatchObject({ exit: 0, err: '' });
    expect(existsSync(`${path}/none`)).toBe(false);
  });

  it('list leaves a database alone that it cannot use, and says so', async () => {
    const { run, path } = node(() => '');
    await run('check', '--quiet', '--record');
    truncateSync(join(path, 'history.sqlite3'), 8192);
    const before = readdirSync(path);
    expect(await run('notify', 'list')).toMatchObject({ exit: 74, out: '', err: expect.stringContaining('damaged') });
    expect(readdirSync(path)).toEqual(before);
  });

  it('list refuses a configuration that is wrong', async () => {
    expect((await node(() => '[notify]\npolice = "always"\n').run('notify', 'list')).exit).toBe(78);
  });

  it.each([
    ['notify', 'list', 'x'],
    ['notify', 'send', '--limit'],
    ['notify', 'nonsense'],
  ])('refuses %s %s %s', async (...argv) => {
    expect((await node(() => '').run(...argv.filter((word) => word !== undefined))).exit).toBe(64);
  });
});
