import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { Repair } from './repair.ts';

const LVCHANGE = '/usr/sbin/lvchange';
export const CLEAN = ['clean', '--yes', '--vmid', '500'] as const;

/** `lvchange` that does what the script says; `lvm lvchange` goes on being the real one. */
export function replaceLvchange(script: string): () => void {
  rmSync(LVCHANGE);
  writeFileSync(LVCHANGE, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return () => {
    rmSync(LVCHANGE);
    symlinkSync('lvm', LVCHANGE);
  };
}

/** Waits for /run/go, and then changes what it was asked to. */
export const WAITS = 'echo $$ > /run/waiting; while [ ! -e /run/go ]; do sleep 0.3; done; exec lvm lvchange "$@"';

export const isWaiting = (): boolean =>
  existsSync('/run/waiting') && readFileSync('/run/waiting', 'utf8').endsWith('\n');

/** The last step that was begun. */
export const lastId = (repair: Repair): number =>
  repair.records().reduce((last, record) => (record.record === 'intent' ? record.id : last), 0);
