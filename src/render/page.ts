import { type Style, styles } from './colour.ts';
import { hang } from './wrap.ts';

export interface TextOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
  /** Adds where each fact was read, and every list in full. */
  readonly verbose: boolean;
  /** Findings only. */
  readonly quiet: boolean;
  /** Guests that run come first in the table. */
  readonly runningFirst: boolean;
}

/** What every part of the text report needs to know. */
export interface Page {
  readonly width: number;
  readonly style: Style;
  readonly verbose: boolean;
}

/** Narrower than this nothing fits. */
const NARROWEST = 40;

export const pageOf = ({
  width,
  colour,
  verbose = false,
}: Pick<TextOptions, 'width' | 'colour'> & Partial<TextOptions>): Page => ({
  width: Math.max(NARROWEST, width),
  style: styles(colour),
  verbose,
});

/** A block of lines; blocks are set apart by an empty line. No lines: nothing to say. */
export type Block = readonly string[];

/** Blocks as one text. */
export const joinBlocks = (blocks: readonly Block[]): string =>
  blocks
    .filter((block) => block.length > 0)
    .map((block) => `${block.join('\n')}\n`)
    .join('\n');

export const heading = (title: string, page: Page): string => page.style.bold(title.toUpperCase());

/** Width of the column that labels stand in. */
const LABEL_WIDTH = 10;

/** A labelled text; nothing where there is no text. */
export function row(indent: number, label: string, text: string, page: Page): Block {
  if (text === '') return [];
  return hang(' '.repeat(indent) + label.padEnd(LABEL_WIDTH), text, page.width, page.style.dim);
}

export const bullet = (text: string, page: Page): Block => hang('  - ', text, page.width);
