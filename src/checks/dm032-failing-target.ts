import { type Advice, defineCheck, type Facts, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { type DmDevice, devNo } from '../model/device-mapper/device-mapper.ts';
import type { DeviceStack } from '../model/device-mapper/device-stack.ts';
import { byMinor } from '../model/device-mapper/device-stack.ts';
import { plainName } from '../model/device-mapper/dm-name.ts';
import { describeTarget, SOURCE } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import { decodeDevice } from '../model/guests/guest-devices.ts';
import type { Harm } from '../model/harm.ts';
import { ABOVE, type Carried, carriedBy } from '../model/paths/carried.ts';
import { carriedEvidence, carriedWhom } from '../model/paths/carried-words.ts';
import { unseenTargets } from '../model/paths/target-lines.ts';
import type { TargetStatus } from '../model/paths/target-status.ts';

const NEEDS = ['stack', 'targetStatuses', 'blockDevices'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;

/** These have checks of their own. */
const ELSEWHERE = new Set(['multipath', 'raid', 'mirror', 'snapshot', 'snapshot-merge']);

export const dm032 = defineCheck({
  code: 'DM032',
  dependsOnStack: true,
  title: 'cache, integrity or other target in an error state',
  harms: { data: 'reads or writes fail, or it is made for tests', redundancy: 'it reports an error of its own' },
  needs: NEEDS,
  wants: ABOVE,
  examine: (facts: Needed, above) =>
    byMinor(facts.stack.devices).flatMap((device) => {
      const trouble = troubleOf(device, facts);
      if (trouble === null) return [];
      const carried = carriedBy([devNo(device)], facts, above);
      return [findingFor(device, trouble, carried, carriedEvidence(carried))];
    }),
  unjudged: ({ stack, targetStatuses }: Needed) => unseenTargets(stack, targetStatuses, (type) => !ELSEWHERE.has(type)),
});

interface Trouble {
  readonly harm: Harm;
  /** What follows the name. */
  readonly what: string;
  readonly impact: string;
  readonly remedy: Advice;
  readonly fact: string;
  readonly source: string;
}

function troubleOf(device: DmDevice, { stack, targetStatuses }: Needed): Trouble | null {
  for (const status of targetStatuses.byName.get(device.name) ?? []) {
    const said = ELSEWHERE.has(status.type) ? null : ofStatus(status);
    if (said !== null)
      return {
        ...said,
        fact: `${device.name} (${devNo(device)}): ${status.type} ${status.raw}`,
        source: SOURCE.dmStatus,
      };
  }
  return ofTable(device, stack);
}

type Said = Omit<Trouble, 'fact' | 'source'>;

/** Words by which a target says that it fails; what pve-doctor does not know is shown as it stands. */
const ERROR_WORD = /(?:^|[\s:])(?:Fail(?:ed)?|Error|Invalid|Overflow|needs_check|read-only|dead|degraded)(?=\s|$)/i;

/** The last word is the mode (kernel Documentation/admin-guide/device-mapper/dm-clone.rst, "Status"); `Fail` is an error word. */
const CLONE_READ_ONLY = / ro$/;

function ofStatus({ type, raw, state }: TargetStatus): Said | null {
  switch (state?.kind) {
    case 'cache':
      if (state.mode === 'Fail' || state.mode === 'Error')
        return cacheFailed('has failed: writes return errors', state.dirtyBlocks);
      if (state.needsCheck || state.mode === 'ro')
        return cacheFailed('is read-only, its metadata met an error', state.dirtyBlocks);
      return null;
    case 'writecache':
      return state.error === 0 ? null : writecacheFailed(state.error, state.blocks - state.freeBlocks);
    case 'integrity':
      return state.mismatches === 0 ? null : mismatched(state.mismatches);
    case 'vdo':
      if (state.mode !== 'normal' && state.mode !== 'recovering') return vdoStopped(state.mode);
      return null;
    case 'verity':
      return state.corrupt ? unknownWords(type) : null;
    case 'other':
      return ERROR_WORD.test(raw) || (type === 'clone' && CLONE_READ_ONLY.test(raw)) ? unknownWords(type) : null;
    default:
      return null;
  }
}

const cacheFailed = (what: string, dirty: number): Said => ({
  harm: 'data',
  what: `has a cache that ${what}`,
  impact: `Reads may go on, writes fail. ${dirty === 0 ? 'Nothing in the cache waits to be written back, as far as its last count says' : `${dirty} blocks are in the cache alone and not yet on the disk beneath`}.`,
  remedy: {
    text:
      'Make a backup of what can be read. Do not remove or uncache the volume by force: dirty blocks are in the cache device alone. Bring its ' +
      'disk back, stop the guests, deactivate the volume and let LVM repair the cache (`lvconvert --repair` of the cache pool); if the ' +
      'device stays dead, blocks that were not written back are lost.',
    commands: [reads('lvs', '-a', '-o', 'lv_name,lv_attr,cache_mode,cache_dirty_blocks,lv_health_status,devices')],
  },
});

const writecacheFailed = (code: number, dirty: number): Said => ({
  harm: 'data',
  what: `has a write cache that reports an error (${code}): writes may be lost`,
  impact: `${dirty} blocks are in the cache alone. Writes fail, and reads of those blocks may.`,
  remedy: {
    text:
      'Do not deactivate or remove it: that ends with status 0 and throws away what was not written back. Bring the failed disk back first, ' +
      'then let it write back (`lvconvert --splitcache`, or `dmsetup message NAME 0 flush`) and look that the number of used blocks falls to 0.',
    commands: [reads('dmsetup', 'status', '--noflush', '--target', 'writecache')],
  },
});

const mismatched = (count: number): Said => ({
  harm: 'data',
  what: `read data ${count} time${count === 1 ? '' : 's'} that does not match its checksum`,
  impact:
    'Those blocks were changed by the disk or behind its back. Reads of them return an error until they are written anew.',
  remedy: {
    text:
      'Find the blocks in the kernel’s log (`Checksum failed at sector`), restore what lies there from a backup, and replace the disk if it ' +
      'goes on. Do not run `integritysetup format` or recalculate: that makes wrong data count as right.',
    commands: [reads('journalctl', '-k', '--grep', 'Checksum failed at sector')],
  },
});

const vdoStopped = (mode: string): Said => ({
  harm: 'data',
  what: `has a VDO pool that is ${mode}`,
  impact: 'Writes fail. A pool turns read-only when its room or its metadata ends in an error.',
  remedy: {
    text: 'See how full it is and what the kernel says. Make a backup before anything is rebuilt; a forced rebuild may lose data.',
    commands: [reads('lvs', '-a', '-o', 'lv_name,lv_size,data_percent,lv_health_status,vdo_operating_mode')],
  },
});

const unknownWords = (type: string): Said => ({
  harm: 'redundancy',
  what: `reports an error in its ${type} target`,
  impact: 'pve-doctor has no words for this target: its status is shown as the kernel prints it.',
  remedy: {
    text: `See what the kernel’s documentation says of the target ${type}, and the kernel’s log.`,
    commands: [reads('dmesg', '-T')],
  },
});

/** Targets made for tests: they fail, delay or drop on purpose, and belong under nobody’s data. */
const FOR_TESTS: Readonly<Record<string, string>> = {
  flakey: 'fails or drops I/O on purpose (flakey)',
  dust: 'fails reads on purpose (dust)',
  delay: 'delays I/O on purpose (delay)',
  zero: 'throws writes away (zero)',
};

function ofTable(device: DmDevice, stack: DeviceStack): Trouble | null {
  const target = device.table.find(({ type, args }) => Object.hasOwn(FOR_TESTS, type) && isSetToFail(type, args));
  if (target === undefined) return null;
  const above = [device, ...stack.allAbove(device)];
  // One that somebody tests with, beside all guests, is nobody's matter.
  if (!above.some((upper) => stack.isEntry(upper))) return null;
  return {
    harm: 'data',
    what: FOR_TESTS[target.type] ?? '',
    impact:
      'The target was made for tests. Guests above it lose data or see errors, and none of their disks is to blame.',
    remedy: {
      text:
        'Find out who loaded this table. Stop the guests above it, and load the table that belongs there (for a logical volume: deactivate it and ' +
        'activate it again).',
      commands: [reads('dmsetup', 'table', device.name)],
    },
    fact: `${device.name} (${devNo(device)}): ${describeTarget(target)}`,
    source: SOURCE.dmTable,
  };
}

/** `flakey DEV OFFSET UP DOWN`: always up where it is down for no time; `dust` fails nothing while it is in bypass, which its table does not show. */
const isSetToFail = (type: string, args: readonly string[]): boolean => type !== 'flakey' || Number(args[3] ?? '0') > 0;

function findingFor(device: DmDevice, trouble: Trouble, carried: Carried, above: readonly Evidence[]): Found {
  const entry = decodeDevice(device);
  return {
    harm: trouble.harm,
    subject: { kind: 'device', id: device.name },
    title: `${plainName(device)} ${trouble.what}`,
    headline: `${trouble.what}${entry !== null || carried.devices.length === 0 ? '' : `, beneath ${carriedWhom(carried)}`}`,
    evidence: [{ fact: trouble.fact, source: trouble.source }, ...above],
    impact: trouble.impact,
    remedy: trouble.remedy,
    vmid: entry?.vmid ?? null,
  };
}
