import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Architecture, RUNTIME_PACKAGES } from './build-runtime.ts';
import { bundledLibraries, bundledRuntime, type Library } from './bundled-libraries.ts';
import type { Product } from './products.ts';
import { root } from './setup.mjs';

export interface SbomRequest {
  readonly product: Product;
  readonly architecture: Architecture;
  /** As Debian writes it. */
  readonly version: string;
  /** SHA-256 of the package, hexadecimal. */
  readonly sha256: string;
  /** Seconds since 1970: the time of the source. */
  readonly epoch: number;
}

type Part = Omit<Library, 'folder' | 'needs'>;

/**
 * What is in a package, for those who ask whether an advisory touches them: CycloneDX 1.6 (cyclonedx.org/docs/1.6/json). It lists what
 * the compiler took in, with the sums of the archives in the registry, and the runtime. The same source gives the same text.
 */
export function renderSbom(request: SbomRequest): string {
  const { product, architecture, version, sha256, epoch } = request;
  const libraries = bundledLibraries(product);
  const runtime = bundledRuntime(RUNTIME_PACKAGES[architecture]);
  const own = `pkg:deb/${product.name}@${version}?arch=${architecture}`;
  const names = new Map(libraries.map((library) => [library.name, purlOf(library)]));
  const known = (wanted: readonly string[]): readonly string[] => wanted.flatMap((name) => names.get(name) ?? []);
  const direct = [...known(directDependencies()), purlOf(runtime)];
  return `${JSON.stringify(
    {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      serialNumber: `urn:uuid:${uuidFrom(`${own} ${sha256}`)}`,
      version: 1,
      metadata: {
        timestamp: new Date(epoch * 1000).toISOString().replace('.000', ''),
        component: {
          ...{ type: 'application', 'bom-ref': own, name: product.name, version, purl: own },
          ...{ licenses: licensesOf('MIT'), hashes: [{ alg: 'SHA-256', content: sha256 }] },
        },
      },
      components: [...libraries.map((library) => component('library', library)), runtimeComponent(runtime)],
      dependencies: [
        { ref: own, dependsOn: direct },
        ...libraries.map((library) => ({ ref: purlOf(library), dependsOn: known(library.needs) })),
        { ref: purlOf(runtime), dependsOn: [] },
      ],
    },
    null,
    2,
  )}\n`;
}

const directDependencies = (): readonly string[] =>
  Object.keys(
    (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly dependencies: object }).dependencies,
  );

/** package-url/purl-spec: the scope of an npm package is a namespace, its `@` encoded. */
const purlOf = ({ name, version }: Part): string => `pkg:npm/${name.replace('@', '%40')}@${version}`;

function component(type: 'library' | 'platform', part: Part) {
  const [scope, bare] = part.name.startsWith('@') ? part.name.split('/') : [undefined, part.name];
  return {
    type,
    'bom-ref': purlOf(part),
    ...(scope === undefined ? {} : { group: scope }),
    name: bare,
    version: part.version,
    purl: purlOf(part),
    licenses: licensesOf(part.license),
    hashes: [hashOf(part)],
  };
}

const runtimeComponent = (runtime: Part) => ({
  ...component('platform', runtime),
  description:
    'The runtime, with JavaScriptCore, SQLite and the libraries that the copyright file of the package lists.',
});

const licensesOf = (license: string) =>
  /^[\w.+-]+$/.test(license) ? [{ license: { id: license } }] : [{ expression: license }];

/** package-lock.json has subresource integrity, `sha512-BASE64`; CycloneDX hexadecimal digits. */
function hashOf({ name, integrity }: Part) {
  const [, digest] = /^sha512-(\S+)$/.exec(integrity) ?? [];
  if (digest === undefined) throw new Error(`package-lock.json has no SHA-512 of ${name}`);
  return { alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') };
}

/** A name-based UUID (RFC 9562, version 8: the digest is SHA-256). */
function uuidFrom(name: string): string {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
