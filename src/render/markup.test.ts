import { describe, expect, it } from 'vitest';
import { htmlText, markup, trusted } from './markup.ts';

describe('markup', () => {
  it('escapes what is put into it, in text and in attributes', () => {
    const name = `"><script>alert('1')</script>&amp;`;
    expect(htmlText(markup`<b title="${name}">${name}</b>`)).toBe(
      '<b title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;">' +
        '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;</b>',
    );
  });

  it('takes markup as it is, alone or in a list, and leaves out null and false', () => {
    const rows = [markup`<i>1</i>`, markup`<i>${2}</i>`];
    expect(htmlText(markup`${rows}${null}${false}${trusted('<hr>')}`)).toBe('<i>1</i><i>2</i><hr>');
  });

  it('shows control and direction characters instead of obeying them', () => {
    expect(htmlText(markup`${'a\u001b[31m\u202eb'}`)).not.toMatch(/[\u001b\u202e]/);
  });
});
