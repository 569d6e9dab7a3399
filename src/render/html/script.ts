/**
 * The one script of the page: buttons that copy a command, order and filter of the guest table. It only makes what it needs
 * itself, so that without it nothing is there that does not work. It reads the page and nothing else, and stores nothing.
 */
export const SCRIPT = `
(() => {
const d = document;
const make = (tag, text, more) => Object.assign(d.createElement(tag), { textContent: text }, more);
const said = d.getElementById('said');
async function copy(text, from) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const range = d.createRange();
    range.selectNodeContents(from);
    const chosen = getSelection();
    chosen.removeAllRanges();
    chosen.addRange(range);
    if (!d.execCommand('copy')) return false;
    chosen.removeAllRanges();
  }
  return true;
}
for (const pre of d.querySelectorAll('pre')) {
  const code = pre.firstElementChild;
  const button = make('button', 'Copy', { type: 'button' });
  button.setAttribute('aria-label', 'Copy: ' + code.textContent);
  button.onclick = async () => {
    const done = await copy(code.textContent, code);
    button.textContent = done ? 'Copied' : 'Selected';
    said.textContent = done ? 'Copied' : 'Selected; copy it with the keyboard';
    setTimeout(() => { button.textContent = 'Copy'; said.textContent = ''; }, 2000);
  };
  pre.classList.add('has-copy');
  pre.append(button);
}
const table = d.getElementById('guest-table');
if (table) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const text = rows.map((row) => row.textContent.toLowerCase());
  const label = make('label', 'Filter by VMID, name or status ');
  const field = make('input', '', { type: 'search' });
  label.append(field);
  d.querySelector('#matrix .tools').prepend(label);
  field.oninput = () => {
    const sought = field.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, at) => { row.hidden = !text[at].includes(sought); if (!row.hidden) shown += 1; });
    said.textContent = shown + ' of ' + rows.length + ' guests match';
  };
  const key = (row, at) => row.cells[at].dataset.n ?? row.cells[at].textContent;
  [...table.tHead.rows[0].cells].forEach((head, at) => {
    const button = make('button', head.textContent, { type: 'button' });
    head.replaceChildren(button);
    button.onclick = () => {
      const down = head.ariaSort === 'ascending';
      for (const other of table.tHead.rows[0].cells) other.ariaSort = null;
      head.ariaSort = down ? 'descending' : 'ascending';
      const order = new Intl.Collator('en', { numeric: true });
      const sorted = rows.map((row) => [key(row, at), row]).sort((a, b) => order.compare(a[0], b[0]));
      body.append(...(down ? sorted.reverse() : sorted).map((pair) => pair[1]));
    };
  });
}
if (!CSS.supports('selector(::details-content)')) {
  let closed = [];
  addEventListener('beforeprint', () => {
    closed = [...d.querySelectorAll('details:not([open])')];
    for (const each of closed) each.open = true;
  });
  addEventListener('afterprint', () => { for (const each of closed) each.open = false; });
}
})();
`;
