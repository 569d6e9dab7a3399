import type { NodeWord } from '../model/cluster/cluster-view.ts';
import { type NodeRecord, RECORD_FORMAT } from '../model/cluster/node-record.ts';
import {
  text as anyText,
  every,
  flag,
  having,
  isRecord,
  number,
  oneOf,
  orNull,
  type Rule,
  rule,
} from '../model/json-shape.ts';
import { HISTORY_STATE } from '../model/report/history-state-shape.ts';
import { parseJsonObject } from './pmxcfs.ts';

/** Of a record of a node that has more than anybody has seen; what is longer was not written by us. */
const MOST_ITEMS = 4096;
const MOST_CHARACTERS = 4096;

const text = rule((value) => typeof value === 'string' && value.length <= MOST_CHARACTERS, 'a short string');
const count = rule((value) => Number.isSafeInteger(value) && Number(value) >= 0, 'a whole number of 0 or more');
const vmid = rule((value) => Number.isSafeInteger(value) && Number(value) > 0, 'a VMID');
const time = rule((value) => typeof value === 'string' && isTime(value), 'a time as 2026-11-20T02:00:00.000Z');
const isTime = (value: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) && Number.isFinite(Date.parse(value));
const list =
  (item: Rule): Rule =>
  (value, at) =>
    Array.isArray(value) && value.length > MOST_ITEMS ? `${at}: more than ${MOST_ITEMS} items` : every(item)(value, at);

const SEEN = { since: count, looks: count };
const disk = having({ wwid: text, serial: text, sizeBytes: orNull(count) });

const DEVICES: Readonly<Record<string, Rule>> = {
  volume: having({ vgUuid: text, lvUuid: text }),
  disk: having({ disk, partition: count }),
  unknown: having({}),
};
const device: Rule = (value, at) => {
  const kind = isRecord(value) ? value['kind'] : null;
  const wanted = typeof kind === 'string' && Object.hasOwn(DEVICES, kind) ? DEVICES[kind] : undefined;
  return wanted === undefined ? `${at}: expected a device` : wanted(value, at);
};

const volume = having({ lvName: text, lvUuid: text, openCount: count, heldBy: list(text), ...SEEN });

const fingerprint = having({
  running: orNull(list(having({ vmid, type: oneOf(['qemu', 'lxc']), incoming: flag, ...SEEN }))),
  activity: orNull(
    having({
      tasks: list(having({ type: text, vmids: list(vmid) })),
      locks: list(having({ vmid: orNull(vmid), storeid: orNull(text) })),
    }),
  ),
  thinPools: orNull(
    list(having({ vgName: text, vgUuid: text, lvName: text, lvUuid: text, openCount: count, ...SEEN })),
  ),
  fileSystems: orNull(list(having({ fsType: text, fsUuid: text, device, target: text, ...SEEN }))),
  groups: orNull(
    list(
      having({
        vgName: text,
        vgUuid: text,
        seqno: orNull(count),
        pvs: list(having({ pvUuid: text, missing: flag, disk })),
        volumes: orNull(list(volume)),
      }),
    ),
  ),
  storages: orNull(
    list(
      having({
        ...{ storeid: text, usable: orNull(flag), because: text },
        ...{ 'freeBytes?': count, 'fixedNames?': list(text) },
      }),
    ),
  ),
  luns: orNull(
    list(having({ wwid: text, serial: text, name: text, sizeBytes: orNull(count), paths: count, usablePaths: count })),
  ),
  remoteMounts: orNull(list(having({ source: text, fsType: text, target: text }))),
  lvmSettings: orNull(
    having({
      filter: orNull(text),
      globalFilter: orNull(text),
      useDevicesFile: orNull(flag),
      devices: orNull(list(text)),
      eventActivation: orNull(flag),
      autoActivationVolumes: orNull(text),
    }),
  ),
});

const problem = having({
  id: text,
  kind: text,
  severity: oneOf(['critical', 'warning', 'notice']),
  who: text,
  what: text,
  codes: list(text),
  'findings?': list(text),
  vmids: list(vmid),
  acknowledged: flag,
  next: text,
  repairable: flag,
});

const verdict = having({
  status: oneOf(['healthy', 'waiting', 'warning', 'critical', 'unknown']),
  grade: text,
  problems: orNull(list(problem)),
  unjudged: orNull(
    list(
      having({
        ...{ code: text, because: text, 'also?': list(text), 'kind?': text, 'vmids?': list(vmid) },
        'of?': having({ kind: text, id: text }),
        'lastJudgedAt?': time,
      }),
    ),
  ),
  'areas?': list(text),
  'checks?': list(text),
  'fullness?': list(having({ id: text, percent: number })),
});

const told = having({
  channel: text,
  turn: count,
  sentAt: orNull(time),
  digestAt: orNull(time),
  told: orNull(having({ uuid: text, picture: HISTORY_STATE })),
});

const mail = having({
  joins: flag,
  channels: list(text),
  passedAt: orNull(time),
  covers: list(text),
  heard: list(having({ id: text, severity: oneOf(['critical', 'warning', 'notice']) })),
  told: orNull(list(told)),
});

const record = having({
  toolVersion: text,
  node: text,
  takenAt: time,
  bootId: text,
  uptimeSeconds: orNull(number),
  verdict: orNull(verdict),
  fingerprint,
  'mail?': orNull(mail),
  gaps: list(having({ part: text, because: oneOf(['size', 'unreadable']), detail: text })),
});

const damaged = (because: string): NodeWord => ({ state: 'unusable', kind: 'damaged', because });

/**
 * What a node published, from whoever could write it: one sentence for everything that is not a whole record of that node. A
 * record of a later format is not understood in part, since what it says in addition may change what the rest means.
 */
export function parseNodeRecord(source: string, node: string): NodeWord {
  const json = parseJsonObject(source);
  if (json === null) return damaged('its record is not JSON');
  const { format } = json;
  if (!Number.isSafeInteger(format) || Number(format) < 1)
    return damaged('its record does not say of which format it is');
  if (Number(format) > RECORD_FORMAT) {
    const version =
      anyText(json['toolVersion'], '') === null ? ` of version ${String(json['toolVersion']).slice(0, 40)}` : '';
    const because = `its pve-doctor${version} writes records of format ${String(format)}, and this one reads up to ${RECORD_FORMAT}`;
    return { state: 'unusable', kind: 'future-format', because };
  }
  if (json['node'] !== node) return damaged('its record is that of another node');
  if (json['withdrawn'] === true)
    return time(json['takenAt'], '') === null
      ? { state: 'withdrawn', takenAt: String(json['takenAt']) }
      : damaged('its record was taken back at no time');
  const complaint = record(json, 'record');
  // Tested just now, field by field.
  return complaint === null
    ? { state: 'record', record: json as unknown as NodeRecord }
    : damaged(`its record cannot be read: ${complaint.slice(0, 200)}`);
}
