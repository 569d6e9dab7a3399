import { describe, expect, it } from 'vitest';
import { given, guest, mention } from '../../test/checks/examples.ts';
import { nodeWith, placeOf, stored } from '../../test/checks/volume-examples.ts';
import { vol009 as check } from './vol009-left-copy.ts';

const vol009 = given(check);
const COPY = stored('vm-200-disk-0');
const away = guest(200, { node: 'pve2', mentions: [mention('scsi0', 'tank', 'vm-200-disk-0')] });

describe('VOL009', () => {
  it('tells the copy here from the volume of the same name on the other node', () => {
    const [finding] = vol009.examine(nodeWith([placeOf('zfs', [COPY])], away), {});
    expect(finding).toMatchObject({
      ...{ harm: 'housekeeping', vmid: 200, bytes: 4 * 1024 * 1024 },
      title: 'tank:vm-200-disk-0 is on local storage of pve1, and guest 200 lives on pve2',
    });
  });

  it('is silent on shared storage, while the guest migrates, and about guests of this node', () => {
    expect(vol009.examine(nodeWith([placeOf('zfs', [COPY], { shared: true })], away), {})).toEqual([]);
    const moving = { ...away, lock: 'migrate' };
    expect(vol009.examine(nodeWith([placeOf('zfs', [COPY])], moving), {})).toEqual([]);
    expect(vol009.examine(nodeWith([placeOf('zfs', [COPY])], guest(200)), {})).toEqual([]);
  });

  it('is unknown where nobody knows whether replication keeps it', () => {
    const { replication: _, ...node } = nodeWith([placeOf('zfs', [COPY])], away);
    expect(vol009.examine(node, {})).toEqual([]);
    expect(vol009.unjudged(node)).toEqual(['tank:vm-200-disk-0: whether replication keeps it here is not known']);
  });
});
