/** What is built and packaged here. Everything that builds, packages, signs or tests goes through this table. */
export interface Product {
  /** Of the program and of its package. */
  readonly name: string;
  /** Where the program begins. */
  readonly entry: string;
  /** Where its threads begin. */
  readonly threads: readonly string[];
  /** Folders of the repository that are embedded in the program. */
  readonly assets: readonly string[];
  /** What the compiler is told of imports whose target is known at run time only: whether there may be any. */
  readonly unresolved: '--reject-unresolved' | '--allow-unresolved=<empty>';
  /** What its package has of its own: control, maintainer scripts, README.Debian. What is not there is in `SHARED`. */
  readonly debian: string;
}

/** What both packages have alike; `@PACKAGE@` in it is the name of the package. */
export const SHARED = 'packaging/debian/shared';

export const NODE: Product = {
  name: 'pve-doctor',
  entry: 'src/main.ts',
  threads: [],
  // src/host/pages.ts reads them.
  assets: ['docs/checks', 'docs/errors'],
  unresolved: '--reject-unresolved',
  debian: 'packaging/debian',
};

export const HUB: Product = {
  name: 'pve-doctor-hub',
  entry: 'src/hub-main.ts',
  threads: ['src/hub-report-thread.ts'],
  assets: [],
  // kysely can read migrations from files of any name. The hub's are part of it, and nobody calls that.
  unresolved: '--allow-unresolved=<empty>',
  debian: 'packaging/hub/debian',
};

export const PRODUCTS: readonly Product[] = [NODE, HUB];

/** The products that are named; all of them where none is. null: one of the names is none. */
export function productsNamed(names: readonly string[]): readonly Product[] | null {
  if (names.some((name) => !PRODUCTS.some((product) => product.name === name))) return null;
  return PRODUCTS.filter(({ name }) => names.length === 0 || names.includes(name));
}
