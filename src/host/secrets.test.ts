import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../test/capture-files.ts';
import { ORDINARY } from '../../test/redact/made-up-names.ts';
import { madeUpNode } from '../../test/redact/made-up-node.ts';
import { verdictWithoutNames } from '../../test/redact/verdict.ts';
import { checkNode } from '../engine/check-node.ts';
import { EVERYTHING } from '../engine/narrowing.ts';
import type { Capture } from '../model/capture.ts';
import { parseLxcConfig, parseQemuConfig } from '../parse/guest-config.ts';
import { parseStorageCfg } from '../parse/storage-cfg.ts';
import { redactCapture } from '../redact/redact-capture.ts';
import { writeCaptureFile } from './capture-file.ts';
import { memoryHost } from './memory-host.ts';
import { recordingHost } from './recording-host.ts';
import { withoutSecrets } from './secrets.ts';

const SECRET = 'hunter2geheim';

const VM = [
  `#root password ${SECRET}, disk local-lvm:vm-100-disk-7 (vm-100-old)`,
  `#scsi8: local-lvm:vm-100-disk-8,size=32G pw ${SECRET}`,
  `# key%3A ${SECRET}`,
  'name: web',
  `cipassword: ${SECRET}`,
  `sshkeys: ssh-ed25519%20${SECRET}`,
  `ciuser: ${SECRET}`,
  `args: -fw_cfg name=opt/x,string=${SECRET} -drive file=/dev/pve/vm-100-disk-3,password=${SECRET}`,
  `hookscript: local:snippets/hook.pl`,
  `smbios1: uuid=7d0b1a52-93c4-4f0e-8a37-5b1f0c6e2d11,serial=${SECRET},base64=1`,
  `description: pass ${SECRET} /dev/pve/vm-100-disk-9`,
  `audio0: device=x,secret=${SECRET}`,
  `unknown_key: ${SECRET} vm-100-disk-4`,
  `Not a line at all ${SECRET}`,
  'scsi0: local-lvm:vm-100-disk-0,size=4M',
  '[special:cloudinit]',
  `cipassword: ${SECRET}`,
  '[before]',
  `cipassword: ${SECRET}`,
  `#taken with ${SECRET}`,
].join('\n');

const CONTAINER = [
  'hostname: ct',
  'rootfs: local-lvm:vm-101-disk-0,size=4M',
  `lxc.environment: DB_PASSWORD=${SECRET}`,
  `lxc.environment.runtime = TOKEN=${SECRET}`,
  `lxc.hook.start: /bin/x ${SECRET}`,
  `lxc.init.cmd: /sbin/init --key ${SECRET} /dev/pve/vm-101-disk-2`,
  `env: A=${SECRET}`,
  `entrypoint: run --token ${SECRET}`,
  'lxc.mount.entry: /dev/pve/vm-101-disk-1 dev/x none bind 0 0',
].join('\n');

const STORAGE = [
  'cifs: nas\n\tserver filer\n\tshare x',
  `\tusername ${SECRET}\n\tpassword ${SECRET}\n\toptions vers=3.0,password=${SECRET},credentials=/root/${SECRET}`,
  '\tpath /mnt/pve/nas\n',
  `pbs: backup\n\tserver pbs\n\tdatastore d\n\tusername u@pbs!${SECRET}\n\tencryption-key ${SECRET}\n\tfingerprint ${'AB:'.repeat(31)}AB\n`,
  `custom: x\n\tapi_thing ${SECRET}\n\tvgname pve\n`,
  `# the password is ${SECRET}\n#vgname other ${SECRET}`,
].join('\n');

const PLACES: Readonly<Record<string, string>> = {
  '/etc/pve/nodes/hv-berlin-1/qemu-server/107.conf': VM,
  '/etc/pve/nodes/hv-berlin-2/lxc/108.conf': CONTAINER,
  '/etc/pve/datacenter.cfg': `#${SECRET}\nhttp_proxy: http://u:${SECRET}@proxy:3128\nnext-id: lower=900\n`,
  '/etc/pve/jobs.cfg': `vzdump: j\n\tstorage nas\n\tcomment ${SECRET}\n\tnotes-template ${SECRET}\n`,
  '/etc/fstab': [
    `//filer/x /mnt/x cifs username=u,password=${SECRET},vers=3.0 0 0`,
    `//filer/y /mnt/y cifs ro,pass=${SECRET} 0 0`,
    `# ${SECRET}`,
    `https://u:${SECRET}@dav.example/x /mnt/dav davfs rw 0 0`,
    `u:${SECRET}@host: /mnt/curl fuse.curlftpfs allow_other 0 0`,
    `mon:/ /mnt/ceph ceph name=admin,secret=${SECRET} 0 0`,
    '',
  ].join('\n'),
  '/etc/systemd/system/mnt-z.mount': `[Unit]\nDescription=${SECRET}\n[Mount]\nWhat=//filer/z\nWhere=/mnt/z\nType=cifs\nOptions=rw,password=${SECRET}\nEnvironment=A=${SECRET} \\\nB=${SECRET}\n`,
  '/proc/4712/cmdline': `db: ${SECRET}\0--password\0${SECRET}\0--token=${SECRET}\0-u\0root:${SECRET}\0/srv/data\0`,
  '/proc/4711/cmdline': `/usr/bin/kvm\0-id\x00100\0-object\0secret,id=s,data=${SECRET}\0-pidfile\0/var/run/qemu-server/100.pid\0-vnc\0password=${SECRET}\0-incoming\0exec:${SECRET}\0`,
  '/etc/passwd': `root:$6$${SECRET}:0:0:${SECRET}:/root:/bin/bash\njdoe:x:1000:1000:${SECRET}:/home/jdoe:/bin/sh\n`,
};

function nodeWithSecrets(): Capture {
  const node = madeUpNode();
  const storage = node.files?.['/etc/pve/storage.cfg'];
  const listed = JSON.parse(String(node.files?.['/etc/pve/.vmlist']));
  listed.ids['107'] = { node: ORDINARY.node, type: 'qemu', version: 1 };
  listed.ids['108'] = { node: ORDINARY.otherNode, type: 'lxc', version: 1 };
  return {
    ...node,
    files: {
      ...node.files,
      ...PLACES,
      '/etc/pve/.vmlist': JSON.stringify(listed),
      '/etc/pve/storage.cfg': `${storage}\n${STORAGE}\n`,
    },
    directories: { ...node.directories, '/etc/systemd/system': ['mnt-z.mount'] },
  };
}

async function record(node: Capture): Promise<Capture> {
  const recording = recordingHost(memoryHost(node));
  await checkNode(recording.host, 'live', EVERYTHING);
  return recording.capture('');
}

describe('a capture of a node with a secret in every place', () => {
  it('reads all those places', async () => {
    const { files } = await record(nodeWithSecrets());
    expect(Object.keys(PLACES).filter((path) => files?.[path] === undefined)).toEqual([]);
  });

  it.each(['x.json', 'x.capture'])('holds none when it is written to %s, redacted or not', async (name) => {
    const directory = mkdtempSync(join(tmpdir(), 'secrets-'));
    try {
      const capture = await record(nodeWithSecrets());
      for (const written of [capture, redactCapture(capture), redactCapture(nodeWithSecrets())]) {
        const path = join(directory, name);
        await writeCaptureFile(path, written);
        const bytes = readFileSync(path);
        const text = String(name.endsWith('.json') ? bytes : gunzipSync(bytes));
        expect(text.split('\n').filter((line) => line.includes(SECRET))).toEqual([]);
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('has the verdict of the node', async () => {
    const node = nodeWithSecrets();
    expect(verdictWithoutNames(await reportOf(await record(node)))).toEqual(verdictWithoutNames(await reportOf(node)));
  });
});

describe('what the parsers read stays', () => {
  const file = { vmid: 100, node: 'n', path: '/p' };

  it('in the configuration of a VM', () => {
    const path = '/etc/pve/nodes/n/qemu-server/100.conf';
    expect(parseQemuConfig(withoutSecrets(path, VM), file)).toEqual(parseQemuConfig(VM, file));
  });

  it('in the configuration of a container', () => {
    const path = '/etc/pve/nodes/n/lxc/101.conf';
    expect(parseLxcConfig(withoutSecrets(path, CONTAINER), file)).toEqual(parseLxcConfig(CONTAINER, file));
  });

  it('in storage.cfg, problems included', () => {
    const { storages, ...rest } = parseStorageCfg(STORAGE);
    const kept = parseStorageCfg(withoutSecrets('/etc/pve/storage.cfg', STORAGE));
    expect({ problems: kept.problems, mentionedVgs: kept.mentionedVgs }).toEqual(rest);
    expect(kept.storages.map(({ storeid, type }) => [storeid, type])).toEqual(
      storages.map(({ storeid, type }) => [storeid, type]),
    );
  });
});
