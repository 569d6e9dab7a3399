import { existsSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report/report.ts';
import { removeScratch, scratchDirectory } from '../store/scratch.ts';
import { reportsIn, requestsIn, type StandIn, say, standInHub, TOKEN } from './stand-in-hub.ts';
import { theProgram } from './the-program.ts';

afterAll(removeScratch);

let hub: StandIn;
beforeEach(async () => {
  hub = await standInHub();
});
afterEach(() => hub.close());

function node() {
  const { path, run, enrol } = theProgram();
  return { path, run, enrol: () => enrol(hub.url, TOKEN) };
}

const NAME = /127\.0\.0\.1:\d+/;

describe.skipIf(process.geteuid?.() !== 0)('enrolling on a live machine', () => {
  it('makes a key, shows the token, and hands over the first report', async () => {
    const { path, run, enrol } = node();
    const { status, stdout, stderr } = await enrol();
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Its first report is there');
    expect([requestsIn(hub), hub.complaints]).toEqual([['POST enrol', 'PUT reports'], []]);
    const asked = JSON.parse(hub.heard[0]?.body.toString('utf8') ?? '');
    expect(asked).toMatchObject({ machineId: expect.stringMatching(/^[0-9a-f]{32}$/), token: TOKEN });
    const [report] = reportsIn(hub);
    expect(report).toMatchObject({ schemaVersion: 1, source: 'live', node: asked.node });
    const checked: Report = JSON.parse((await run(['check', '--format', 'json'])).stdout);
    expect(Object.keys(report ?? {})).toEqual(Object.keys(checked));
    const directory = `${path}/hub/127.0.0.1:${new URL(hub.url).port}`;
    expect(statSync(`${directory}/key.pem`).mode & 0o777).toBe(0o600);
    expect(statSync(`${path}/hub`).mode & 0o777).toBe(0o700);
  });

  it('does so again with the same key, and says how it goes', async () => {
    const { run, enrol } = node();
    await enrol();
    await enrol();
    const keys = hub.heard
      .filter(({ path }) => path === '/v1/enrol')
      .map(({ body }) => JSON.parse(body.toString('utf8')).publicKey);
    expect(keys[0]).toBe(keys[1]);
    const { status, stdout } = await run(['enrol', '--status']);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/heard of this node/)]);
    expect((await run(['notify', 'list'])).stdout).toMatch(/hub 127\.0\.0\.1:\d+ +every look +\d{4}-/);
    expect(await run(['notify', 'test'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('it answers, and knows this node'),
    });
  });

  it('is refused with a token that is wrong, which nobody repeats', async () => {
    const { run } = node();
    const { status, stdout, stderr } = await run(['enrol', hub.url, '--token-file', '-'], 'pvd_another-token\n');
    expect([status, stdout, stderr]).toEqual([
      1,
      '',
      expect.stringMatching(/refused it: HTTP 403: the token \(hidden\) is wrong/),
    ]);
    expect(stderr).not.toContain('another-token');
    expect((await run(['enrol', '--status'])).stdout).toBe('This node is enrolled with no hub.\n');
  });

  it('says where nobody answers', async () => {
    const { run } = node();
    await hub.close();
    const { status, stderr } = await run(['enrol', hub.url, '--token-file', '-'], `${TOKEN}\n`);
    expect([status, stderr]).toEqual([69, expect.stringMatching(/accepts no connections/)]);
  });

  it('takes no token from a file that others may open, and none from the command line', async () => {
    const { run } = node();
    const file = `${scratchDirectory()}/token`;
    writeFileSync(file, TOKEN, { mode: 0o644 });
    expect(await run(['enrol', hub.url, '--token-file', file])).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('other users may open it'),
    });
    expect((await run(['enrol', hub.url, TOKEN])).status).toBe(64);
    expect((await run(['enrol', hub.url])).stderr).toContain('which token?');
    expect((await run(['enrol', 'http://hub.example.org'])).stderr).toContain('must begin with https://');
    expect(hub.heard).toEqual([]);
  });

  it('lets the hub acknowledge, which the next look says', async () => {
    const { run, enrol } = node();
    await enrol();
    const [problem] = reportsIn(hub)[0]?.problems ?? [];
    const id = problem?.id ?? 'server:10.9.0.2';
    hub.acknowledgements = [
      { id, severity: 'critical', by: 'anna', reason: 'known', at: '2026-11-23T00:00:00.000Z', until: null },
    ];
    expect((await run(['publish'])).status).toBe(0);
    expect((await run(['acknowledge', '--list'])).stdout).toContain('acknowledged by anna (hub): known');
    expect(await run(['acknowledge', id, '--remove'])).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('was acknowledged in the hub, and is taken back there'),
    });
    await run(['publish']);
    const said = reportsIn(hub)
      .at(-1)
      ?.problems.find((one) => one.id === id);
    // A machine without any problem has nothing to acknowledge.
    if (problem !== undefined) expect(said?.acknowledged).toMatchObject({ by: 'anna (hub)' });
    else expect(said).toBeUndefined();
  });

  it('is said to be revoked, in the list and in the report, and ends by --leave', async () => {
    const { path, run, enrol } = node();
    await enrol();
    hub.interrupt = (_heard, response) => {
      say(response, 403, { error: 'this node was revoked in the hub' });
      return true;
    };
    const published = await run(['publish']);
    expect([published.status, published.stderr]).toEqual([75, expect.stringContaining('this node was revoked')]);
    expect((await run(['notify', 'list'])).stdout).toMatch(/1 waiting; HTTP 403: this node was revoked/);
    expect((await run(['enrol', '--status'])).status).toBe(1);
    const report: Report = JSON.parse((await run(['check', '--format', 'json'])).stdout);
    expect(report.trouble).toEqual([
      { channel: expect.stringMatching(NAME), because: expect.stringMatching(/^refuses what is sent since/) },
    ]);
    const left = await run(['enrol', '--leave']);
    expect([left.status, left.stdout]).toEqual([0, expect.stringContaining('pve-doctor-hub node forget')]);
    expect(existsSync(`${path}/hub/127.0.0.1:${new URL(hub.url).port}`)).toBe(false);
  });

  it('pushes what a recorded check found', async () => {
    const { run, enrol } = node();
    await enrol();
    const before = hub.heard.length;
    await run(['check', '--record', '--quiet']);
    expect(requestsIn(hub).slice(before)).toEqual([expect.stringMatching(/^(?:PUT reports|POST heartbeat)$/)]);
  });
});
