import type { Readable } from 'node:stream';

export interface GatheredText {
  readonly text: () => string;
  readonly ended: Promise<void>;
}

/** The start of what a child prints; the rest is read, so that the child goes on, and dropped. */
export function gatherText(stream: Readable, mostCharacters: number): GatheredText {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text = `${text}${chunk}`.slice(0, mostCharacters);
  });
  const ended = new Promise<void>((resolve) => {
    stream.once('end', resolve);
    stream.once('error', () => resolve());
  });
  return { text: () => text, ended };
}
