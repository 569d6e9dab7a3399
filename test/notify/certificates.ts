import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export interface Authority {
  /** The authority's own certificate, for `caFile`. */
  readonly caFile: string;
  readonly ca: string;
  /** A certificate of the authority for this name, `IP:127.0.0.1` or `DNS:…`. */
  readonly issue: (subjectAltName: string) => Certificate;
}

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** An authority made for this run, by openssl(1). */
export function makeAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-ca-'));
  const openssl = (...args: readonly string[]): void => {
    const done = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    if (done.error !== undefined) throw new Error(`these tests need openssl(1): ${done.error.message}`);
    if (done.status !== 0) throw new Error(`openssl ${args.join(' ')}: ${done.stderr}`);
  };
  openssl('req', '-x509', ...EC, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=tests', '-days', '2');
  let issued = 0;
  return {
    caFile: join(folder, 'ca.pem'),
    ca: readFileSync(join(folder, 'ca.pem'), 'utf8'),
    issue: (subjectAltName) => {
      issued++;
      const [key, csr, cert, extensions] = ['key', 'csr', 'pem', 'ext'].map((end) => `${issued}.${end}`) as [
        string,
        string,
        string,
        string,
      ];
      writeFileSync(join(folder, extensions), `subjectAltName=${subjectAltName}\n`);
      openssl('req', ...EC, '-keyout', key, '-out', csr, '-subj', '/CN=server');
      openssl(
        ...['x509', '-req', '-in', csr, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
        ...['-out', cert, '-days', '2', '-extfile', extensions],
      );
      return { key: readFileSync(join(folder, key), 'utf8'), cert: readFileSync(join(folder, cert), 'utf8') };
    },
  };
}
