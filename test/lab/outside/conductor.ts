import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { NODES } from '../node/lab.ts';
import { askedFor, END } from '../node/three-nodes.ts';
import { valueDifference } from '../verdict.ts';

/** This machine's address on the network of the guests. */
export const OUTSIDE = '192.0.2.10';

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What a case does on this machine: it says to the three guests what they do, in files of the directory that all share. */
export class Outside {
  readonly differences: string[] = [];
  readonly #results: string;
  readonly #log: string;
  #asked = 0;

  constructor(name: string, results: string) {
    this.#results = results;
    this.#log = `${results}/${name}.outside.log`;
  }

  note(text: string): void {
    appendFileSync(this.#log, `# ${text}\n`);
  }

  expect(what: string, actual: unknown, expected: unknown): void {
    this.differences.push(...valueDifference(what, expected, actual));
  }

  /** What the guests ask for with `lab.hasHeard` and `lab.heard`. */
  say(word: string, value: unknown = ''): void {
    writeFileSync(`${this.#results}/draft.outside`, JSON.stringify(value));
    renameSync(`${this.#results}/draft.outside`, `${this.#results}/said.${word}`);
  }

  /** What a node told with `lab.tell`. */
  told(node: string, what: string): unknown {
    return JSON.parse(readFileSync(`${this.#results}/told.${node}.${what}.json`, 'utf8'));
  }

  /** A node takes a step; this waits for it. */
  async on(node: string, step: string): Promise<void> {
    const done = `${this.#results}/${this.#ask(node, step)}`;
    const began = Date.now();
    while (!existsSync(done)) {
      if (Date.now() - began > 180_000) throw new Error(`waited 180 s in vain: ${node} does ${step}`);
      await pause(50);
    }
    this.note(`${node} did ${step} after ${((Date.now() - began) / 1000).toFixed(1)} s`);
  }

  /** All three take it at the same time. */
  async everywhere(step: string): Promise<void> {
    await Promise.all(NODES.map((node) => this.on(node, step)));
  }

  /** There is nothing more to do for any of them. */
  end(): void {
    for (const node of NODES) this.#ask(node, END);
  }

  #ask(node: string, step: string): string {
    this.#asked += 1;
    const { ask, did } = askedFor(node, this.#asked, step);
    writeFileSync(`${this.#results}/${ask}`, '');
    return did;
  }
}
