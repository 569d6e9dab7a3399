// Finds Chromium for the browser tests: $CHROMIUM, else Debian's, which is installed if root may do so.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const DEBIAN = '/usr/bin/chromium';

/** The path of Chromium; null, after a message, where there is none and none can be had. */
export function findChromium() {
  const chosen = process.env['CHROMIUM'] ?? DEBIAN;
  if (existsSync(chosen)) return chosen;
  if (process.env['CHROMIUM'] !== undefined) return missing(`${chosen} is not there`);
  if (process.getuid?.() !== 0) return missing('installing chromium needs root');
  console.error('browser: installing chromium with apt-get');
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu'],
  ]) {
    const { status, error } = spawnSync('apt-get', args, options);
    if (status !== 0) return missing(`apt-get ${args[0]} ended with ${status ?? error?.message}`);
  }
  return existsSync(chosen) ? chosen : missing('the package chromium brought no /usr/bin/chromium');
}

function missing(why) {
  console.error(`browser: no Chromium: ${why}. Install Debian's package chromium, or name another in CHROMIUM.`);
  return null;
}
