import { glance } from '../engine/glance.ts';
import { liveHost } from '../host/live-host.ts';
import { lookUpDevice } from '../model/conditions.ts';
import type { DeviceMapper } from '../model/device-mapper.ts';
import type { Journal } from '../model/journal.ts';
import type { Step } from '../model/plan.ts';
import type { Reading } from '../model/reading.ts';
import { renderInterrupted } from '../render/history.ts';
import type { Page } from '../render/page.ts';

/** Steps without an outcome come first wherever they can be seen: what was tried, and what the node looks like now. */
export async function reportInterrupted(
  journal: Journal,
  page: Page,
  write: (text: string) => Promise<void>,
): Promise<void> {
  if (journal.open.length === 0) return;
  const reading = await glance(liveHost());
  for (const step of journal.open)
    await write(`${renderInterrupted(step, deviceNow(step.intent.step, reading), page).join('\n')}\n`);
  await write('`pve-doctor clean` or `pve-doctor undo` records what came of it.\n\n');
}

const deviceNow = ({ device }: Step, reading: Reading<DeviceMapper>): string =>
  lookUpDevice({ is: 'device-present', device }, reading).seen;
