import { readDeviceMapper } from '../engine/small-looks.ts';
import type { Host } from '../host/host.ts';
import { bootId, stepProcesses } from '../host/step-processes.ts';
import type { DeviceMapper } from '../model/device-mapper/device-mapper.ts';
import { messageOf, UsageError } from '../model/faults.ts';
import type { Reading } from '../model/reading.ts';
import { type Journal, stepToken } from '../model/repair/journal.ts';
import { renderInterrupted, renderJournalDamage } from '../render/history.ts';
import type { Block, Page } from '../render/page.ts';
import { findInterrupted, type Interrupted } from '../repair/step-verdict.ts';
import { readJournal } from '../store/journal.ts';
import { pageFor, type Terminal, warn } from './terminal.ts';

/** The journal, for those who only look at it: 74, as where the history cannot be read. */
export async function readChanges(): Promise<Journal> {
  return await readJournal().catch((error: unknown) => {
    throw new UsageError(`the journal of changes cannot be read: ${messageOf(error)}`, 74);
  });
}

/** Steps that are open come first wherever they can be seen: what was tried, and what the node looks like now. */
export async function reportInterrupted(
  journal: Journal,
  deviceMapper: Reading<DeviceMapper>,
  page: Page,
  print: (lines: Block) => Promise<void>,
): Promise<readonly Interrupted[]> {
  const running = new Map(journal.open.map(({ intent }) => [intent.id, stepProcesses(stepToken(intent))]));
  const interrupted = findInterrupted(journal, deviceMapper, { running, bootId: bootId() });
  for (const { step, seen } of interrupted) await print([...renderInterrupted(step, seen, page), '']);
  return interrupted;
}

/** The same for those who only look. */
export async function showInterrupted(
  journal: Journal,
  host: Host,
  page: Page,
  print: (lines: Block) => Promise<void>,
): Promise<void> {
  if (journal.open.length === 0) return;
  await reportInterrupted(journal, await readDeviceMapper(host), page, print);
  await print(['`pve-doctor clean` or `pve-doctor undo` records what came of it.', '']);
}

/** For `check`: on standard error, so that no form of the report is disturbed. An unreadable journal stops no check. */
export async function warnOfInterrupted(host: Host, terminal: Terminal): Promise<void> {
  const page = pageFor(terminal, false, 'never');
  const print = async (lines: Block) => {
    if (lines.length > 0) await terminal.stderr.write(`${lines.join('\n')}\n`);
  };
  try {
    const journal = await readChanges();
    await print(renderJournalDamage(journal, page));
    await showInterrupted(journal, host, page, print);
  } catch (error) {
    await warn(terminal, messageOf(error));
  }
}
