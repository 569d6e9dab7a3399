import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Keys with which a release is signed: several while one takes the place of another. */
export interface Signer {
  /** `FILE.gpg`'s text within: apt takes it where one of the keys is trusted. */
  readonly clearsign: (from: string, to: string) => void;
  readonly detach: (from: string, to: string) => void;
  /** The public keys, as apt's `signed-by` takes them. */
  readonly exportPublic: (to: string) => void;
  readonly close: () => void;
}

/** `keys`: files with a secret key without passphrase, or ids of keys that gpg of whoever runs this has. */
export function openSigner(keys: readonly string[]): Signer {
  const files = keys.filter((key) => existsSync(key));
  // Never into the keyring of whoever signs, and never a mixture: a key of the same id in there is not the one that was given.
  const home = files.length === 0 ? null : mkdtempSync(join(tmpdir(), 'pve-doctor-keys-'));
  if (home !== null && files.length !== keys.length) {
    rmSync(home, { recursive: true });
    throw new Error(
      `no such file: ${keys.filter((key) => !existsSync(key)).join(', ')}; name all keys by file, or all by id`,
    );
  }
  const gpg = (args: readonly string[]): Buffer => {
    const options = home === null ? [] : ['--homedir', home, '--batch', '--pinentry-mode', 'error'];
    const done = spawnSync('gpg', [...options, '--yes', ...args], { stdio: ['inherit', 'pipe', 'pipe'] });
    if (done.status === 0) return done.stdout;
    throw new Error(`gpg ${args.join(' ')}: ${done.error?.message ?? `${done.stderr}`.trim()}`);
  };
  const close = () => {
    if (home === null) return;
    spawnSync('gpgconf', ['--homedir', home, '--kill', 'all'], { stdio: 'ignore' });
    rmSync(home, { recursive: true, force: true });
  };
  try {
    if (home !== null) gpg(['--import', ...files]);
    const ids = home === null ? keys : fingerprints(`${gpg(['--list-secret-keys', '--with-colons'])}`);
    if (ids.length < keys.length) throw new Error(`${files.join(', ')}: not every file holds a secret key`);
    // The digest that apt of Debian 10 to 13 accepts alike.
    const as = ['--digest-algo', 'SHA512', ...ids.flatMap((id) => ['--local-user', id])];
    return {
      clearsign: (from, to) => void gpg([...as, '--output', to, '--clearsign', from]),
      detach: (from, to) => void gpg([...as, '--armor', '--output', to, '--detach-sign', from]),
      exportPublic: (to) => writeFileSync(to, gpg(['--export', ...ids])),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** gpg's doc/DETAILS: after `sec` the line `fpr` of the primary key. */
const fingerprints = (listing: string): readonly string[] =>
  [...listing.matchAll(/^sec:.*\n(?:(?!sec:).*\n)*?fpr:+([0-9A-F]+):/gm)].map(([, id = '']) => id);
