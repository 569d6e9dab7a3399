import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LeftoverReport, VolumeRow } from '../model/volumes/leftover-report.ts';
import { countFreed, renderLeftoverScript } from './leftover-script.ts';

const volume = (volid: string, vmid: number, over: Partial<VolumeRow> = {}): VolumeRow => ({
  ...{
    place: 'directory:8:1 2',
    storage: 'disks',
    volid,
    vmid,
    standing: 'leftover',
    cause: 'guest-gone',
    because: null,
  },
  ...{
    proof: [{ fact: `no node has a guest ${vmid}`, source: '/etc/pve' }],
    name: volid.slice(volid.indexOf(':') + 1),
  },
  ...{
    kind: 'disk',
    code: 'VOL001',
    sizeBytes: 1024,
    heldBytes: 512,
    createdAt: null,
    changedAt: null,
    ownerNode: null,
    lastTask: null,
  },
  ...{ snapshots: [], remedy: { command: ['pvesm', 'free', volid], first: null } },
  ...over,
});

const report = (volumes: readonly VolumeRow[]): LeftoverReport => ({
  ...{
    schemaVersion: 1,
    toolVersion: '0',
    takenAt: '2026-11-22T00:00:00.000Z',
    durationMs: 0,
    source: 'live',
    node: 'pve1',
  },
  ...{
    looked: { nodes: ['pve1', 'pve2'], configurations: 2 },
    places: [],
    volumes,
    snapshots: [],
    ageless: 0,
    notSeen: [],
  },
});

const LEFT = [volume('disks:104/vm-104-disk-1.raw', 104), volume('disks:105/vm-105-disk-0.raw', 105)];
const HOSTILE = volume("disks:106/vm-106-$(touch x)';`x`\u001b[2J.raw", 106);

/** A node: pmxcfs, mounts and pvesm are files below a directory, which the script is told instead of theirs. */
let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'pve-doctor-script-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function node(configurations: Readonly<Record<string, string>>, quorate = 1): void {
  rmSync(root, { recursive: true, force: true });
  for (const name of ['pve1', 'pve2'])
    for (const kind of ['qemu-server', 'lxc']) mkdirSync(join(root, 'pve/nodes', name, kind), { recursive: true });
  symlinkSync('nodes/pve1', join(root, 'pve/local'));
  writeFileSync(join(root, 'pve/.members'), JSON.stringify({ nodename: 'pve1', cluster: { quorate } }, null, 1));
  writeFileSync(join(root, 'mounts'), `/dev/fuse ${root}/pve fuse rw 0 0\n`);
  for (const [path, text] of Object.entries(configurations)) writeFileSync(join(root, 'pve/nodes', path), text);
  writeFileSync(
    join(root, 'pvesm'),
    `#!/bin/sh\ncase $1 in path) echo ${root}/none ;; *) echo "$*" >> ${root}/freed ;; esac\n`,
  );
  chmodSync(join(root, 'pvesm'), 0o755);
  writeFileSync(join(root, 'freed'), '');
}

function run(volumes: readonly VolumeRow[]) {
  const script = renderLeftoverScript(report(volumes))
    .replaceAll('/etc/pve', `${root}/pve`)
    .replaceAll('/proc/mounts', `${root}/mounts`)
    .replace('PATH=', `PATH=${root}:`)
    .replace('"$(id -u)"', '0');
  const { status, stderr } = spawnSync('bash', ['-s'], { input: script, encoding: 'utf8', cwd: root });
  return { status, stderr, freed: readFileSync(join(root, 'freed'), 'utf8').split('\n').slice(0, -1) };
}

describe('the script that frees leftovers', () => {
  it('frees what nobody names, and is silent about it', () => {
    node({ 'pve1/qemu-server/100.conf': 'scsi0: disks:104/vm-104-disk-10.raw' });
    expect(run(LEFT)).toEqual({
      ...{ status: 0, stderr: '' },
      freed: ['free disks:104/vm-104-disk-1.raw', 'free disks:105/vm-105-disk-0.raw'],
    });
  });

  it.each([
    [
      'named by a container of another node',
      { 'pve2/lxc/200.conf': 'mp0: disks:104/vm-104-disk-1.raw,mp=/x' },
      'named in',
    ],
    ['named in a comment', { 'pve1/qemu-server/200.conf': '#was vm-104-disk-1.raw' }, 'named in'],
    ['of a guest that is there again', { 'pve2/qemu-server/104.conf': 'name: again' }, 'guest 104 is there again'],
  ])('leaves alone a volume that is %s by now', (_, configurations, why) => {
    node(configurations);
    const { status, stderr, freed } = run(LEFT);
    expect([status, freed]).toEqual([1, ['free disks:105/vm-105-disk-0.raw']]);
    expect(stderr).toContain(why);
  });

  it('leaves alone a volume whose guest has a lock', () => {
    node({ 'pve1/qemu-server/104.conf': 'lock: backup' });
    expect(run([volume('disks:104/vm-104-disk-1.raw', 104, { cause: 'not-in-config' })])).toMatchObject({
      ...{ status: 1, freed: [] },
    });
  });

  it('frees nothing where /etc/pve cannot be believed', () => {
    node({}, 0);
    expect(run(LEFT)).toMatchObject({ status: 1, freed: [], stderr: expect.stringContaining('not quorate') });
    node({});
    writeFileSync(join(root, 'mounts'), '');
    expect(run(LEFT)).toMatchObject({ status: 1, freed: [], stderr: expect.stringContaining('not mounted') });
    node({});
    rmSync(join(root, 'pve/nodes/pve2'), { recursive: true });
    expect(run(LEFT)).toMatchObject({ status: 1, freed: [], stderr: expect.stringContaining('pve2 is not there') });
  });

  it('says with its exit status what Proxmox VE did not free', () => {
    node({});
    writeFileSync(join(root, 'pvesm'), '#!/bin/sh\n[ "$1" = path ]\n', { mode: 0o755 });
    expect(run(LEFT).status).toBe(1);
  });

  it('hands a hostile name on as one word, and shows it harmlessly', () => {
    node({});
    expect(renderLeftoverScript(report([HOSTILE]))).not.toContain('\u001b');
    expect(run([HOSTILE]).freed.join('\n')).toBe(`free ${HOSTILE.volid}`);
  });

  it('names and does not free what is not proven, what no command means, and what cannot be looked for', () => {
    const others = [
      volume('nas:300/vm-300-disk-0.raw', 300, { standing: 'elsewhere', because: 'shared' }),
      volume('disks:301/vm-301-disk-0.raw', 301, { standing: 'busy', because: 'a lock' }),
      volume('disks:302/snap', 302, { remedy: { command: null, first: 'no command' } }),
      volume('disks:303/+a.raw', 303),
    ];
    const script = renderLeftoverScript(report(others));
    expect([countFreed(report(others)), /pvesm free/.test(script)]).toEqual([0, false]);
    expect(script).toContain('#  - disks:303/+a.raw: its name is no word');
  });

  it('names snapshots, which no command of Proxmox VE takes away, and not those that are not judged', () => {
    node({});
    const { remedy: _, ...row } = volume('disks:100/vm-100-disk-0.qcow2', 100);
    const snapshots = [
      { ...row, snapshot: 'old', createdAt: null, heldBytes: null },
      { ...row, snapshot: 'new', createdAt: null, heldBytes: null, standing: 'busy' as const },
      { ...row, snapshot: 'a\n$(touch x)', createdAt: null, heldBytes: null },
    ];
    const lines = renderLeftoverScript({ ...report([]), snapshots }).split('\n');
    const named = lines.filter((line) => line.includes('vm-100-disk-0'));
    expect(named).toHaveLength(2);
    expect(named[0]).toContain('#  - snapshot old of disks:100/vm-100-disk-0.qcow2: no command');
    expect(lines.filter((line) => line.includes('touch') && !line.startsWith('#'))).toEqual([]);
  });

  const shellcheck = spawnSync('shellcheck', ['--version']).status === 0;
  it.skipIf(!shellcheck)('has nothing that shellcheck complains of', () => {
    const input = renderLeftoverScript(report([...LEFT, HOSTILE]));
    expect(spawnSync('shellcheck', ['-'], { input, encoding: 'utf8' }).stdout).toBe('');
  });
});
