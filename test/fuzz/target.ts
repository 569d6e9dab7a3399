import type { Arbitrary } from 'fast-check';

/** Pieces of any JSON. */
export const JSON_WORDS = ['{', '}', '[', ']', '"', ':', ',', 'null'] as const;

/** Something that reads a text which others wrote, and what must hold of it whatever the text is. */
export interface Target<T = unknown> {
  /** The folder of its kept inputs. */
  readonly name: string;
  /** Its share of the inputs; 1 for what takes some microseconds. */
  readonly share: number;
  /** Real texts, to be damaged. */
  readonly texts: () => readonly string[];
  /** Pieces that get a text past the first test. */
  readonly words: readonly string[];
  /** Texts that are built and not damaged. */
  readonly grammar?: Arbitrary<string>;
  /** Must not throw, and take time in proportion to the text. */
  readonly read: (text: string) => T | Promise<T>;
  /** Throws where what was read breaks a law. */
  readonly laws?: (value: T, text: string) => void | Promise<void>;
  /** What was read may hold numbers, keys or texts that `read` passes on as it found them. */
  readonly passesOn?: true;
  /** Time grows with something else than the text, or is spent in somebody else's program. */
  readonly growsOtherwise?: true;
}

/** Keeps the type of what is read between `read` and `laws`, and forgets it for the list of all targets. */
export const target = <T>(made: Target<T>): Target => made as Target;
