import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSmallFile } from '../../../src/host/small-file.ts';
import type { HubTerminal } from '../../../src/hub/cli/hub-terminal.ts';
import { runHub } from '../../../src/hub/cli/run-hub.ts';
import { listenRefused } from '../../../src/hub/server/listen.ts';
import { openStore } from '../../../src/hub/store/open-store.ts';
import { enrolBody, newKeys, post } from './running-hub.ts';

const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-hub-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const config = join(folder, 'config.toml');
const path = join(folder, 'hub.db');
writeFileSync(config, `[server]\nlisten = "127.0.0.1:0"\n[store]\npath = "${path}"\n`, { mode: 0o600 });

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function terminalOf(input = '', stopped: Promise<void> = new Promise(() => undefined)) {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal: HubTerminal = {
    ...{ env: {}, pid: process.pid, host: { readSmallFile, ownUid: () => process.getuid?.() ?? 0 } },
    readLine: async () => input,
    print: async (text) => void out.push(text),
    note: async (text) => void err.push(text),
    stopped: () => stopped,
  };
  return { terminal, out, err };
}

async function run(args: readonly string[], input = ''): Promise<Ran> {
  const { terminal, out, err } = terminalOf(input);
  const status = await runHub([...args, ...(args[0] === 'config' ? [] : ['--config', config])], terminal);
  return { status, out: out.join(''), err: err.join('') };
}

describe('wrong usage', () => {
  it.each([
    [['token', 'create', '--expires', 'soon'], '--expires must be a time'],
    [['token', 'create', '--uses', '0'], '--uses must be'],
    [['token', 'remove', 'x'], 'there is no token x'],
    [['node', 'revoke', 'hall-a/pve1'], 'there is no node'],
    [['user', 'role', 'nobody', 'viewer'], 'there is no user'],
    [['user', 'role', 'nobody', 'emperor'], 'a role is one of'],
    [['user', 'add', 'Bad Name'], 'A user name has'],
    [['import', join(folder, 'old.db')], 'names no PostgreSQL to import into'],
    [['serv'], 'unknown command'],
  ])('ends with 64 and the reason: %j', async (args, words) => {
    const { status, err } = await run(args);
    expect([status, err]).toEqual([64, expect.stringContaining(words)]);
  });

  it('shows what it takes', async () => {
    const { terminal, out } = terminalOf();
    expect(await runHub(['--help'], terminal)).toBe(0);
    expect(out.join('')).toContain('token create --cluster');
  });
});

describe('the configuration', () => {
  it('is checked and shown, and a wrong one ends everything with 78 and its line', async () => {
    const wrong = join(folder, 'wrong.toml');
    writeFileSync(wrong, '[server]\nlisen = "x"\n', { mode: 0o600 });
    expect(await run(['config', 'check', config])).toMatchObject({ status: 0, out: `${config} is right\n` });
    const checked = await run(['config', 'check', wrong]);
    expect([checked.status, checked.err]).toEqual([78, expect.stringContaining(`${wrong}:2: unknown key lisen`)]);
    const { terminal } = terminalOf();
    expect(await runHub(['serve', '--config', wrong], terminal)).toBe(78);
    const shown = await run(['config', 'show', '--config', config]);
    expect(shown.out).toMatch(new RegExp(`^store\\.path +"${path}" +${config}:4$`, 'm'));
    expect(shown.out).toMatch(/^metrics\.token +- +default$/m);
  });
});

describe('an address that the hub cannot listen on', () => {
  const serve = async (listen: string): Promise<Ran> => {
    const file = join(folder, 'listen.toml');
    const stands = `[server]\nlisten = "${listen}"\nurl = "https://hub.example.org"\ntrusted_proxies = ["127.0.0.1"]\n`;
    writeFileSync(file, `${stands}[store]\npath = "${join(folder, 'listen.db')}"\n`, { mode: 0o600 });
    const { terminal, err } = terminalOf();
    return { status: await runHub(['serve', '--config', file], terminal), out: '', err: err.join('') };
  };

  it('ends it with 78 and one sentence, in use or of another machine', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    expect(await serve(`127.0.0.1:${port}`)).toEqual({
      status: 78,
      out: '',
      err: `pve-doctor-hub: the hub cannot listen on 127.0.0.1:${port}: another program listens there already; stop it, or give the hub another port.\n`,
    });
    await new Promise((resolve) => other.close(resolve));
    expect(await serve('192.0.2.1:8470')).toEqual({
      status: 78,
      out: '',
      err: 'pve-doctor-hub: the hub cannot listen on 192.0.2.1:8470: this machine does not have that address.\n',
    });
  });

  it('knows a port that only root may have from a file that is closed', async () => {
    const denied = Object.assign(new Error('listen EACCES: permission denied 0.0.0.0:443'), { code: 'EACCES' });
    expect(listenRefused(denied, { host: '::', port: 443 })?.message).toContain('[::]:443: a port below');
    expect(listenRefused(new Error('x'), { host: '::', port: 443 })).toBeNull();
  });
});

describe('users', () => {
  it('are added with a password that is printed once or typed, changed and removed, and it is written down', async () => {
    const added = await run(['user', 'add', 'alice', '--role', 'operator']);
    expect(added).toMatchObject({ status: 0, out: expect.stringMatching(/^[A-Za-z0-9_-]{20}\n$/) });
    expect(await run(['user', 'add', 'alice'])).toMatchObject({ status: 64 });
    expect(await run(['user', 'add', 'bob', '--password-stdin'], 'short')).toMatchObject({ status: 64 });
    expect(await run(['user', 'add', 'bob', '--password-stdin'], 'long enough for it')).toMatchObject({
      status: 0,
      out: '',
    });
    expect((await run(['user', 'role', 'bob@local', 'admin'])).status).toBe(0);
    expect((await run(['user', 'list'])).out).toMatch(/^bob +local +admin +never$/m);
    const renewed = await run(['user', 'password', 'alice']);
    expect(renewed.out).not.toBe(added.out);
    expect((await run(['user', 'remove', 'alice'])).status).toBe(0);
    expect((await run(['user', 'list'])).out).not.toContain('alice');
    const store = await openStore(path);
    const actions = (await store.audited(5)).map(({ action, who }) => [action, /\(command line\)$/.test(who)]);
    expect(actions).toEqual(
      ['remove-user', 'password', 'role', 'add-user', 'add-user'].map((action) => [action, true]),
    );
    await store.close();
  });
});

describe('a hub', () => {
  it('is served, takes a node by a token of the command line, and lets go of everything at its end', async () => {
    let stop: () => void = () => undefined;
    const { terminal, err } = terminalOf(
      '',
      new Promise((resolve) => {
        stop = resolve;
      }),
    );
    const served = runHub(['serve', '--config', config], terminal);
    while (!err.join('').includes('listening at')) await new Promise((resolve) => setTimeout(resolve, 20));
    const [, url = ''] = /listening at (\S+),/.exec(err.join('')) ?? [];
    const second = terminalOf();
    expect(await runHub(['serve', '--config', config], second.terminal)).toBe(78);
    expect(second.err.join('')).toBe(
      `pve-doctor-hub: another hub serves ${path}: stop it, or give this one a file of its own.\n`,
    );
    const created = await run(['token', 'create', '--cluster', 'hall-a', '--expires', '1h', '--uses', '2']);
    const token = created.out.trim();
    expect(token).toMatch(/^pvd_/);
    expect(created.err).toContain('It is not shown again');
    const enrolled = await post(`${url}/v1/enrol`, enrolBody(token, newKeys()));
    expect(enrolled.status).toBe(201);
    const { nodeId } = (await enrolled.json()) as { nodeId: string };
    const tokens = (await run(['token', 'list'])).out;
    expect(tokens).toMatch(/hall-a +1 /);
    expect(tokens).not.toContain(token);
    expect((await run(['node', 'list'])).out).toMatch(
      new RegExp(`^hall-a +pve1 +${nodeId} +never +no report yet$`, 'm'),
    );
    expect((await run(['node', 'forget', nodeId])).status).toBe(64);
    expect((await run(['node', 'revoke', 'hall-a/pve1'])).status).toBe(0);
    expect((await run(['node', 'list'])).out).toMatch(/ revoked$/m);
    expect((await run(['node', 'forget', 'hall-a/pve1'])).status).toBe(0);
    stop();
    expect(await served).toBe(0);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });
});

describe('a database of something else', () => {
  it('is not touched, and ends it with 78', async () => {
    const other = join(folder, 'other.toml');
    const file = join(folder, 'photos.db');
    writeFileSync(file, 'these are photos, and no database at all '.repeat(200));
    writeFileSync(other, `[store]\npath = "${file}"\n`, { mode: 0o600 });
    const { terminal, err } = terminalOf();
    expect(await runHub(['user', 'list', '--config', other], terminal)).toBe(78);
    expect(err.join('')).toContain('photos.db');
  });
});
