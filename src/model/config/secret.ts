/**
 * A password or token. A class, so that no printing, logging, serialising or comparing of a configuration can show it: only
 * `reveal` does, and only the client that needs it calls that.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '(hidden)';
  }

  toJSON(): string {
    return '(hidden)';
  }
}
