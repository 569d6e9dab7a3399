// `npm start`: the main job. Ends with 0 whenever a report was shown, since npm would print its own error after ours.

import { join } from 'node:path';
import { ensurePackages, root, run } from './setup.mjs';

ensurePackages();
const example = join(root, 'test', 'captures', 'example-node', 'capture.json');
const status = run(join(root, 'bin', 'pve-doctor'), process.argv.slice(2), {
  env: { PVE_DOCTOR_EXAMPLE: process.argv.length > 2 ? '' : example },
});
process.exit(status <= 3 ? 0 : status);
