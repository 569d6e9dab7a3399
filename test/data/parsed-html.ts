import type { DefaultTreeAdapterTypes } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

/** Every element beneath a node, in the order of the document. */
export const elementsOf = (node: Node): readonly Element[] =>
  'childNodes' in node
    ? node.childNodes.flatMap((child) => ('tagName' in child ? [child, ...elementsOf(child)] : elementsOf(child)))
    : [];

const isHidden = ({ attrs }: Element): boolean =>
  attrs.some(({ name, value }) => name === 'style' && value.includes('display:none'));

/** What a reader sees of it: text without that of style sheets, scripts and the head; elements end words. */
export function textOf(node: Node): string {
  if ('value' in node) return node.value;
  if ('tagName' in node && (['style', 'script', 'head'].includes(node.tagName) || isHidden(node))) return '';
  return 'childNodes' in node ? node.childNodes.map(textOf).join(' ') : '';
}
