import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { entering, type Root } from './roots.ts';

/** Programs `ssh` and `scp` in that folder, for which every machine is that root, and this one knows no password. */
export function putSsh(folder: string, root: Root): string {
  const enter = entering().map((word) => `'${word}'`);
  // The last word is what the other machine's shell gets.
  script(join(folder, 'ssh'), `for last; do :; done\nexec ${enter.join(' ')} '${root.path}' "$last"`);
  // FILE... USER@NAME:/PATH
  script(
    join(folder, 'scp'),
    `for last; do :; done\nto='${root.path}'"\${last#*:}"\nfor one; do\n\tcase $one in -* | *:*) ;; *) cp -p "$one" "$to" || exit 1 ;; esac\ndone`,
  );
  return join(folder, 'ssh');
}

function script(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}
