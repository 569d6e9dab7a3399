import { deepEqual, equal, match, ok, throws } from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { sha256, writeIndex } from '../../tools/apt-index.ts';
import { HUB } from '../../tools/products.ts';
import { openSigner } from '../../tools/signing.ts';
import { ROOT } from '../repo/repository.ts';
import { type Artifacts, EPOCH, makeKey } from './artifacts.ts';
import { BOM, type Bom } from './bom-schema.ts';
import { type Chapter, run, succeed, type Tests } from './tests.ts';

/** What `npm run release` leaves behind, before anybody installs from it. */
export const release = (artifacts: Artifacts): Chapter => ({
  name: 'release',
  about: 'sums, signatures and bills of material of a release',
  async run(tests) {
    await sumsAndSignatures(tests, artifacts);
    await keys(tests, artifacts);
    await bills(tests, artifacts);
  },
});

async function sumsAndSignatures(tests: Tests, { release: folder }: Artifacts): Promise<void> {
  await tests.test('SHA256SUMS covers every package and bill of material, and is right', async () => {
    const said = await succeed(['sha256sum', '--check', 'SHA256SUMS'], { cwd: folder });
    const covered = said
      .trim()
      .split('\n')
      .map((line) => basename(line.replace(/: OK$/, '')));
    const made = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => basename(path));
    deepEqual(covered.toSorted(), made.filter((name) => /\.deb$|\.cdx\.json$/.test(name)).toSorted());
  });
  await tests.test('its signatures are good with the keyring beside it', async () => {
    const keyring = join(folder, 'apt/pve-doctor.gpg');
    const suite = join(folder, 'apt/dists/stable');
    for (const files of [
      [join(suite, 'InRelease')],
      [join(suite, 'Release.gpg'), join(suite, 'Release')],
      [join(folder, 'SHA256SUMS.asc'), join(folder, 'SHA256SUMS')],
    ])
      match((await run(['gpgv', '--keyring', keyring, ...files])).stderr, /Good signature/);
  });
  await tests.test('the index of an architecture lists its packages alone', () => {
    for (const architecture of ['amd64', 'arm64']) {
      const index = join(folder, `apt/dists/stable/main/binary-${architecture}/Packages`);
      if (!existsSync(index)) continue;
      const named = [...readFileSync(index, 'utf8').matchAll(/^Architecture: (.*)$/gm)].map(([, name]) => name);
      deepEqual(named, [architecture, architecture]);
    }
  });
}

async function keys(tests: Tests, { scratch, key }: Artifacts): Promise<void> {
  const folder = mkdtempSync(join(scratch, 'keys-'));
  const text = join(folder, 'text');
  writeFileSync(text, 'what is signed\n');
  await tests.test('a release that two keys signed is good for whoever trusts one of them', async () => {
    const other = await makeKey(scratch, 'second');
    const both = openSigner([key, other]);
    both.clearsign(text, join(folder, 'signed'));
    both.close();
    for (const only of [key, other]) {
      const one = openSigner([only]);
      one.exportPublic(join(folder, 'keyring.gpg'));
      one.close();
      const said = await run(['gpgv', '--keyring', join(folder, 'keyring.gpg'), join(folder, 'signed')]);
      equal(said.stderr.match(/Good signature/g)?.length, 1, said.stderr);
    }
  });
  await tests.test('a file that holds no secret key, or none at all, is refused before anything is signed', () => {
    const publicKey = join(folder, 'public.gpg');
    const signer = openSigner([key]);
    signer.exportPublic(publicKey);
    signer.close();
    throws(() => openSigner([publicKey]), /secret key/);
    throws(() => openSigner([text]), /gpg --import/);
    throws(() => openSigner([key, join(folder, 'gone.asc')]), /no such file: .*gone\.asc/);
  });
  await tests.test('a pool with something in it that is no package is refused', () => {
    const pool = join(folder, 'apt/pool/main/x');
    mkdirSync(pool, { recursive: true });
    copyFileSync(text, join(pool, 'text.deb'));
    throws(() => writeIndex(join(folder, 'apt'), EPOCH), /pool\/main\/x\/text\.deb is no Debian package/);
  });
}

async function bills(tests: Tests, { release: folder }: Artifacts): Promise<void> {
  const files = readdirSync(join(folder, 'sbom')).map((name) => join(folder, 'sbom', name));
  const read = (file: string): Bom => JSON.parse(readFileSync(file, 'utf8')) as Bom;
  await tests.test('each bill of material has what CycloneDX demands', () => {
    const validate = new Ajv2020({ allErrors: true }).compile(BOM);
    ok(files.length >= 2);
    for (const file of files) ok(validate(read(file)), `${file}: ${JSON.stringify(validate.errors)}`);
  });
  await tests.test('names the package by its sum, and every reference leads to a component', () => {
    const sums = readFileSync(join(folder, 'SHA256SUMS'), 'utf8');
    for (const file of files) {
      const { metadata, components, dependencies } = read(file);
      ok(sums.includes(`${metadata.component.hashes[0]?.content}  `), file);
      const known = [metadata.component, ...components].map((component) => component['bom-ref']);
      deepEqual(dependencies.map(({ ref }) => ref).toSorted(), known.toSorted());
      const reached = new Set(dependencies.flatMap(({ dependsOn }) => dependsOn));
      deepEqual(
        known.filter((ref) => ref !== metadata.component['bom-ref'] && !reached.has(ref)),
        [],
      );
    }
  });
  await tests.test('lists what is in the program, and nothing that is in the other alone', async () => {
    const namesIn = (file: string) =>
      read(file).components.map(({ group, name }) => [group, name].filter(Boolean).join('/'));
    for (const file of files.filter((name) => name.includes('_amd64'))) {
      const product = basename(file).replace(/_.*/, '');
      const listed = namesIn(file);
      ok(listed.includes('commander') && listed.includes('@oven/bun-linux-x64'));
      equal(listed.includes('hono'), product === HUB.name, file);
    }
  });
  await tests.test('takes sums and licences from package-lock.json', () => {
    const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, { readonly integrity: string; readonly version: string }>>;
    };
    for (const file of files)
      for (const { group, name, version, hashes } of read(file).components) {
        const locked = packages[`node_modules/${[group, name].filter(Boolean).join('/')}`];
        equal(version, locked?.version);
        equal(`sha512-${Buffer.from(hashes[0]?.content ?? '', 'hex').toString('base64')}`, locked?.integrity);
      }
  });
  await tests.test('differs where the package does', () =>
    equal(new Set(files.map((file) => sha256(readFileSync(file)))).size, files.length),
  );
}
