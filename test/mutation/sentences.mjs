// For Stryker: a text with a space in it is a sentence for people, and left as it is. Codes, names and kinds are not.
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

function textOf({ node }) {
  if (node.type === 'StringLiteral') return node.value;
  return node.type === 'TemplateLiteral' ? node.quasis.map(({ value }) => value.raw).join('') : '';
}

const sentences = { shouldIgnore: (path) => (/\s/.test(textOf(path)) ? 'a sentence for people' : undefined) };

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'sentences', sentences)];
