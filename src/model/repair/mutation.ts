/**
 * Every command that changes a node, whole: nothing else can be expressed, and every argument has a type. Never among
 * them: --force, --deferred, lvremove, a shell.
 */
export type Mutation =
  | { readonly does: 'deactivate-volume'; readonly vgName: string; readonly lvName: string }
  | { readonly does: 'activate-volume'; readonly vgName: string; readonly lvName: string }
  /** By UUID where there is one, so that a newcomer of the same name is never hit. */
  | { readonly does: 'remove-device'; readonly uuid: string }
  | { readonly does: 'remove-device'; readonly handMadeName: string }
  | {
      readonly does: 'create-device';
      readonly name: string;
      readonly uuid: string;
      readonly readOnly: boolean;
      /** Lines as `dmsetup table` prints them; given to dmsetup on its standard input. */
      readonly table: readonly string[];
    };

/**
 * The argument vector that runs. `-l`: on this node only; `-K`: a snapshot's activation-skip flag does not count, since
 * it was active before. `--retry`: udev may have the device open for a moment (25 times 200 ms, lvm2 libdm-targets.h).
 */
export function mutationArgv(mutation: Mutation): readonly [string, ...string[]] {
  switch (mutation.does) {
    case 'deactivate-volume':
      return ['lvchange', '-aln', `${mutation.vgName}/${mutation.lvName}`];
    case 'activate-volume':
      return ['lvchange', '-aly', '-K', `${mutation.vgName}/${mutation.lvName}`];
    case 'remove-device':
      return 'uuid' in mutation
        ? ['dmsetup', 'remove', '--retry', '--uuid', mutation.uuid]
        : ['dmsetup', 'remove', '--retry', '--', mutation.handMadeName];
    case 'create-device': {
      const uuid = mutation.uuid === '' ? [] : ['--uuid', mutation.uuid];
      return ['dmsetup', 'create', ...(mutation.readOnly ? ['--readonly'] : []), ...uuid, '--', mutation.name];
    }
  }
}

/** Why a mutation must not run because of what it is made of; null when nothing is wrong with it. */
export function mutationComplaint(mutation: Mutation): string | null {
  switch (mutation.does) {
    case 'deactivate-volume':
    case 'activate-volume':
      return [mutation.vgName, mutation.lvName].map(lvmNameComplaint).find((complaint) => complaint !== null) ?? null;
    case 'remove-device':
      return 'uuid' in mutation ? uuidComplaint(mutation.uuid) : dmNameComplaint(mutation.handMadeName);
    case 'create-device':
      return (
        dmNameComplaint(mutation.name) ??
        (mutation.uuid === '' ? null : uuidComplaint(mutation.uuid)) ??
        (mutation.table.length === 0 ? 'there is no table' : null) ??
        mutation.table.map(tableLineComplaint).find((complaint) => complaint !== null) ??
        null
      );
  }
}

/** lvm2 lib/misc/lvm-string.c _validate_name. */
const lvmNameComplaint = (name: string): string | null =>
  /^(?!\.\.?$)[A-Za-z0-9._+][A-Za-z0-9._+-]{0,126}$/.test(name) ? null : `${JSON.stringify(name)} is no LVM name`;

/** The characters that libdm does not rewrite (libdm-common.c, name mangling); a name is at most 127 long. */
const dmNameComplaint = (name: string): string | null =>
  /^(?!\.\.?$)[0-9A-Za-z#+.:=@_][0-9A-Za-z#+.:=@_-]{0,126}$/.test(name)
    ? null
    : `${JSON.stringify(name)} begins with - or holds characters that dmsetup rewrites`;

const uuidComplaint = (uuid: string): string | null =>
  /^[0-9A-Za-z#!+.:=@_][0-9A-Za-z#!+.:=@_-]{0,127}$/.test(uuid) ? null : `${JSON.stringify(uuid)} is no UUID of ours`;

/** Only targets that map sectors one to one or fail them; their arguments are numbers and device numbers. */
export const RECREATABLE = ['linear', 'striped', 'thin', 'error', 'zero'] as const;

const TABLE_LINE = new RegExp(`^\\d+ \\d+ (?:${RECREATABLE.join('|')})(?: \\d+(?::\\d+)?)*$`);

const tableLineComplaint = (line: string): string | null =>
  TABLE_LINE.test(line) ? null : `${JSON.stringify(line)} is no table line that can be put back`;
