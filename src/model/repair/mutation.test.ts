import { describe, expect, it } from 'vitest';
import { type Mutation, mutationArgv, mutationComplaint } from './mutation.ts';

const dmUuid = `LVM-${'a'.repeat(32)}${'b'.repeat(32)}`;

describe('mutationComplaint', () => {
  it.each<Mutation>([
    { does: 'deactivate-volume', vgName: '-rf', lvName: 'x', dmUuid },
    { does: 'deactivate-volume', vgName: 'san', lvName: '../x', dmUuid },
    { does: 'activate-volume', vgName: 'san', lvName: 'a/b', dmUuid },
    { does: 'activate-volume', vgName: '..', lvName: 'a', dmUuid },
    { does: 'activate-volume', vgName: '.', lvName: 'a', dmUuid },
    { does: 'activate-volume', vgName: 'san', lvName: '-y', dmUuid },
    { does: 'deactivate-volume', vgName: 'san', lvName: 'x', dmUuid: '' },
    { does: 'activate-volume', vgName: 'san', lvName: 'x', dmUuid: 'LVM-x || lv_size>0' },
    { does: 'remove-device', handMadeName: '--force', minor: 7 },
    { does: 'remove-device', handMadeName: '.', minor: 7 },
    { does: 'remove-device', handMadeName: '..', minor: 7 },
    { does: 'remove-device', handMadeName: 'a b', minor: 7 },
    { does: 'remove-device', handMadeName: 'a\nb', minor: 7 },
    { does: 'remove-device', handMadeName: '', minor: 7 },
    { does: 'remove-device', uuid: '' },
    { does: 'remove-device', uuid: '-x' },
    { does: 'remove-device', uuid: 'x y' },
    { does: 'remove-device', uuid: 'x'.repeat(129) },
    { does: 'create-device', name: 'x y', uuid: 'x', readOnly: false, table: ['0 1 error'] },
    { does: 'create-device', name: 'x', uuid: '-x', readOnly: false, table: ['0 1 error'] },
    { does: 'create-device', name: 'x', uuid: '', readOnly: false, table: ['0 1 error', 'error'] },
    { does: 'create-device', name: 'x', uuid: '', readOnly: false, table: [] },
    { does: 'create-device', name: 'x', uuid: '', readOnly: false, table: ['0 1 crypt aes key 0 8:0 0'] },
    { does: 'create-device', name: 'x', uuid: '', readOnly: false, table: ['0 1 linear 8:0 0\n0 1 error'] },
    { does: 'create-device', name: 'x', uuid: '', readOnly: false, table: ['0 1 linear /dev/sda 0'] },
  ])('refuses %j', (mutation) => {
    expect(mutationComplaint(mutation)).not.toBeNull();
  });

  it.each<Mutation>([
    { does: 'deactivate-volume', vgName: 'vg-ssd-01', lvName: 'vm-100-disk-0.qcow2', dmUuid },
    { does: 'activate-volume', vgName: '..x', lvName: '.x', dmUuid },
    { does: 'remove-device', handMadeName: '..x', minor: 7 },
    { does: 'remove-device', handMadeName: 'san-vm--1--disk--0-dup', minor: 7 },
    { does: 'remove-device', uuid: `LVM-${'a'.repeat(64)}` },
    {
      does: 'create-device',
      name: 'x',
      uuid: '',
      readOnly: true,
      table: ['0 8 striped 2 128 8:0 0 8:16 0', '8 8 error'],
    },
  ])('lets %j through', (mutation) => {
    expect(mutationComplaint(mutation)).toBeNull();
  });
});

describe('mutationArgv', () => {
  const all: readonly Mutation[] = [
    { does: 'deactivate-volume', vgName: 'v', lvName: 'l', dmUuid },
    { does: 'activate-volume', vgName: 'v', lvName: 'l', dmUuid },
    { does: 'remove-device', handMadeName: 'n', minor: 7 },
    { does: 'remove-device', uuid: 'u' },
    { does: 'create-device', name: 'n', uuid: 'u', readOnly: true, table: ['0 1 error'] },
  ];
  it('is the whole command', () => {
    expect(all.map((mutation) => mutationArgv(mutation).join(' '))).toEqual([
      'lvchange -aln --config global/wait_for_locks=0 --select lv_uuid=bbbbbb-bbbb-bbbb-bbbb-bbbb-bbbb-bbbbbb v/l',
      'lvchange -aly -K --config global/wait_for_locks=0 --select lv_uuid=bbbbbb-bbbb-bbbb-bbbb-bbbb-bbbb-bbbbbb v/l',
      'dmsetup remove --retry --select uuid="" && minor=7 -- n',
      'dmsetup remove --retry --uuid u',
      'dmsetup create --readonly --uuid u -- n',
    ]);
    const plain = { does: 'create-device', name: 'n', uuid: '', readOnly: false, table: ['0 1 error'] } as const;
    expect(mutationArgv(plain)).toEqual(['dmsetup', 'create', '--', 'n']);
  });

  it('forces nothing and defers nothing', () => {
    const words = all.flatMap((mutation) => mutationArgv(mutation));
    for (const word of ['--force', '-f', '--deferred', 'lvremove', 'sh', 'bash']) expect(words).not.toContain(word);
  });
});
