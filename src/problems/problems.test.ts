import { describe, expect, it } from 'vitest';
import { looks } from '../../test/data/commands.ts';
import { healthyMount, staleMount } from '../../test/data/sample-mounts.ts';
import type { CheckCode, ReportedFinding, Severity, Subject } from '../model/finding.ts';
import type { MountRow } from '../model/mounts/judged-mounts.ts';
import type { ProblemGuest } from '../model/report/problem.ts';
import { type ProblemFacts, problemsOf } from './problems.ts';

const finding = (
  code: CheckCode,
  kind: Subject['kind'],
  id: string,
  vmid: number | null = null,
  over: Partial<ReportedFinding> = {},
): ReportedFinding => ({
  code,
  severity: 'warning',
  subject: { kind, id },
  title: '',
  headline: `headline of ${code}`,
  evidence: [],
  impact: '',
  remedy: { text: `remedy of ${code}`, commands: [looks('lvs', code)] },
  repairAction: null,
  certainty: 'certain',
  vmid,
  ...{ guests: vmid === null ? [] : [vmid], guestsKnown: true },
  bytes: null,
  repair: { offered: false, because: '' },
  ...over,
});

const GUESTS: readonly ProblemGuest[] = [
  { vmid: 119, name: 'windows', type: 'qemu', node: 'pve1', state: 'running' },
  { vmid: 101, name: 'web', type: 'lxc', node: 'pve1', state: 'stopped' },
];

const problems = (findings: readonly ReportedFinding[], over: Partial<ProblemFacts> = {}) =>
  problemsOf({ findings, mounts: [], guests: GUESTS, unjudged: [], ...over });

/** Codes by problem: what was grouped. */
const grouped = (findings: readonly ReportedFinding[], over: Partial<ProblemFacts> = {}) =>
  Object.fromEntries(problems(findings, over).map(({ id, codes }) => [id, codes.join(' ')]));

const row = (source: string, target: string, over: Partial<MountRow> = {}): MountRow => ({
  ...staleMount,
  fstype: 'nfs4',
  source,
  target,
  ...{ options: 'rw', status: 'stale', serverAnswers: true, storeid: null, vmid: null },
  ...{ storages: [], guests: [], backupJobs: [] },
  ...over,
});

describe('what belongs together', () => {
  const entry = 'san-vm--102--disk--0';

  it.each<readonly [string, readonly ReportedFinding[], Readonly<Record<string, string>>]>([
    [
      'everything about one volume, and the VMID that it is in the way of',
      [
        finding('DM010', 'device', entry, 102),
        finding('DM013', 'device', entry, 102),
        finding('DM040', 'device', entry, 102),
        finding('ID001', 'vmid', '102', 102),
      ],
      { 'volume:san/vm-102-disk-0': 'DM010 DM013 DM040 ID001' },
    ],
    [
      'a volume and a copy of its entry that was made by hand',
      [finding('DM001', 'device', `${entry}-copy`, 102), finding('DM010', 'device', entry, 102)],
      { 'volume:san/vm-102-disk-0': 'DM001 DM010' },
    ],
    [
      'an inactive volume and its entry, under whatever code',
      [finding('LV001', 'volume', 'san/vm-102-disk-0', 102), finding('DM013', 'device', entry, 102)],
      { 'volume:san/vm-102-disk-0': 'DM013 LV001' },
    ],
  ])('%s', (_, findings, expected) => {
    expect(grouped(findings)).toEqual(expected);
  });

  const nas = [
    row('10.9.0.2:/a', '/mnt/pve/a', {
      serverAnswers: false,
      storages: ['a'],
      guests: [{ vmid: 119, type: 'qemu', name: 'windows' }],
      backupJobs: ['nightly'],
    }),
    row('10.9.0.2:/b', '/mnt/pve/b', { serverAnswers: false, storages: ['b'] }),
    row('10.9.0.2:/a', '/data', { vmid: 101, name: 'web', serverAnswers: false }),
  ];
  const dead = [
    finding('MNT001', 'mount', '/mnt/pve/a', null, { guests: [119] }),
    finding('MNT001', 'mount', '/mnt/pve/b'),
    finding('MNT006', 'mount', '/mnt/pve/a'),
    finding('CT001', 'mount', '101:/data', 101),
  ];

  it('everything behind a server that does not answer, in containers too', () => {
    const [problem, ...others] = problems(dead, { mounts: nas });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      id: 'server:10.9.0.2',
      who: 'NFS server 10.9.0.2',
      what: 'does not answer: 3 mounts, 2 storages, 2 guests, backup job nightly',
      guests: [
        { vmid: 101, name: 'web' },
        { vmid: 119, name: 'windows' },
      ],
    });
  });

  it('everything of one share whose server answers', () => {
    const mounts = [row('10.9.0.2:/a', '/mnt/pve/a'), row('10.9.0.2:/a', '/data', { vmid: 101, name: 'web' })];
    const findings = [finding('MNT001', 'mount', '/mnt/pve/a'), finding('CT001', 'mount', '101:/data', 101)];
    expect(grouped(findings, { mounts })).toEqual({
      'mount:/mnt/pve/a': 'MNT001 CT001',
    });
  });

  it('two failing shares of one server that accepts connections', () => {
    const mounts = [row('10.9.0.2:/a', '/mnt/pve/a'), row('10.9.0.2:/b', '/mnt/pve/b')];
    expect(problems(dead.slice(0, 2), { mounts }).map(({ who, what }) => `${who} ${what}`)).toEqual([
      'NFS server 10.9.0.2 fails: 2 mounts, 1 guest',
    ]);
  });
});

describe('what does not belong together', () => {
  it.each<readonly [string, readonly ReportedFinding[], number]>([
    [
      'two disks of one guest',
      [
        finding('DM010', 'device', 'san-vm--102--disk--0', 102),
        finding('DM010', 'device', 'san-vm--102--disk--1', 102),
      ],
      2,
    ],
    [
      'disks of one name in two VGs',
      [finding('DM010', 'device', 'a-vm--102--disk--0', 102), finding('DM010', 'device', 'b-vm--102--disk--0', 102)],
      2,
    ],
    [
      'vm-1 and vm-10',
      [finding('LV001', 'volume', 'san/vm-100-disk-1', 100), finding('LV001', 'volume', 'san/vm-100-disk-10', 100)],
      2,
    ],
    ['two VGs with autoactivation', [finding('DM050', 'volume-group', 'a'), finding('DM050', 'volume-group', 'b')], 2],
    ['two commands that failed', [finding('NODE002', 'command', 'lvm'), finding('NODE002', 'command', 'dmsetup')], 2],
  ])('%s', (_, findings, count) => {
    expect(problems(findings)).toHaveLength(count);
  });

  it('shares of two servers', () => {
    const mounts = [
      row('10.9.0.2:/a', '/mnt/a', { serverAnswers: false }),
      row('10.9.0.3:/a', '/mnt/b', { serverAnswers: false }),
    ];
    const findings = [finding('MNT001', 'mount', '/mnt/a'), finding('MNT001', 'mount', '/mnt/b')];
    expect(Object.keys(grouped(findings, { mounts }))).toEqual(['server:10.9.0.2', 'server:10.9.0.3']);
  });

  it('a full share and a server that is fine', () => {
    const mounts = [{ ...healthyMount, source: '10.9.0.2:/a', target: '/mnt/a' }];
    expect(grouped([finding('MNT005', 'mount', '/mnt/a')], { mounts })).toEqual({ 'mount:/mnt/a': 'MNT005' });
  });
});

describe('an id', () => {
  it.each<readonly [string, readonly ReportedFinding[], readonly ReportedFinding[]]>([
    [
      'of a lost disk is that of its VG, not its number, with or without a guest',
      [finding('DM031', 'device', '8:0', 100, { about: 'lunvg' })],
      [finding('DM031', 'device', '8:16', null, { about: 'lunvg' })],
    ],
    [
      'of two entries over the same sectors is that of the volume, whichever is to go',
      [finding('DM002', 'device', 'rescue', 100, { about: 'san/vm-100-disk-0' })],
      [finding('DM002', 'device', 'san-vm--100--disk--0', 100, { about: 'san/vm-100-disk-0' })],
    ],
    [
      'of a duplicate by name is that of the volume, whichever is to go',
      [finding('DM001', 'device', 'san-vm--100--disk--0-dup', 100)],
      [finding('DM001', 'device', 'san-vm--100--disk--0', 100)],
    ],
  ])('%s', (_, before, after) => {
    expect(Object.keys(grouped(after))).toEqual(Object.keys(grouped(before)));
  });

  it('of a lost disk is not that of the VG that activates on its own', () => {
    expect(
      problems([
        finding('DM031', 'device', '8:0', null, { about: 'lunvg' }),
        finding('DM050', 'volume-group', 'lunvg'),
      ]),
    ).toHaveLength(2);
  });
});

describe('the order', () => {
  it('is the worst first, and of equals what limits the judgement last', () => {
    const severe = (code: CheckCode, kind: Subject['kind'], id: string, severity: Severity) =>
      finding(code, kind, id, null, { severity });
    const ids = problems([
      severe('MNT001', 'mount', '/mnt/a', 'critical'),
      severe('LV010', 'thin-pool', 'pve-data-tpool', 'warning'),
      severe('NODE002', 'command', 'lvm fullreport', 'warning'),
      severe('DM050', 'volume-group', 'pve', 'notice'),
    ]).map(({ id }) => id);
    expect(ids).toEqual(['mount:/mnt/a', 'pool:pve-data-tpool', 'sight:lvm%20fullreport', 'group:pve/autoactivation']);
  });

  it('begins with what hides all guests', () => {
    const ids = problems([
      finding('DM001', 'device', 'san-vm--119--disk--0', 119, { severity: 'critical' }),
      finding('NODE001', 'node', 'pve1', null, { severity: 'critical' }),
    ]).map(({ kind }) => kind);
    expect(ids).toEqual(['sight', 'volume']);
  });

  it('puts more guests that run before fewer', () => {
    const ids = problems([
      finding('DM001', 'device', 'san-vm--101--disk--0', 101, { severity: 'critical' }),
      finding('PATH001', 'device', 'mpatha', null, { severity: 'critical', guests: [101, 119] }),
    ]).map(({ id }) => id);
    expect(ids).toEqual(['device:mpatha', 'volume:san/vm-101-disk-0']);
  });

  it('of the findings does not change the problems', () => {
    const findings = [
      finding('ID001', 'vmid', '102', 102),
      finding('DM013', 'device', 'san-vm--102--disk--0', 102, { severity: 'critical' }),
      finding('DM010', 'device', 'san-vm--102--disk--0', 102),
    ];
    expect(problems(findings.toReversed())).toEqual(problems(findings));
  });

  it('says what a failed command hides', () => {
    const [problem] = problems([finding('NODE002', 'command', 'lvm fullreport')], { unjudged: ['DM013', 'DM020'] });
    expect(problem?.what).toBe('headline of NODE002; 2 checks are open until that is mended');
  });
});

describe('a problem', () => {
  const on = (vmid: number) => finding('DM010', 'device', `san-vm--${vmid}--disk--0`, vmid);

  it.each([
    [119, 'VM 119 (windows)'],
    [101, 'CT 101 (web)'],
    [102, 'Guest 102 (deleted)'],
  ])('of guest %d concerns %s', (vmid, who) => {
    expect(problems([on(vmid)])[0]?.who).toBe(who);
  });

  it('calls no guest deleted where the configurations could not be read', () => {
    expect(problems([on(102)], { guests: null })[0]?.who).toBe('Guest 102');
  });

  it('has the severity, the words and the next step of its worst finding', () => {
    const worst = finding('DM020', 'device', 'san-vm--119--disk--0', 119, { severity: 'critical' });
    const repairable = { offered: true, action: 'deactivate-volume' } as const;
    const [problem] = problems([{ ...on(119), repair: repairable }, worst]);
    expect(problem).toMatchObject({
      severity: 'critical',
      what: 'headline of DM020',
      next: { text: 'remedy of DM020', command: looks('lvs', 'DM020'), repairable: false },
    });
  });

  it('of equally bad findings takes the step that can be repaired', () => {
    const repair = { offered: true, action: 'remove-device' } as const;
    const [problem] = problems([
      finding('DM040', 'device', 'san-vm--119--disk--0', 119),
      { ...finding('DM013', 'device', 'san-vm--119--disk--0', 119), repair },
    ]);
    expect(problem?.next).toMatchObject({
      command: { line: 'pve-doctor clean --vmid 119', change: 'clean' },
      repairable: true,
    });
  });

  it('counts the bytes of a volume once', () => {
    const bytes = 8_388_608;
    const [problem] = problems([
      finding('LV001', 'volume', 'san/vm-119-disk-0', 119, { bytes }),
      finding('DM012', 'device', 'san-vm--119--disk--0', 119, { bytes }),
    ]);
    expect(problem?.bytes).toBe(bytes);
  });

  it('has an id that a shell, a URL and a terminal take as it stands', () => {
    const [problem] = problems([finding('DM030', 'device', "a b'$(x)\u001b[2J%41é")]);
    expect(problem?.id).toBe('device:a%20b%27%24%28x%29%1B%5B2J%2541%C3%A9');
  });
});
