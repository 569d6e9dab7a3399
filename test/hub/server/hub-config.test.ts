import { describe, expect, it } from 'vitest';
import { problemText } from '../../../src/config/given.ts';
import type { SmallFile } from '../../../src/host/small-file.ts';
import { readHubConfig } from '../../../src/hub/config/load-hub-config.ts';

const PATH = '/etc/pve-doctor-hub/config.toml';

interface Made {
  readonly mode?: number;
  readonly ownerUid?: number;
  readonly files?: Readonly<Record<string, string | { readonly text: string; readonly mode: number }>>;
  readonly credentials?: string;
}

async function load(toml: string | null, { mode = 0o640, ownerUid = 0, files = {}, credentials }: Made = {}) {
  const all: Readonly<Record<string, Made['files'] extends infer F | undefined ? F[keyof F] : never>> =
    toml === null ? files : { ...files, [PATH]: { text: toml, mode } };
  const readSmallFile = async (path: string): Promise<SmallFile> => {
    const file = all[path];
    if (file === undefined) return { state: 'absent' };
    const { text, mode: own } = typeof file === 'string' ? { text: file, mode: 0o600 } : file;
    return { state: 'read', bytes: Buffer.from(text), mode: own, ownerUid: path === PATH ? ownerUid : 0 };
  };
  const loaded = await readHubConfig(
    undefined,
    { readSmallFile, ownUid: () => 998 },
    { CREDENTIALS_DIRECTORY: credentials },
  );
  return { ...loaded, said: loaded.problems.map((problem) => problemText(problem).replace(`${PATH}:`, '')) };
}

describe('without a file', () => {
  it('the hub listens on this machine alone and keeps what it gets in SQLite', async () => {
    const { config, said } = await load(null);
    expect(said).toEqual([]);
    expect(config).toMatchObject({
      server: { listen: { host: '127.0.0.1', port: 8470 }, url: null },
      store: { engine: 'sqlite', path: '/var/lib/pve-doctor-hub/hub.db' },
      retention: { silentAfterMs: 26 * 3_600_000 },
      oidc: null,
      pve: null,
    });
  });
});

describe('what is wrong is said with its line', () => {
  it.each([
    ['[server]\nlisten = "localhost"', '2: listen must be an address and a port'],
    ['[server]\nlisten = "127.0.0.1:99999"', '2: listen must be an address and a port'],
    [
      '[server]\nlisten = "0.0.0.0:8470"\nurl = "https://h.example"',
      '2: server.listen is no address of this machine alone',
    ],
    ['[server]\nurl = "http://hub.example.org"', '2: url must be an https:// address'],
    ['[server]\nurl = "https://hub.example.org/sub"', '2: url must be an https:// address'],
    ['[server]\ncertificate = "/c.pem"', '2: server.certificate needs the other one'],
    ['[server]\ntrusted_proxies = "10.0.0.0/33"', '2: trusted_proxies must be a list of addresses'],
    ['[server]\nlisen = "x"', '2: unknown key lisen in [server]; did you mean listen?'],
    ['[sever]', '1: unknown name sever; did you mean [server]?'],
    ['server = 1', '1: server must be a table'],
    ['[login]\nlocal = "no"', '2: local must be true or false, and is text'],
    ['[login]\nlocal = false', '2: login.local is false, and nobody could log in'],
    ['[login]\nidle = "0h"', '2: idle must be a time of minutes, hours or days'],
    ['[retention]\nrun_days = 0', '2: run_days must be a whole number'],
    ['[store]\npostgresql = "postgresql://hub:secret@db/hub"', '2: postgresql must be an address such as'],
    ['[store]\npassword_file = "/none"', '2: password names a file that does not exist'],
    ['[oidc]\nissuer = "https://i.example"', '2: oidc.issuer needs issuer and client_id'],
    ['[oidc]\nissuer = "https://i.example"\nclient_id = "hub"', '2: oidc.issuer lets nobody in'],
    [
      '[oidc]\nissuer = "https://i.example"\nclient_id = "hub"\nadmins = "*"',
      '4: oidc.admins would make everybody an admin',
    ],
    ['[pve]\nnodes = "http://pve1:8006"', '2: nodes must be a list of https:// addresses'],
    ['[pve]\nnodes = "https://pve1:8006"\nauthority = "/none"', '3: pve.authority names a file that cannot be read'],
    ['[pve]\nrole = "admin"', '2: role must be one of'],
    ['[metrics]\ntoken = "short"', '2: token must be a token'],
  ])('%j', async (toml, words) => {
    const { said } = await load(toml, { mode: 0o600 });
    expect(said.length).toBe(1);
    expect(said[0]?.startsWith(words), said[0]).toBe(true);
  });

  it('and of no secret more than where it stands', async () => {
    const secret = 'Sw0rdfish with a\\nline';
    const { said } = await load(`[oidc]\nclient_secret = "${secret}"\nissuer = "${secret}"\n`, { mode: 0o600 });
    expect(said.join('\n')).not.toContain('rdfish');
  });
});

describe('a secret', () => {
  const inFile = '[metrics]\ntoken_file = "/run/token"\n';

  it('comes from a file of its own or a credential of systemd, and is never shown', async () => {
    const file = await load(inFile, { files: { '/run/token': 'secret-of-file\n' } });
    const credential = await load('[metrics]\ntoken_credential = "t"', {
      credentials: '/run/credentials/hub',
      files: { '/run/credentials/hub/t': { text: 'secret-of-unit', mode: 0o440 } },
    });
    expect([file.config.metrics.token?.reveal(), credential.config.metrics.token?.reveal()]).toEqual([
      'secret-of-file',
      'secret-of-unit',
    ]);
    for (const { values, config } of [file, credential])
      expect(JSON.stringify([values, config])).not.toContain('secret-of');
  });

  it('stands in no file that others may read', async () => {
    const open = { text: 'secret-of-file', mode: 0o644 };
    expect((await load(inFile, { files: { '/run/token': open } })).said[0]).toContain('chmod 600 /run/token');
    const own = '[metrics]\ntoken = "secret-of-file"\n';
    expect((await load(own, { mode: 0o644 })).said[0]).toContain('chmod 600');
    expect((await load(own, { mode: 0o640 })).said).toEqual([]);
    expect((await load(own, { mode: 0o644 })).config.metrics.token).toBeNull();
  });

  it('is written once', async () => {
    const twice = await load('[metrics]\ntoken = "secret-of-file"\ntoken_file = "/run/token"', { mode: 0o600 });
    expect(twice.said).toEqual([expect.stringContaining('3: token stands twice')]);
  });
});

describe('the file', () => {
  it("counts for nothing where others may write it, or where it is another user's", async () => {
    const toml = '[server]\nlisten = "127.0.0.1:1"\n';
    expect((await load(toml, { mode: 0o666 })).said[0]).toContain('chmod go-w');
    const other = await load(toml, { ownerUid: 1000 });
    expect(other.said[0]).toContain('chown');
    expect(other.config.server.listen.port).toBe(8470);
  });
});
