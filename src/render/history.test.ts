import { describe, expect, it } from 'vitest';
import { parseJournal } from '../store/journal.ts';
import { styles } from './colour.ts';
import { renderHistory, renderJournalDamage } from './history.ts';
import type { Page } from './page.ts';

const page: Page = { width: 200, style: styles(false), verbose: false };

describe('a journal that cannot be read whole', () => {
  it('is told to those who go on beside it, with what may stand there', () => {
    const [line] = renderJournalDamage(parseJournal('{"record":"intent","id":7\n\u001b[31mred\n'), page);
    expect(line).toContain('line 1 of the journal is incomplete: the writing was cut off (and 1 more)');
    expect(line).toContain('A step that was interrupted may stand there');
    expect(line).not.toContain('\u001b');
  });

  it('is no journal without a change', () => {
    expect(renderJournalDamage(parseJournal(''), page)).toEqual([]);
    expect(renderHistory(parseJournal(''), page)[0]).toContain('Nothing was ever changed');
    expect(renderHistory(parseJournal('garbage\n'), page)[0]).toContain('No step can be read');
  });
});
