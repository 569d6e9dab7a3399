/**
 * npm run package [-- --product NAME --architecture amd64|arm64 --output FOLDER --version VERSION --compression xz|none]
 *
 * Builds the programs and the Debian packages of them, dist/NAME_VERSION_ARCHITECTURE.deb; without --product both, without
 * --architecture for arm64 too where npm reaches the runtime for it. The time in them is SOURCE_DATE_EPOCH, or that of the last commit.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { VERSION } from '../src/model/version.ts';
import { ARCHITECTURES, HOST_ARCHITECTURE } from './build-runtime.ts';
import { makePackage } from './make-package.ts';
import { PRODUCTS, productsNamed } from './products.ts';
import { root } from './setup.mjs';

const { values } = parseArgs({
  options: {
    product: { type: 'string' },
    architecture: { type: 'string' },
    output: { type: 'string', default: join(root, 'dist') },
    version: { type: 'string', default: VERSION },
    compression: { type: 'string', default: 'xz' },
  },
});

const products = productsNamed(values.product === undefined ? [] : [values.product]);
if (products === null) throw new Error(`the products are ${PRODUCTS.map(({ name }) => name).join(' and ')}`);
const chosen = ARCHITECTURES.filter((name) => values.architecture === undefined || values.architecture === name);
if (chosen.length === 0) throw new Error(`there is no architecture ${values.architecture}`);
const { output, version } = values;
const compression = values.compression === 'none' ? 'none' : 'xz';
const missing = chosen.filter((architecture) =>
  products.some(
    (product) => makePackage({ product, architecture, version, folder: resolve(output), compression }) === null,
  ),
);
process.exitCode = missing.some((name) => name === HOST_ARCHITECTURE || values.architecture !== undefined) ? 1 : 0;
