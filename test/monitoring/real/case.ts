/** One thing that a real program has to say of what we make. It throws where the program disagrees. */
export interface Case {
  readonly name: string;
  readonly run: () => void | Promise<void>;
}

export function same(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}:\n  is        ${a}\n  should be ${b}`);
}
