import { printable } from './printable.ts';

/** HTML that is already escaped. Only this file makes it, so no text of a node can pass for it. */
export interface Markup {
  readonly [ESCAPED]: string;
}

const ESCAPED: unique symbol = Symbol('escaped HTML');

export type MarkupValue = Markup | string | number | null | false | readonly Markup[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML, in an element or in a quoted attribute. What a terminal must not see, a page must not hide either. */
export const escapeHtml = (text: string): string =>
  printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

function textOf(value: MarkupValue): string {
  if (value === null || value === false) return '';
  if (typeof value === 'object') return ESCAPED in value ? value[ESCAPED] : value.map((part) => part[ESCAPED]).join('');
  return escapeHtml(String(value));
}

/** A template whose values are escaped, unless they are markup themselves; `null` and `false` are nothing. */
export const markup = (parts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup => ({
  [ESCAPED]: parts.map((part, at) => part + textOf(values[at] ?? null)).join(''),
});

/** Text of our own, such as a style sheet, as it is. Never for anything that was read. */
export const trusted = (text: string): Markup => ({ [ESCAPED]: text });

export const htmlText = (value: Markup): string => value[ESCAPED];
