import { describe, expect, it } from 'vitest';
import { splitNode } from './node-option.ts';

const split = (line: string) => {
  const found = splitNode(line.split(' '));
  return found === null ? null : [found.node, found.rest.join(' ')];
};

describe('--node', () => {
  it.each<[string, readonly string[] | null]>([
    ['check --node pve2 --only dm', ['pve2', 'check --only dm']],
    ['clean --vmid 102 --node=pve2', ['pve2', 'clean --vmid 102']],
    ['undo 3 --node pve2', ['pve2', 'undo 3']],
    ['check --only dm', null],
    ['check --from lab.capture --node pve2', null],
    ['mounts --node pve2 --from=lab.capture', null],
    ['check --node pve2 -- --from x', ['pve2', 'check -- --from x']],
    ['config check --node pve2', null],
    ['check -- --node pve2', null],
  ])('is taken off the command line: %s', (line, wanted) => {
    expect(split(line)).toEqual(wanted);
  });

  it('wants a name', () => {
    expect(() => split('check --node')).toThrow(/takes the name/);
  });
});
