import type { Storage } from '../../../src/model/guests/pve.ts';
import { storageMounts } from '../../../src/model/mounts/storage-mounts.ts';
import { parseDatacenterCfg } from '../../../src/parse/datacenter-cfg.ts';
import { parseJobsCfg, parseVzdumpCron } from '../../../src/parse/jobs-cfg.ts';
import { parseVolumeId } from '../../../src/parse/loose-targets.ts';
import { parsePvecfg } from '../../../src/parse/machine-files.ts';
import { parseMembers, parseVmlist } from '../../../src/parse/pmxcfs.ts';
import { parseReplicationCfg, parseReplicationState } from '../../../src/parse/replication.ts';
import { parseStorageCfg } from '../../../src/parse/storage-cfg.ts';
import { parseActiveTasks, parseTaskIndex, taskVmids, touchesVolumes } from '../../../src/parse/tasks.ts';
import { filesOf } from '../corpus.ts';
import { expectSame, expectTrue } from '../sound.ts';
import { JSON_WORDS, type Target, target } from '../target.ts';

const storageText = ({ type, storeid, properties }: Storage): string =>
  `${type}: ${storeid}\n${Object.entries(properties)
    .map(([key, value]) => `\t${key} ${value}\n`)
    .join('')}\n`;

const storage = target({
  name: 'storage-cfg',
  share: 2,
  texts: () => filesOf(/storage\.cfg$/),
  words: [
    ...[
      'lvm: san\n',
      'lvmthin: local-lvm\n',
      'dir: local\n',
      'nfs: nas\n',
      'cifs: x1\n',
      'zfspool: z1\n',
      'constructor: c1\n',
    ],
    ...[
      '\tvgname vg-1\n',
      '\tthinpool data\n',
      '\tnodes a,b\n',
      '\tcontent images\n',
      '\tshared\n',
      '\tdisable 1\n',
      '0\n',
    ],
    ...[
      '\tpath /var/lib/vz\n',
      '\tserver 10.0.0.1\n',
      '\texport /x\n',
      '\toptions vers=3\n',
      '\tpassword x\n',
      '\n',
      '\t',
      ' ',
    ],
    ...[
      '\tport 99999999999999999999999\n',
      '\tmax-protected-backups 1e400\n',
      '\tkeyring y\n',
      '\tmonhost ::1\n',
      '__proto__: p1\n',
    ],
  ],
  read: (text) => {
    const config = parseStorageCfg(text);
    return { config, mounts: storageMounts(config, 'pve1') };
  },
  laws: ({ config: { storages } }) => {
    expectTrue(new Set(storages.map(({ storeid }) => storeid)).size === storages.length, 'a storage stands twice');
    expectTrue(
      storages.some(({ storeid }) => storeid === 'local'),
      'there is no local',
    );
    for (const { properties } of storages)
      for (const key of ['password', 'keyring', 'encryption-key', 'master-pubkey'])
        expectTrue(!(key in properties), `${key} is kept`);
    const whole = storages.filter(({ type, properties }) => type !== '' && !Object.values(properties).includes(''));
    const again = parseStorageCfg(whole.map(storageText).join(''));
    const byId = (list: readonly Storage[]) => [...list].sort((a, b) => (a.storeid < b.storeid ? -1 : 1));
    const plain = (list: readonly Storage[]) =>
      byId(list).map(({ properties, ...rest }) => [rest, Object.entries(properties).sort()]);
    expectSame(plain(again.storages), plain(whole), 'what is printed is read otherwise');
  },
});

const datacenter = target({
  name: 'datacenter-cfg',
  share: 0.5,
  texts: () => filesOf(/datacenter\.cfg$/),
  words: ['next-id: ', 'lower=100', ',', 'upper=200', 'lower=1e400', 'upper=-5', 'keyboard: de\n', '\n', '#', ' '],
  read: parseDatacenterCfg,
  laws: (value) => {
    const again = parseDatacenterCfg(`next-id: lower=${value.nextIdLower},upper=${value.nextIdUpper}\n`);
    expectSame(again, value, 'what is printed is read otherwise');
  },
});

const jobs = target({
  name: 'backup-jobs',
  share: 1,
  texts: () => filesOf(/(?:jobs\.cfg|vzdump\.cron)$/),
  words: [
    'vzdump: a\n',
    '\tstorage nas\n',
    '\tenabled 0\n',
    '\n\n',
    '\n \n',
    '#',
    '0 2 * * 6 root vzdump 100 --storage nas\n',
    '-storage=',
    ' ',
  ],
  read: (text) => [...parseJobsCfg(text), ...parseVzdumpCron(text)],
});

const replication = target({
  name: 'replication-jobs',
  share: 1,
  texts: () => filesOf(/replication\.cfg$/),
  words: ['local: 100-0\n', '\ttarget pve2\n', '\tdisable\n', '\tdisable 0\n', '\tremove_job full\n', '\n\n', '#', ' '],
  read: parseReplicationCfg,
});

const json = (words: readonly string[]) => [
  ...[...JSON_WORDS, 'true', '1', '-1', '1e400', '{"toString":1}', '"__proto__":', '[[', '{"a":'],
  ...words,
];

const vmlist = target({
  name: 'vmlist',
  share: 1,
  texts: () => filesOf(/\.vmlist$/),
  words: json([
    '{"version":1,"ids":{',
    '"100":{"node":"a","type":"qemu","version":1}',
    '"0100":',
    '"type":"lxc"',
    '"node":"b"',
  ]),
  read: parseVmlist,
  laws: ({ value }) => {
    expectTrue(new Set(value.map(({ vmid }) => vmid)).size === value.length, 'a guest stands twice');
    const ids = Object.fromEntries(value.map(({ vmid, node, type }) => [vmid, { node, type, version: 1 }]));
    expectSame(new Set(parseVmlist(JSON.stringify({ version: 1, ids })).value).size, value.length, 'guests are lost');
  },
});

const members = target({
  name: 'members',
  share: 0.5,
  texts: () => filesOf(/\.members$/),
  words: json(['"nodename":"pve1"', '"cluster":{"name":"c","quorate":1}', '"quorate":0']),
  read: parseMembers,
  laws: (value) => {
    if (value !== null) expectTrue([true, false, null].includes(value.quorate), `quorate is ${value.quorate}`);
  },
});

const UPID = /^UPID:([^:]+):([0-9A-Fa-f]+):([0-9A-Fa-f]+):/;

const tasks = target({
  name: 'active-tasks',
  share: 0.5,
  texts: () => filesOf(/tasks\/active$/),
  words: [
    'UPID:pve1:00000001:00000001:00000001:',
    'vzdump:100:root@pam:',
    ' 0\n',
    ' 1 00000002 OK\n',
    'qmmove:',
    '100-scsi0>101-scsi1',
    '\n',
  ],
  read: (text) => {
    const parsed = parseActiveTasks(text);
    parseTaskIndex(text);
    return { ...parsed, about: parsed.value.map(({ type, id }) => [taskVmids(type, id), touchesVolumes(type)]) };
  },
  laws: ({ value, problems }, text) => {
    for (const { upid, node, pid } of value) {
      const [, name, hex = ''] = UPID.exec(upid) ?? [];
      expectTrue(name === node && Number.parseInt(hex, 16) === pid, `${upid} is read otherwise`);
    }
    expectTrue(text === '' || text.endsWith('\n') || problems.length > 0, 'a cut text is no problem');
    expectTrue(value.length + problems.length >= text.split('\n').length - 1, 'a line is lost');
  },
});

const version = target({
  name: 'pvecfg',
  share: 0.2,
  texts: () => filesOf(/pvecfg\.pm$/),
  words: ['sub version_text', '{', 'return', "'", '8.4.1', '/', ' ', '}'],
  read: parsePvecfg,
});

const values = target({
  name: 'volume-id',
  share: 1,
  texts: () => filesOf(/storage\.cfg$/).flatMap((text) => text.split(/\s+/)),
  words: ['local:vm-1-disk-0', '10.0.0.1', ':8007', '::1', 'a.b', '-', '.', '4G', '/..', '/dev/', ';'],
  read: parseVolumeId,
  laws: (volumeId, text) => {
    if (volumeId !== null) expectSame(`${volumeId.storeid}:${volumeId.volname}`, text, 'another volume id');
  },
});

const replicationState = target({
  name: 'replication-state',
  share: 1,
  texts: () => filesOf(/pve-replication-state\.json$/),
  words: json([
    '{"100":{"local/pve2":{',
    '"last_sync":1763600000',
    '"fail_count":"2"',
    '"error":"x"',
    '"pid":1,"ptime":2',
  ]),
  read: (text) => parseReplicationState(text).value,
});

export const PVE_FILES: readonly Target[] = [
  storage,
  datacenter,
  jobs,
  replication,
  replicationState,
  vmlist,
  members,
  tasks,
  version,
  values,
];
