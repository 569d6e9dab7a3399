/**
 * The one script of the page: it copies commands, searches and filters problems, orders and filters guests, and shows
 * everything about one guest. It only makes what it needs itself, so that without it nothing is there that does not work.
 * It reads the page and nothing else, and stores nothing.
 */
export const SCRIPT = `
(() => {
const d = document;
const all = (selector, of = d) => [...of.querySelectorAll(selector)];
const make = (tag, text, more, ...inside) => {
  const one = Object.assign(d.createElement(tag), { textContent: text }, more);
  one.append(...inside);
  return one;
};
const said = d.getElementById('said');
const order = new Intl.Collator('en', { numeric: true });
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = make('textarea', text);
    d.body.append(area);
    area.select();
    const done = d.execCommand('copy');
    area.remove();
    return done;
  }
}
function copier(label, text) {
  const button = make('button', label, { type: 'button' });
  button.onclick = async () => {
    button.textContent = said.textContent = (await copy(text())) ? 'Copied' : 'Not copied';
    setTimeout(() => { button.textContent = label; said.textContent = ''; }, 2000);
  };
  return button;
}
for (const pre of all('pre')) {
  const text = pre.textContent;
  const button = copier('Copy', () => text);
  button.setAttribute('aria-label', 'Copy: ' + text);
  pre.classList.add('has-copy');
  pre.append(button);
}
const labelled = (text, field) => make('label', text + ' ', {}, field);
const search = () => make('input', '', { type: 'search' });

const cards = all('.problem');
const folds = all('.fold');
let text = null;
const field = search();
const names = {};
for (const { dataset } of all('[data-w]')) names[dataset.g] = dataset.w;
const valuesOf = (card, key) => (card.dataset[key] ?? '').split(' ').filter(Boolean);
function pick(label, key) {
  const counts = new Map();
  for (const card of cards) for (const value of valuesOf(card, key)) counts.set(value, (counts.get(value) ?? 0) + 1);
  const options = [...counts].sort((a, b) => order.compare(a[0], b[0])).map(([value, count]) =>
    make('option', (names[value] ?? value) + ' (' + count + ')', { value }));
  return make('select', '', { name: key, ariaLabel: label }, make('option', label, { value: '' }), ...options);
}
const picks = [pick('Any severity', 's'), pick('Any code', 'c'), pick('Any guest', 'g')];
const count = make('span', '', { className: 'soft' });
const about = make('a', 'Everything about this guest');
function filter() {
  text ??= cards.map((card) => card.textContent.toLowerCase());
  const sought = field.value.toLowerCase().split(' ').filter(Boolean);
  const chosen = picks.filter(({ value }) => value !== '');
  const narrowed = sought.length + chosen.length > 0;
  let shown = 0;
  cards.forEach((card, at) => {
    const fits = sought.every((word) => text[at].includes(word)) && chosen.every(({ name, value }) => valuesOf(card, name).includes(value));
    card.hidden = !fits;
    if (fits) shown += 1;
  });
  for (const fold of folds) {
    fold.hidden = !fold.querySelector('.problem:not([hidden])');
    fold.was ??= fold.open;
    fold.open = narrowed || fold.was;
    if (!narrowed) delete fold.was;
  }
  about.hidden = picks[2].value === '';
  about.href = '#g' + picks[2].value;
  count.textContent = narrowed ? shown + ' of ' + cards.length + ' problems' : '';
  said.textContent = count.textContent;
}
/** Steps of one kind of the problems that are shown, each below whom it concerns; what is acknowledged needs none. */
function steps(kind) {
  const seen = new Set();
  return all('#problems .problem:not([hidden]):not(.off)').filter((card) => !card.closest('.known')).flatMap((card) => {
    const lines = all('pre.step.' + kind + ' code', card).map((code) => code.textContent).filter((line) => !seen.has(line) && seen.add(line));
    return lines.length === 0 ? [] : ['# ' + card.querySelector('summary b').textContent, ...lines];
  }).join('\\n') + '\\n';
}
if (cards.length > 0) {
  field.oninput = filter;
  for (const one of picks) one.onchange = filter;
  about.hidden = true;
  d.getElementById('find').append(labelled('Search', field), ...picks, copier('Copy all that look', () => steps('looks')), copier('Copy all that change', () => steps('changes')), about, count);
}

const one = make('div', '', { id: 'one', hidden: true });
const title = make('h2', '', { tabIndex: -1 });
one.append(title, make('a', 'Back to the whole node', { href: '#guests' }));
d.querySelector('main').prepend(one);
let opened = [];
/** Everything about one guest is the page without whatever concerns it not. */
function view() {
  const [, vmid] = /^#g(\\d+)$/.exec(location.hash) ?? [];
  const marked = all('[data-g]');
  const isOf = (element) => element.dataset.g.split(' ').includes(vmid);
  const whole = vmid === undefined || !marked.some(isOf);
  const goal = d.getElementById(location.hash.slice(1));
  if (whole && (one.hidden || (goal && goal.id !== 'guests' && !goal.closest('.off')))) return;
  if (field.value + picks.map(({ value }) => value).join('') !== '') {
    for (const each of [field, ...picks]) each.value = '';
    filter();
  }
  one.hidden = whole;
  for (const element of marked) element.classList.toggle('off', !whole && !isOf(element));
  for (const each of opened) each.open = false;
  opened = [];
  for (const part of all('main > section, .fold, .more, h3')) {
    const inside = part.tagName === 'H3' ? part.nextElementSibling : part;
    part.classList.toggle('off', !whole && !inside?.querySelector('[data-g]:not(.off)'));
  }
  if (whole) return;
  opened = all('details:not([open])').filter((each) => each.matches('.problem:not(.off)') || each.querySelector('[data-g]:not(.off)'));
  for (const each of opened) each.open = true;
  title.textContent = 'Everything about ' + (names[vmid] ?? 'guest ' + vmid);
  scrollTo(0, 0);
  title.focus({ preventScroll: true });
}
addEventListener('hashchange', view);
view();

const table = d.getElementById('guest-table');
if (table) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const words = rows.map((row) => row.textContent.toLowerCase());
  const sought = search();
  d.querySelector('#matrix .tools').prepend(labelled('Filter by VMID, name or status', sought));
  sought.oninput = () => {
    const word = sought.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, at) => { row.hidden = !words[at].includes(word); if (!row.hidden) shown += 1; });
    said.textContent = shown + ' of ' + rows.length + ' guests match';
  };
  const heads = [...table.tHead.rows[0].cells];
  const key = (row, at) => row.cells[at].dataset.n ?? row.cells[at].textContent;
  heads.forEach((head, at) => {
    const button = make('button', head.textContent, { type: 'button' });
    head.replaceChildren(button);
    button.onclick = () => {
      const down = head.ariaSort === 'ascending';
      for (const other of heads) other.ariaSort = null;
      head.ariaSort = down ? 'descending' : 'ascending';
      const sorted = rows.map((row) => [key(row, at), row]).sort((a, b) => order.compare(a[0], b[0]));
      body.append(...(down ? sorted.reverse() : sorted).map((pair) => pair[1]));
    };
  });
  heads[3].ariaSort = 'ascending';
}
if (!CSS.supports('selector(::details-content)')) {
  let closed = [];
  addEventListener('beforeprint', () => {
    closed = all('details:not([open])');
    for (const each of closed) each.open = true;
  });
  addEventListener('afterprint', () => { for (const each of closed) each.open = false; });
}
})();
`;
