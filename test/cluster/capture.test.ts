import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memberCaptures } from '../../src/cli/member-captures.ts';
import { runProgram } from '../../src/cli/program.ts';
import type { NodeAddress, NodeAnswer } from '../../src/host/host.ts';
import { askNodes, CAPTURE_YOURSELF, HOW_ARE_YOU, type Question, shareOf } from '../../src/host/ssh.ts';
import type { Capture } from '../../src/model/capture.ts';
import { parseCapture } from '../../src/parse/capture.ts';
import { redactCapture } from '../../src/redact/redact-capture.ts';
import { CAPTURES, readCapture } from '../capture-files.ts';
import { silentTerminal } from '../docs/own-commands.ts';
import { scratchDirectory } from '../store/scratch.ts';

const OTHER = join(CAPTURES, 'orphan-guest-gone', 'capture.json');
const NODES: readonly NodeAddress[] = [{ name: 'pve2', ip: '192.0.2.2' }];

/** A program in the place of ssh, found from the directories where programs are looked for. */
function sshThat(script: string): Pick<Question, 'program'> {
  const path = join(scratchDirectory(), 'ssh');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return { program: `../..${path}` };
}

const ask = (script: string, limits: Partial<Question> = {}, nodes = NODES): Promise<readonly NodeAnswer[]> =>
  askNodes(
    nodes,
    () => true,
    () => new Date(),
    { ...CAPTURE_YOURSELF, ...limits, ...sshThat(script) },
  );

const members = ['pve1', 'pve2', 'pve3'].map((name, at) => ({
  ...{ name, nodeId: at + 1, ip: '', online: name !== 'pve3' },
}));

const captured = (script: string, limits: Partial<Question> = {}) =>
  memberCaptures(
    members,
    'pve1',
    (nodes) => ask(script, limits, nodes),
    (nodes) => shareOf({ ...CAPTURE_YOURSELF, ...limits }, nodes),
  );

describe('a node that is asked over ssh', () => {
  it('is asked for its own capture by the command line of PVE', async () => {
    const [answer] = await ask('echo "$*"');
    expect(answer?.result.stdout).toMatch(/BatchMode=yes .* root@192\.0\.2\.2 -- pve-doctor capture --print\n$/);
  });

  it('is ended when it floods, with no more kept than its share', async () => {
    const limits = { mostBytes: 100_000, deadlineMs: 20_000 };
    const nodes = ['pve2', 'pve3', 'pve4', 'pve5'].map((name) => ({ name, ip: '' }));
    const begun = performance.now();
    const answers = await ask('exec cat /dev/zero', limits, nodes);
    expect(performance.now() - begun).toBeLessThan(15_000);
    expect(answers.map(({ result }) => [result.outcome, result.truncated])).toEqual(nodes.map(() => ['killed', true]));
    for (const { result } of answers) expect(result.stdout.length).toBeLessThanOrEqual(25_000);
  });

  it('keeps the start of its complaints and no more, however many they are', async () => {
    const [answer] = await ask('head -c 3000000 /dev/zero | tr "\\0" x >&2; echo well');
    expect(answer?.result.stdout).toBe('well\n');
    expect(answer?.result.stderr.length).toBeLessThanOrEqual(64 * 1024);
  });

  it.each([
    ['after connecting', 'exec sleep 60'],
    ['after half of its answer', 'printf "{"; exec sleep 60'],
    ['and ignores every signal that it can', 'trap "" TERM INT HUP; while :; do sleep 60; done'],
    ['in a child that keeps its output open', 'sleep 5 & exit 0'],
    ['while it drips', 'while :; do echo x; sleep 0.1; done'],
  ])('that hangs %s is over at its deadline', async (_, script) => {
    const begun = performance.now();
    const [answer] = await ask(script, { deadlineMs: 400 });
    expect(answer?.result.outcome).toBe('timed-out');
    expect(performance.now() - begun).toBeLessThan(4000);
  });

  it('has a minute, and its share of what fits into one file', () => {
    expect([HOW_ARE_YOU.deadlineMs, CAPTURE_YOURSELF.deadlineMs]).toEqual([60_000, 60_000]);
    expect(shareOf(HOW_ARE_YOU, 31) * 31).toBeLessThanOrEqual(HOW_ARE_YOU.mostBytes);
    expect(shareOf(CAPTURE_YOURSELF, 1)).toBe(CAPTURE_YOURSELF.mostOfOne);
    expect(shareOf(CAPTURE_YOURSELF, 31) * 31).toBeLessThanOrEqual(CAPTURE_YOURSELF.mostBytes);
  });
});

describe('the captures of the other nodes', () => {
  it('are those that they took, and one that is offline says so', async () => {
    expect(await captured(`cat ${OTHER}`)).toEqual({
      pve2: { capture: JSON.parse(readFileSync(OTHER, 'utf8')) },
      pve3: { notCaptured: 'it is offline' },
    });
  });

  it.each([
    ['ssh fails', 'echo "Connection refused" >&2; exit 255', /ended with exit status 255: Connection refused$/],
    ['an older version knows no --print', 'echo "unknown option" >&2; exit 64', /exit status 64: unknown option$/],
    ['it prints no capture', 'echo hello', /^what its pve-doctor printed is not a pve-doctor capture: it is not JSON$/],
    ['it prints bytes', 'printf "\\377\\376\\n"', /printed bytes that are no UTF-8$/],
    ['it prints a later version', `echo '{"format":"pve-doctor-capture","version":2}'`, /is a capture of version 2,/],
    ['it prints brackets without end', 'head -c 500000 /dev/zero | tr "\\0" "["', /it is not JSON$/],
    [
      'it prints keys that nobody knows',
      `echo '{"format":"pve-doctor-capture","version":1,"x":1}'`,
      /not a pve-doctor/,
    ],
  ])('are not there where %s, with the reason', async (_, script, because) => {
    const { pve2 } = await captured(script);
    expect(pve2 && 'notCaptured' in pve2 ? pve2.notCaptured : pve2).toMatch(because);
  });

  it('hold none of further nodes, and none that would grow beyond its share', async () => {
    const whole = { format: 'pve-doctor-capture', version: 1, takenAt: '2026-11-20T02:00:00.000Z' };
    const nested = JSON.stringify({ ...whole, captures: { pve9: { notCaptured: 'x' } } });
    expect((await captured(`echo '${nested}'`))['pve2']).toEqual({ capture: whole });
    const dense = JSON.stringify({ ...whole, files: { '/x': Array(2000).fill('') } });
    const { pve2 } = await captured(`echo '${dense}'`, { mostBytes: dense.length + 10 });
    expect(pve2).toEqual({ notCaptured: 'its capture is too large to be held beside the others' });
  });
});

const OF_CLUSTER: Capture = {
  ...readCapture('used-on-a-peer'),
  captures: {
    pve2: { capture: readCapture('orphan-guest-gone') },
    pve3: { notCaptured: 'it was asked over ssh, which did not end within 60 s' },
  },
};

function written(capture: Capture): string {
  const path = join(scratchDirectory(), 'lab.json');
  writeFileSync(path, JSON.stringify(capture));
  return path;
}

async function run(...args: readonly string[]) {
  const { terminal, out, err } = silentTerminal();
  try {
    return { status: await runProgram(args, terminal), out: out(), err: err() };
  } catch (error) {
    return { status: -1, out: out(), err: String(error) };
  }
}

interface Shown {
  readonly entries: readonly unknown[];
  readonly exitCode: number;
  readonly problems: readonly unknown[];
  readonly nodes: readonly unknown[];
}

const json = async (...args: readonly string[]): Promise<Shown> =>
  JSON.parse((await run(...args, '--format', 'json')).out) as Shown;

describe('the capture of a cluster', () => {
  const path = written(OF_CLUSTER);

  it('replays the cluster, and the node that took it', async () => {
    const alone = join(CAPTURES, 'used-on-a-peer', 'capture.json');
    for (const command of ['cluster', 'check'])
      expect({ ...(await json(command, '--from', path)), source: '' }).toEqual({
        ...(await json(command, '--from', alone)),
        source: '',
      });
    expect((await json('check', '--from', path, '--node', 'pve1')).entries).toEqual(
      (await json('check', '--from', alone)).entries,
    );
  });

  it('replays another node that is in it', async () => {
    const { entries, exitCode } = await json('check', '--from', path, '--node', 'pve2');
    const wanted = await json('check', '--from', OTHER);
    expect([entries, exitCode]).toEqual([wanted.entries, wanted.exitCode]);
    expect(entries).not.toEqual([]);
  });

  it('says of which nodes it holds nothing, and why', async () => {
    expect((await run('check', '--from', path, '--node', 'pve3')).err).toContain('did not end within 60 s');
    expect((await run('mounts', '--from', path, '--node=pve8')).err).toContain('its nodes are pve1, pve2, pve3');
    expect((await run('check', '--from', path, '--node', 'toString')).err).toContain('holds no capture of node');
    expect((await run('check', '--from', OTHER, '--node', 'pve8')).err).toMatch(/holds no capture of node pve8/);
  });

  it('is copied whole, and printed where that is asked for', async () => {
    const { status, out } = await run('capture', '--cluster', '--from', path, '--print');
    expect(status).toBe(0);
    const copied = parseCapture(out);
    expect('capture' in copied && copied.capture.captures).toEqual(OF_CLUSTER.captures);
    expect((await run('capture', '--cluster', '--from', OTHER, '--print')).err).toContain(
      'there is no cluster to capture',
    );
    expect((await run('capture', '--print', '-o', 'x')).err).toContain('--output FILE, or --print');
  });

  it('is refused where a node in it is not what it should be', () => {
    const refused = (member: unknown) => parseCapture(JSON.stringify({ ...OF_CLUSTER, captures: { pve2: member } }));
    for (const member of [null, {}, [], { capture: { format: 'x' } }, { notCaptured: 1 }, { capture: OF_CLUSTER }])
      expect(refused(member)).toHaveProperty('complaint');
  });
});

describe('a redacted capture of a cluster', () => {
  it.each(['used-on-a-peer', 'cluster-used-twice'])('has the same verdict on every node: %s', async (situation) => {
    const whole = { ...OF_CLUSTER, ...readCapture(situation) };
    const [before, after] = [written(whole), written(redactCapture(whole))];
    const [then, now] = [await json('cluster', '--from', before), await json('cluster', '--from', after)];
    const outline = ({ exitCode, problems, nodes }: Shown) => ({
      exitCode,
      problems: (
        problems.filter((one) => !JSON.stringify(one).includes('CL013')) as {
          codes: unknown;
          severity: unknown;
          nodes: unknown[];
        }[]
      ).map(({ codes, severity, nodes: of }) => [codes, severity, of.length]),
      nodes: (nodes as { areas: Record<string, { state: string; problems: number }> }[]).map(({ areas }) =>
        Object.entries(areas).map(([area, { state, problems: count }]) => [
          area,
          // Settings of LVM are not compared any more.
          area === 'cluster' && state === 'clean' ? 'partly' : state,
          count,
        ]),
      ),
    });
    expect(outline(now)).toEqual(outline(then));
  });

  it('calls a node by one name, whoever speaks of it, and tells nobody the old one', async () => {
    const redacted = redactCapture(OF_CLUSTER);
    const text = JSON.stringify(redacted);
    expect(text).not.toMatch(/pve[123]/);
    const told = await json('cluster', '--from', written(redacted));
    const names = (told.nodes as { name: string }[]).map(({ name }) => name);
    expect(names).toHaveLength(3);
    expect(names).toEqual(expect.arrayContaining(Object.keys(redacted.captures ?? {}).slice(0, 2)));
    expect(redactCapture(redacted)).toEqual(redacted);
  });
});
