import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/index.ts';
import { assembleReport } from '../../src/engine/assemble-report.ts';
import { clusterMailReport } from '../../src/engine/cluster-mail.ts';
import { collect } from '../../src/engine/collect.ts';
import { examine } from '../../src/engine/examine.ts';
import { EVERYTHING } from '../../src/engine/narrowing.ts';
import { ownRecord } from '../../src/engine/own-record.ts';
import { memoryHost } from '../../src/host/memory-host.ts';
import { packRecord } from '../../src/host/publish-value.ts';
import { fitRecord, MOST_BYTES } from '../../src/model/cluster/fit-record.ts';
import type { NodeRecord } from '../../src/model/cluster/node-record.ts';
import { known, knownOrNull, unreadable } from '../../src/model/reading.ts';
import { type HistoryState, lookOf, updateHistory } from '../../src/model/report/history-state.ts';
import type { Report } from '../../src/model/report/report.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { parseNodeRecord } from '../../src/parse/node-record.ts';
import { readCapture, situations } from '../capture-files.ts';
import { acrossOf } from '../checks/cluster-examples.ts';
import { aRecord, RECORD_TIME } from '../data/node-records.ts';
import { someOf } from '../sample.ts';

const FRAME = { source: 'live', durationMs: 0, clusterName: 'lab' };

const checked = (snapshot: Snapshot): Report =>
  assembleReport(snapshot, examine(snapshot, CHECKS), { source: 'live', durationMs: 0, narrowing: EVERYTHING });

/** What that node publishes, as the others read it. */
function recordOf(snapshot: Snapshot, change: (record: NodeRecord) => NodeRecord = (record) => record): NodeRecord {
  const own = { ...ownRecord(snapshot, checked(snapshot)), node: 'pve2', takenAt: RECORD_TIME };
  const word = parseNodeRecord(JSON.stringify(change(own)), 'pve2');
  if (word.state !== 'record') throw new Error(`not believed: ${JSON.stringify(word)}`);
  return word.record;
}

/** How the mail of a cluster of two sees that node. */
const mailOf = (record: NodeRecord): Report =>
  clusterMailReport(acrossOf([aRecord('pve1'), record]), ['pve1', 'pve2'], FRAME);

const ofNode = (ids: readonly { readonly id: string }[]): readonly string[] =>
  ids.map(({ id }) => id).filter((id) => id.startsWith('pve2/'));

interface Looks {
  readonly resolved: readonly string[];
  readonly fresh: readonly string[];
}

/** What the cluster says during a look that sees less, and when the node is seen again as it was. */
function said(before: NodeRecord, during: NodeRecord): Looks {
  const state: HistoryState = updateHistory(null, lookOf(mailOf(before))).state;
  const less = updateHistory(state, lookOf(mailOf(during)));
  const again = updateHistory(less.state, lookOf(mailOf(before)));
  return { resolved: ofNode(less.resolved), fresh: ofNode(again.standing.filter(({ isNew }) => isNew)) };
}

const SILENT: Looks = { resolved: [], fresh: [] };

function withBackupOf(vmid: number, snapshot: Snapshot): Snapshot {
  const { guests } = snapshot.sections;
  const value = knownOrNull(guests.reading);
  if (value === null) return snapshot;
  const configs = value.configs.map((config) =>
    config.vmid === vmid ? { ...config, lock: 'backup', unchangedSeconds: 60 } : config,
  );
  return {
    ...snapshot,
    sections: { ...snapshot.sections, guests: { ...guests, reading: known({ ...value, configs }) } },
  };
}

const vmidsIn = ({ sections }: Snapshot): readonly number[] => [
  ...new Set((knownOrNull(sections.guests.reading)?.configs ?? []).map(({ vmid }) => vmid)),
];

const GONE = unreadable({ kind: 'failed', source: 'made up', detail: 'it does not answer' });

const without = (snapshot: Snapshot, name: string): Snapshot => ({
  ...snapshot,
  sections: { ...snapshot.sections, [name]: { reading: GONE, durationMs: 0 } },
});

const sizeOf = (record: NodeRecord): number => packRecord(JSON.stringify(record)).length;

describe.each(someOf(situations, 4))('the mail of a cluster with %s', (situation) => {
  const snapshot = collect(memoryHost(readCapture(situation)));

  it('resolves nothing and tells nothing anew for a backup, a hidden section, a small record', async () => {
    const node = await snapshot;
    const before = recordOf(node);
    for (const vmid of vmidsIn(node))
      expect({ vmid, ...said(before, recordOf(withBackupOf(vmid, node))) }).toEqual({ vmid, ...SILENT });
    for (const name of Object.keys(node.sections))
      expect({ name, ...said(before, recordOf(without(node, name))) }).toEqual({ name, ...SILENT });
    for (const room of [MOST_BYTES, MOST_BYTES + 1])
      expect(
        said(
          before,
          recordOf(node, (record) => fitRecord(record, [], () => room)),
        ),
      ).toEqual(SILENT);
  });

  it('resolves nothing by a change of version on the node', async () => {
    const node = await snapshot;
    const before = recordOf(node);
    const { checks: _, ...unsaid } = before.verdict ?? { status: 'unknown', grade: '?', problems: [], unjudged: [] };
    const firstForm = { ...before, verdict: { ...unsaid, problems: [] } };
    expect(said(before, firstForm)).toEqual(SILENT);
    const codes = new Set(before.verdict?.problems?.flatMap((problem) => problem.codes));
    for (const code of codes) {
      const problems = before.verdict?.problems?.filter((problem) => !problem.codes.includes(code)) ?? [];
      const checks = before.verdict?.checks?.filter((one) => one !== code) ?? [];
      expect(said(before, { ...before, verdict: { ...unsaid, checks, problems } })).toEqual(SILENT);
    }
    // A version that names no findings tells the same problems.
    const plain = before.verdict?.problems?.map(({ findings: _f, ...problem }) => problem) ?? [];
    const older = { ...before, verdict: { ...unsaid, checks: before.verdict?.checks ?? [], problems: plain } };
    expect([said(before, older), said(older, before)]).toEqual([SILENT, SILENT]);
  });

  it('says that what was mended is resolved', async () => {
    const node = await snapshot;
    const before = recordOf(node);
    if (before.verdict === null) throw new Error('no verdict');
    const state = updateHistory(null, lookOf(mailOf(before))).state;
    const mended = { ...before, verdict: { ...before.verdict, problems: [], unjudged: [], fullness: [] } };
    const resolved = ofNode(updateHistory(state, lookOf(mailOf(mended))).resolved);
    const was = ofNode(mailOf(before).problems);
    expect(resolved.toSorted()).toEqual(was.toSorted());
  });

  it('has small records', async () => {
    const record = recordOf(await snapshot);
    const { checks: _, fullness: _f, ...less } = record.verdict ?? { status: 'unknown', grade: '?' };
    const bare = { ...record, verdict: { ...less, problems: record.verdict?.problems ?? [], unjudged: [] } };
    // Which checks it knows, and what it could not judge, with every reason.
    expect(sizeOf(record) - sizeOf(bare)).toBeLessThan(2048);
  });
});

describe('a record that says of one VG alone that nothing of it was judged', () => {
  const problem = (id: string, key: string) => ({
    ...{
      id,
      kind: 'device',
      severity: 'warning' as const,
      who: id,
      what: '',
      codes: key.split('/').slice(0, 1),
      vmids: [],
    },
    ...{ findings: [key], acknowledged: false, next: '', repairable: false },
  });
  const problems = [
    problem('mount:/mnt/nas', 'MNT001/mount//mnt/nas'),
    problem('group:lost', 'LV001/volume//lost/vm-100-disk-0'),
  ];
  const sees = (unjudged: NonNullable<NonNullable<NodeRecord['verdict']>['unjudged']>, found: typeof problems) => {
    const { verdict, ...rest } = aRecord('pve2');
    const checks = ['MNT001', 'LV001'];
    const list = {
      ...{ status: 'healthy' as const, grade: '?' },
      ...verdict,
      checks,
      problems: found,
      unjudged,
    } as const;
    return lookOf(mailOf({ ...rest, verdict: list }));
  };
  const away = { code: '*', because: 'LVM does not show VG lost', kind: 'away' };
  const resolvedWith = (of: { readonly kind: string; readonly id: string } | undefined) => {
    const state = updateHistory(null, sees([], problems)).state;
    return ofNode(updateHistory(state, sees([of === undefined ? away : { ...away, of }], [])).resolved);
  };

  it('resolves what lies elsewhere, and nothing of that VG', () => {
    expect(resolvedWith({ kind: 'volume-group', id: 'lost' })).toEqual(['pve2/mount:/mnt/nas']);
  });

  it('resolves nothing where it does not say of what, or of a kind that nobody knows', () => {
    expect([resolvedWith(undefined), resolvedWith({ kind: 'realm', id: 'lost' })]).toEqual([[], []]);
  });
});
