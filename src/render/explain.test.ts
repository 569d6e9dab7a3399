import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANY_CHARACTER } from '../../test/data/any-text.ts';
import { renderPage } from './explain.ts';

const PAGE = `# DM010: orphan

## Cause

A guest was destroyed while its volume was **active** on another node; see
[the glossary](../glossary.md).

- first, with \`dmsetup info -c\`
  that goes on
- second

| code | severity |
|------|----------|
| DM010 | warning |

## Confirm by hand

\`\`\`sh
dmsetup info   -c
  # indented
\`\`\`

1. one
2. two
`;

describe('renderPage', () => {
  it('shows a page as a person would type it', () => {
    expect(renderPage(PAGE, { width: 60, colour: false })).toBe(`DM010: ORPHAN

CAUSE

A guest was destroyed while its volume was active on another
node; see the glossary.

  - first, with \`dmsetup info -c\` that goes on
  - second

  code   severity
  DM010  warning

CONFIRM BY HAND

    dmsetup info   -c
      # indented

  1. one
  2. two
`);
  });

  it('knows all that the pages of checks use', () => {
    const folder = new URL('../../docs/checks/', import.meta.url);
    for (const name of readdirSync(folder)) {
      const prose = readFileSync(new URL(name, folder), 'utf8')
        .replace(/^```[\s\S]*?^```/gm, '')
        .replace(/`[^`]*`/g, '');
      expect(prose, name).not.toMatch(/^>|<!--|^###|\]\(https?:|^[^\s*\-\d|].*\n[*-] |(?:^|\s)[*_]\w/m);
    }
  });

  it('never breaks code, whatever the width', () => {
    const command = `lvchange -aln ${'v'.repeat(80)} pve/vm-119-disk-0`;
    const page = renderPage(`Run \`${command}\` here.\n\n\`\`\`\n${command}\n\`\`\`\n`, { width: 40, colour: false });
    expect(page.split(command)).toHaveLength(3);
  });

  it('leaves names with underscores and stars in code alone', () => {
    expect(renderPage('the `snap_vm_a_b` of vm_state_x, `*`', { width: 80, colour: false })).toBe(
      'the `snap_vm_a_b` of vm_state_x, `*`\n',
    );
  });

  it('emits no control character but its own line breaks', () => {
    fc.assert(
      fc.property(fc.string({ unit: ANY_CHARACTER }), (text) => {
        expect(renderPage(text, { width: 80, colour: false })).not.toMatch(/(?!\n)\p{Cc}/u);
      }),
    );
  });
});
