import { describe, expect, it } from 'vitest';
import { type Mutation, mutationArgv, mutationComplaint } from './mutation.ts';

describe('mutationComplaint', () => {
  it.each<Mutation>([
    { does: 'deactivate-volume', vgName: '-rf', lvName: 'x' },
    { does: 'deactivate-volume', vgName: 'san', lvName: '../x' },
    { does: 'activate-volume', vgName: 'san', lvName: 'a/b' },
    { does: 'activate-volume', vgName: '..', lvName: 'a' },
    { does: 'activate-volume', vgName: '.', lvName: 'a' },
    { does: 'activate-volume', vgName: 'san', lvName: '-y' },
    { does: 'remove-device', handMadeName: '--force' },
    { does: 'remove-device', handMadeName: '.' },
    { does: 'remove-device', handMadeName: '..' },
    { does: 'remove-device', handMadeName: 'a b' },
    { does: 'remove-device', handMadeName: 'a\nb' },
    { does: 'remove-device', handMadeName: '' },
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
    { does: 'deactivate-volume', vgName: 'vg-ssd-01', lvName: 'vm-100-disk-0.qcow2' },
    { does: 'activate-volume', vgName: '..x', lvName: '.x' },
    { does: 'remove-device', handMadeName: '..x' },
    { does: 'remove-device', handMadeName: 'san-vm--1--disk--0-dup' },
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
    { does: 'deactivate-volume', vgName: 'v', lvName: 'l' },
    { does: 'activate-volume', vgName: 'v', lvName: 'l' },
    { does: 'remove-device', handMadeName: 'n' },
    { does: 'remove-device', uuid: 'u' },
    { does: 'create-device', name: 'n', uuid: 'u', readOnly: true, table: ['0 1 error'] },
  ];
  it('is the whole command', () => {
    expect(all.map((mutation) => mutationArgv(mutation).join(' '))).toEqual([
      'lvchange -aln v/l',
      'lvchange -aly -K v/l',
      'dmsetup remove --retry -- n',
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
