import { readBefore } from '../engine/before-report.ts';
import { OPERATIONS, type Operation, type Wanted } from '../model/before/answer.ts';
import { GUEST_OPERATIONS } from '../model/before/operations.ts';
import { UsageError } from '../model/faults.ts';
import { nearestName } from '../model/nearest-name.ts';
import { printable } from '../render/printable.ts';
import type { SettingsOptions } from './options.ts';
import { loadSettings } from './settings.ts';
import { openSource } from './source.ts';
import { type ColourChoice, lookOf, type Terminal } from './terminal.ts';

interface BeforeOptions extends SettingsOptions {
  readonly from?: string;
  readonly node?: string;
  readonly fresh?: boolean;
  readonly to?: string;
  readonly storage?: string;
  readonly disk?: string;
  readonly snapshot?: string;
  readonly newid?: number;
  readonly add?: number;
  readonly full?: boolean;
  readonly delete?: boolean;
  readonly diskFormat?: string;
  readonly format: 'text' | 'json';
  readonly color: ColourChoice;
}

/** Says what an operation of Proxmox VE will take and what stops it. It changes nothing and starts nothing. */
export async function runBefore(
  operation: string,
  vmid: number | undefined,
  options: BeforeOptions,
  terminal: Terminal,
): Promise<number> {
  const wanted = wantedOf(operation, vmid, options);
  const { host, label } = await openSource(options, terminal);
  const { config } = await loadSettings(options, terminal, 'helpful', label !== 'live');
  const report = await readBefore(host, label, wanted, config.mounts);
  const { renderBefore, renderBeforeJson } = await import('../render/before.ts');
  await terminal.stdout.write(
    options.format === 'json' ? renderBeforeJson(report) : renderBefore(report, lookOf(terminal, options)),
  );
  return report.exitCode;
}

function wantedOf(operation: string, vmid: number | undefined, options: BeforeOptions): Wanted {
  if (!isOperation(operation)) {
    const near = nearestName(operation, OPERATIONS);
    const which = near === null ? `they are ${OPERATIONS.join(', ')}` : `did you mean ${near}?`;
    throw new UsageError(`${printable(operation)} is no operation that pve-doctor knows; ${which}`);
  }
  if (operation === 'reboot' && vmid !== undefined) throw new UsageError('reboot is of this node and takes no VMID');
  if (operation !== 'reboot') {
    if (vmid === undefined) throw new UsageError(`before ${operation} takes the VMID of a guest`);
    const missing = GUEST_OPERATIONS[operation].needs.find((need) => options[need] === undefined);
    if (missing !== undefined) throw new UsageError(`before ${operation} needs --${missing}`);
  }
  return {
    operation,
    vmid: vmid ?? null,
    to: options.to ?? null,
    storage: options.storage ?? null,
    disk: options.disk ?? null,
    snapshot: options.snapshot ?? null,
    newid: options.newid ?? null,
    addedBytes: options.add ?? null,
    full: options.full === true,
    deletes: options.delete === true,
    diskFormat: options.diskFormat ?? null,
  };
}

const isOperation = (word: string): word is Operation => (OPERATIONS as readonly string[]).includes(word);
