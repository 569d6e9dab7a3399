import { readDeviceMapper } from '../engine/small-looks.ts';
import type { Host } from '../host/host.ts';
import type { DeviceMapper } from '../model/device-mapper/device-mapper.ts';
import { messageOf } from '../model/faults.ts';
import type { Reading } from '../model/reading.ts';
import type { Journal } from '../model/repair/journal.ts';
import type { Step } from '../model/repair/plan.ts';
import { renderInterrupted, renderJournalDamage } from '../render/history.ts';
import type { Page } from '../render/page.ts';
import { lookUpDevice } from '../repair/conditions.ts';
import { stillRuns } from '../repair/step-verdict.ts';
import { openSteps, readChanges } from './changing-run.ts';
import { pageFor, type Terminal, warn } from './terminal.ts';

/** Steps without an outcome come first wherever they can be seen: what was tried, and what the node looks like now. */
export async function reportInterrupted(
  journal: Journal,
  host: Host,
  page: Page,
  write: (text: string) => Promise<void>,
): Promise<void> {
  if (journal.open.length === 0) return;
  const reading = await readDeviceMapper(host);
  const { running } = openSteps(journal);
  for (const step of journal.open) {
    const living = running.get(step.intent.id) ?? [];
    const seen = living.length > 0 ? stillRuns(step.intent.step.argv, living) : deviceNow(step.intent.step, reading);
    await write(`${renderInterrupted(step, seen, page).join('\n')}\n`);
  }
  await write('`pve-doctor clean` or `pve-doctor undo` records what came of it.\n\n');
}

/** For `check`: on standard error, so that no form of the report is disturbed. An unreadable journal stops no check. */
export async function warnOfInterrupted(host: Host, terminal: Terminal): Promise<void> {
  const page = pageFor(terminal, false, 'never');
  try {
    const journal = await readChanges();
    const damage = renderJournalDamage(journal, page);
    if (damage.length > 0) await terminal.stderr.write(`${damage.join('\n')}\n`);
    await reportInterrupted(journal, host, page, (text) => terminal.stderr.write(text));
  } catch (error) {
    await warn(terminal, messageOf(error));
  }
}

const deviceNow = ({ device }: Step, reading: Reading<DeviceMapper>): string =>
  lookUpDevice({ is: 'device-present', device }, reading).seen;
