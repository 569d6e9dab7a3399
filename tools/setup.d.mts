/** Types of setup.mjs for those who import it from TypeScript. */
export const root: string;
export function nodeComplaint(version: string): string | null;
export function ensurePackages(folder?: string): void;
export function bunPath(): string;
export function node24Path(): string | null;
export function run(
  program: string,
  args: readonly string[],
  options?: { env?: Readonly<Record<string, string>> },
): number;
