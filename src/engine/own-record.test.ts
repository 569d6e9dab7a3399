import { describe, expect, it } from 'vitest';
import { readCapture, situations } from '../../test/capture-files.ts';
import { someOf } from '../../test/sample.ts';
import { memoryHost } from '../host/memory-host.ts';
import type { Capture } from '../model/capture.ts';
import { parseNodeRecord } from '../parse/node-record.ts';
import { lookAtNode } from './check-node.ts';
import { EVERYTHING } from './narrowing.ts';
import { ownRecord } from './own-record.ts';

/** What a node of a cluster has beside a capture of before it could be asked. */
const inCluster = (capture: Capture): Capture => ({
  ...capture,
  commands: {
    ...capture.commands,
    'lvm-settings': {
      stdout: [
        ...['devices {', '\tuse_devicesfile=0', '\tfilter=["a|.*|"]', '\tglobal_filter=["r|/dev/zd.*|"]', '}'],
        ...['global {', '\tevent_activation=1', '}', 'activation {', '\tthin_pool_autoextend_threshold=100'],
        ...['\tthin_pool_autoextend_percent=20', '\tmonitoring=1', '}'],
      ],
    },
  },
  files: { ...capture.files, '/proc/sys/kernel/random/boot_id': ['0b7c'] },
});

const recordOf = async (capture: Capture) => {
  const { snapshot, report } = await lookAtNode(memoryHost(capture), 'test', EVERYTHING);
  return ownRecord(snapshot, report);
};

describe('the record of this node', () => {
  it.each(someOf(situations, 3))('can be read by the others: %s', async (situation) => {
    const record = await recordOf(inCluster(readCapture(situation)));
    const { node } = record;
    expect(parseNodeRecord(JSON.stringify(record), node)).toEqual({ state: 'record', record });
    const unknown = Object.entries(record.fingerprint).flatMap(([name, part]) => (part === null ? [name] : []));
    expect(unknown.filter((name) => !record.gaps.some(({ part }) => part === name))).toEqual([]);
  });

  it('tells guests, pools, groups, volumes and settings', async () => {
    const { fingerprint, verdict } = await recordOf(inCluster(readCapture('healthy-mixed-node')));
    expect(verdict).toMatchObject({ status: 'healthy', grade: 'A+' });
    expect(verdict?.problems?.map(({ severity }) => severity)).toEqual(['notice', 'notice', 'notice']);
    expect(fingerprint.running?.length).toBeGreaterThan(0);
    expect(fingerprint.groups?.flatMap(({ volumes }) => volumes ?? []).some(({ openCount }) => openCount > 0)).toBe(
      true,
    );
    expect(fingerprint.lvmSettings).toEqual({
      ...{ filter: '["a|.*|"]', globalFilter: '["r|/dev/zd.*|"]', useDevicesFile: false, devices: null },
      ...{ eventActivation: true, autoActivationVolumes: '' },
    });
  });

  it('is silent on what could not be read', async () => {
    const capture = inCluster(readCapture('healthy-mixed-node'));
    const blind = {
      ...capture,
      commands: { ...capture.commands, 'lvm-fullreport': { outcome: 'timed-out' as const } },
    };
    const { fingerprint, gaps } = await recordOf(blind);
    expect([fingerprint.groups, fingerprint.storages]).toEqual([null, null]);
    expect(gaps.find(({ part }) => part === 'groups')?.because).toBe('unreadable');
    expect(fingerprint.running).not.toBeNull();
  });
});
