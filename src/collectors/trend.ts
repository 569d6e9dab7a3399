import { type Host, readFile } from '../host/host.ts';
import { absent, known, type Reading } from '../model/reading.ts';
import { NOTHING_KEPT, TREND_PATH, type Trend } from '../model/trend/trend.ts';
import { parseTrend } from '../parse/trend-file.ts';

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** What earlier runs kept for this one to compare with. A file that cannot be believed is none: checks by it do not apply. */
export async function collectTrend(host: Host): Promise<Reading<Trend>> {
  const file = await readFile(host, TREND_PATH);
  if (file.state === 'absent') return absent(NOTHING_KEPT);
  if (file.state === 'unreadable') return file;
  const { value, problems } = parseTrend(file.value);
  const [problem] = problems;
  if (problem !== undefined) return absent(`${TREND_PATH}: ${problem}; the next run that is kept begins anew`);
  if (value.length === 0) return absent(NOTHING_KEPT);
  return known({ takenAt: host.now().toISOString(), bootId: await readBootId(host), looks: value });
}

/** Empty where nobody can tell one boot from another. */
export async function readBootId(host: Host): Promise<string> {
  const text = await readFile(host, BOOT_ID);
  return text.state === 'known' ? (/^([\w-]{4,64})\n$/.exec(text.value)?.[1] ?? '') : '';
}
