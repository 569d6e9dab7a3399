import { describe, expect, it } from 'vitest';
import { active, device, mapper, target, textOf, volume, wanted } from '../../test/checks/examples.ts';
import { blocksOf, entryOn } from '../../test/checks/path-examples.ts';
import { vectorsOf } from '../../test/data/commands.ts';
import { WANTS_ABOVE } from '../model/paths/carried-words.ts';
import { dm030 } from './dm030-suspended.ts';

describe('DM030', () => {
  it('reports every suspended device, a guest’s or not, and gives guidance only', () => {
    const findings = dm030.examine(
      {
        deviceMapper: mapper(
          active(volume('san', 'vm-100-disk-0'), 0, { suspended: true }),
          device('pve-data-tpool', 1, { uuid: 'LVM-x-tpool', suspended: true }),
        ),
      },
      wanted(WANTS_ABOVE),
    );
    expect(findings.map(({ title, vmid }) => [title, vmid])).toEqual([
      ['san-vm--100--disk--0 is suspended', 100],
      ['pve-data-tpool is suspended', null],
    ]);
    expect(findings[0]).toMatchObject({ harm: 'data', repairAction: null });
    expect(findings[0]?.impact).toContain('did not run LVM');
    expect(findings[0] && textOf(findings[0])).toContain('two reads one second apart');
  });

  it('names the guests above a device that is nobody’s own', () => {
    const closed = device('closed', 0, { uuid: 'CRYPT-LUKS2-x', suspended: true });
    const devices = [closed, entryOn('253:0')];
    const facts = { deviceMapper: mapper(...devices) };
    const known = wanted(WANTS_ABOVE, { ...facts, blockDevices: blocksOf([], devices) });
    const [finding] = dm030.examine(facts, known);
    expect(finding && textOf(finding)).toContain('above it: VG san, guest 100, 8 MiB of guests’ volumes');
  });

  it('has another way on for an encrypted device, whose key is gone', () => {
    const table = [target('crypt', 8192, 'aes-xts-plain64', '0'.repeat(128), '0', '7:0', '32768')];
    const [finding] = dm030.examine(
      { deviceMapper: mapper(device('closed', 0, { table, suspended: true })) },
      wanted(WANTS_ABOVE),
    );
    expect(finding?.remedy.text).toContain('`cryptsetup luksResume`');
  });

  it('gives no command that resumes: whoever suspended it may still be at work', () => {
    const [finding] = dm030.examine({ deviceMapper: mapper(device('x', 0, { suspended: true })) }, wanted(WANTS_ABOVE));
    expect(vectorsOf(finding?.remedy.commands).map(([program]) => program)).toEqual(['ps']);
  });

  it('is silent about a device that was resumed between the two reads', () => {
    expect(dm030.examine({ deviceMapper: mapper(device('x', 0)) }, wanted(WANTS_ABOVE))).toEqual([]);
  });
});
