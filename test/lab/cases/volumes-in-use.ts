import { mkdirSync, writeFileSync } from 'node:fs';
import type { Lab, LabCase } from '../node/lab.ts';

const ROOT = '/mnt/disks/images';

/** A file of a guest that is gone. */
function file(name: string): string {
  const path = `${ROOT}/${name}`;
  mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true });
  writeFileSync(path, Buffer.alloc(1024 * 1024, 1));
  return path;
}

/** Used without a line that names them: each by something that this node alone sees. */
function inUse(lab: Lab): void {
  const open = file('301/vm-301-disk-0.raw');
  lab.journal.background(['sh', '-c', `exec 3<${open}; exec sleep 100000`]);
  // Open by a name that is outside of every storage.
  const linked = file('302/vm-302-disk-0.raw');
  lab.journal.run(['ln', linked, '/mnt/disks/private.raw']);
  lab.journal.background(['sh', '-c', 'exec 3</mnt/disks/private.raw; exec sleep 100000']);
  lab.journal.run(['losetup', '-f', file('303/vm-303-disk-0.raw')]);
  const directory = `${ROOT}/304/subvol-304-disk-0.subvol`;
  mkdirSync(`${directory}/srv`, { recursive: true });
  lab.journal.background(['sh', '-c', `cd ${directory}/srv && exec sleep 100000`]);
  // In a mount namespace of its own, where the path is another one.
  const hidden = file('305/vm-305-disk-0.raw');
  const script = `mount --bind ${ROOT}/305 /srv && exec 3</srv/vm-305-disk-0.raw && exec sleep 100000`;
  lab.journal.background(['unshare', '-m', '--propagation', 'private', 'sh', '-c', script]);
  lab.journal.run(['test', '-s', hidden]);
}

/** Used by what a guest names. */
function readThrough(lab: Lab): void {
  const create = (...words: string[]) => lab.journal.run(['qemu-img', 'create', '-q', ...words]);
  mkdirSync(`${ROOT}/110`, { recursive: true });
  create('-f', 'vmdk', '-o', 'subformat=monolithicFlat', `${ROOT}/110/vm-110-disk-0.vmdk`, '4M');
  mkdirSync(`${ROOT}/112`, { recursive: true });
  const data = `data_file=${ROOT}/112/vm-112-data.raw,data_file_raw=on`;
  create('-f', 'qcow2', '-o', data, `${ROOT}/112/vm-112-disk-0.qcow2`, '4M');
  mkdirSync(`${ROOT}/113`, { recursive: true });
  create('-f', 'qcow2', `${ROOT}/113/vm-313-disk-0.qcow2`, '4M');
  const json = `json:{"driver":"qcow2","file.driver":"file","file.filename":"${ROOT}/113/vm-313-disk-0.qcow2"}`;
  create('-f', 'qcow2', '-b', json, '-F', 'qcow2', '/mnt/disks/overlay.qcow2', '4M');
  lab.journal.run(['ln', '-s', file('314/vm-314-disk-0.raw'), '/mnt/disks/win.img']);
}

export const labCase: LabCase = {
  about:
    'Volumes that no line names, and that something uses: open files, a loop device, a working directory, another mount namespace, headers of vmdk and qcow2, links. None is a leftover; those beside them that nobody uses are.',
  inSample: true,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage('dir: disks\npath /mnt/disks\ncontent images,rootdir');
    inUse(lab);
    readThrough(lab);
    file('401/vm-401-disk-0.raw');
    lab.journal.run(['qemu-img', 'create', '-q', '-f', 'qcow2', `${file('402/x')}.qcow2`, '4M']);
    lab.journal.run(['rm', `${ROOT}/402/x`]);
    lab.cluster.vm(110, 'scsi0: disks:110/vm-110-disk-0.vmdk,size=4M');
    lab.cluster.vm(112, 'scsi0: disks:112/vm-112-disk-0.qcow2,size=4M');
    lab.cluster.vm(113, 'scsi0: /mnt/disks/overlay.qcow2,size=4M\nscsi1: /mnt/disks/win.img,size=1M');
    lab.journal.run(['date', '-s', '+2 hours']);
    lab.expectVerdict(
      {
        exit: 1,
        grade: 'B',
        findings: [
          'VOL001 disks:401/vm-401-disk-0.raw notice',
          'VOL001 disks:402/x.qcow2 notice',
          'VOL018 disks:110/vm-110-disk-0-flat.vmdk warning',
        ],
        entries: {},
      },
      'seen',
    );
  },
};
