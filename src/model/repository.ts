/**
 * Where the project lives on the web, without a slash at the end: what reports link to. null until it has an address; then
 * `repository` in package.json says the same, which test/repo/repository-address.test.ts holds.
 */
export const REPOSITORY: string | null = null;

/** Address of a file of the repository; null while the repository has none. */
export const repositoryPage = (path: string): string | null =>
  REPOSITORY === null ? null : `${REPOSITORY}/blob/main/${path}`;
