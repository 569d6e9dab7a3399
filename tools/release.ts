/**
 * npm run release [-- --key FILE|ID … --output FOLDER --architecture amd64|arm64 --version VERSION --compression xz|none]
 *
 * Both packages for both architectures as an apt repository that any web server can offer, FOLDER/apt; FOLDER/sbom, what is in
 * them; FOLDER/SHA256SUMS. Without --key nothing is signed. The same source gives the same bytes, signatures apart.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { VERSION } from '../src/model/version.ts';
import { poolFolder, sha256, writeIndex } from './apt-index.ts';
import { ARCHITECTURES, type Architecture } from './build-runtime.ts';
import { makePackage, sourceEpoch } from './make-package.ts';
import { debianVersion } from './package-changelog.ts';
import { PRODUCTS, type Product } from './products.ts';
import { renderSbom } from './sbom.ts';
import { root } from './setup.mjs';
import { openSigner, type Signer } from './signing.ts';

const { values } = parseArgs({
  options: {
    key: { type: 'string', multiple: true, default: [] },
    output: { type: 'string', default: join(root, 'dist') },
    architecture: { type: 'string' },
    version: { type: 'string', default: VERSION },
    compression: { type: 'string', default: 'xz' },
  },
});

const FOLDER = resolve(values.output);
const APT = join(FOLDER, 'apt');
const KEYRING = join(APT, 'pve-doctor.gpg');
const EPOCH = sourceEpoch();

/** One package in the pool and its SBOM; their paths below the output folder. null: there is no runtime for it here. */
function release(product: Product, architecture: Architecture): readonly string[] | null {
  const compression = values.compression === 'none' ? 'none' : 'xz';
  const pool = poolFolder(product.name);
  const file = makePackage({ product, architecture, version: values.version, folder: join(APT, pool), compression });
  if (file === null) return null;
  const sbom = join('sbom', basename(file).replace(/\.deb$/, '.cdx.json'));
  const version = debianVersion(values.version);
  const sum = sha256(readFileSync(file));
  mkdirSync(join(FOLDER, 'sbom'), { recursive: true });
  writeFileSync(join(FOLDER, sbom), renderSbom({ product, architecture, version, sha256: sum, epoch: EPOCH }));
  return [join('apt', pool, basename(file)), sbom];
}

function sign(signer: Signer, releaseFile: string, sums: string): void {
  signer.clearsign(releaseFile, join(releaseFile, '..', 'InRelease'));
  signer.detach(releaseFile, `${releaseFile}.gpg`);
  signer.detach(sums, `${sums}.asc`);
  signer.exportPublic(KEYRING);
}

/** Answers whether the release is whole. */
function main(signer: Signer | null): boolean {
  const chosen = ARCHITECTURES.filter((name) => values.architecture === undefined || values.architecture === name);
  if (chosen.length === 0) throw new Error(`there is no architecture ${values.architecture}`);
  const made = PRODUCTS.flatMap((product) => chosen.map((architecture) => release(product, architecture)));
  const files = made.flatMap((paths) => paths ?? []).toSorted();
  const releaseFile = writeIndex(APT, EPOCH);
  const sums = join(FOLDER, 'SHA256SUMS');
  writeFileSync(sums, files.map((path) => `${sha256(readFileSync(join(FOLDER, path)))}  ${path}\n`).join(''));
  // What an earlier release signed says nothing of this one.
  for (const stale of [`${sums}.asc`, KEYRING]) rmSync(stale, { force: true });
  if (signer !== null) sign(signer, releaseFile, sums);
  console.log(
    `${APT}: the repository, ${signer === null ? 'unsigned: apt refuses it without [trusted=yes]; --key signs it' : 'signed'}`,
  );
  return made.every((paths) => paths !== null);
}

const signer = values.key.length === 0 ? null : openSigner(values.key);
try {
  process.exitCode = main(signer) ? 0 : 1;
} finally {
  signer?.close();
}
