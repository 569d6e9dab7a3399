/** Records as pve-doctor writes them. */

const HEAD = { schemaVersion: 1, run: 'r1', at: '2026-11-20T02:00:00.000Z' };
const ACTOR = { uid: 0, user: 'root', sudoUser: null, sudoUid: null, loginUid: null };
const DEVICE = {
  ...{ name: 'pve-vm--100--disk--0', uuid: `LVM-${'a'.repeat(64)}`, major: 253, minor: 5, readOnly: false },
  table: [{ start: 0, length: 8, type: 'linear', args: ['8:0', '2048'] }],
};
const STEP = {
  ...{ kind: 'remove-device', device: DEVICE, argv: ['dmsetup', 'remove', '--retry', '--uuid', DEVICE.uuid] },
  ...{
    mutation: { does: 'remove-device', uuid: DEVICE.uuid },
    guests: [100],
    locks: ['/x'],
    undo: { by: 'create-device' },
  },
  before: [{ is: 'device-present', device: DEVICE }],
  after: [{ is: 'device-gone', name: DEVICE.name, uuid: DEVICE.uuid }],
};
const FINDING = { code: 'DM010', subject: { kind: 'device', id: DEVICE.name }, title: 'an orphan', vmid: 100 };
export const INTENT = {
  ...{ ...HEAD, record: 'intent', id: 4, undoes: null, finding: FINDING, step: STEP, volume: null },
  ...{ below: [], coMappers: [], gates: [], bootId: 'b' },
};
/** A whole run of one step, each record in the order in which it is written. */
export const RECORDS: readonly object[] = [
  { ...HEAD, record: 'run-start', command: ['clean'], actor: ACTOR, pid: 1, toolVersion: '1' },
  INTENT,
  {
    ...HEAD,
    record: 'outcome',
    id: 4,
    argv: STEP.argv,
    outcome: 'exited',
    exitCode: 0,
    stderr: '',
    state: 'changed',
    reason: null,
    seen: 'it is gone',
    device: null,
  },
  {
    ...{ ...HEAD, record: 'running', id: 4, bootId: 'b' },
    processes: [{ pid: 7, startTicks: 9, commandLine: 'lvchange' }],
  },
  { ...HEAD, record: 'explained', id: 4, actor: ACTOR, state: 'changed', reason: null, seen: 'x' },
  { ...HEAD, record: 'run-end', changed: 1, unchanged: 0, open: 0, ended: 'finished' },
];
