import type { Parsed } from '../model/reading.ts';

/**
 * Lines of a whole output. Every program and kernel file read here ends its last line with a newline, so a text that
 * does not was cut: that is a problem, never a shorter list.
 */
export function completeLines(text: string): Parsed<readonly string[]> {
  if (text === '') return { value: [], problems: ['the output is empty'] };
  const lines = text.split('\n');
  const rest = lines.pop();
  return { value: lines, problems: rest === '' ? [] : [`the output is cut after line ${lines.length}`] };
}

const DIGITS = /^\d+$/;

/** A decimal number without sign that a double holds exactly; null for anything else. */
export function wholeNumber(text: string | undefined): number | null {
  if (text === undefined || !DIGITS.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}
