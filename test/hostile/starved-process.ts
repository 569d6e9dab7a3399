/** Uses up the descriptors that `ulimit -n` left, then asks; prints the answers. Started by few-descriptors.system.test.ts. */
import { openSync } from 'node:fs';
import { takeLock } from '../../src/host/held-lock.ts';
import { liveHost } from '../../src/host/live-host.ts';
import { openBlockDevices } from '../../src/host/open-block-devices.ts';
import { probeAll } from '../../src/host/probe.ts';
import { feedProgram } from '../../src/host/send-program.ts';

try {
  for (;;) openSync('/dev/null', 'r');
} catch {
  // None is left.
}
const feeding = { program: 'perl', args: ['-e', '1'], input: '', deadlineMs: 5000 } as const;
const request = { kind: 'statfs', path: '/', key: '/', deadlineMs: 5000 } as const;
const answers = {
  open: await openBlockDevices([process.pid], performance.now() + 5000),
  run: await liveHost().run('dmsetup-info'),
  probe: await probeAll([request], '/nonexistent/register'),
  lock: await takeLock(process.argv[2] ?? ''),
  fed: await feedProgram(feeding, '/bin/true'),
};
console.log(JSON.stringify(answers));
