/**
 * What a browser can do better than a reload: a page that nodes' reports change is fetched again and takes the place of the old one,
 * without losing what somebody types, has unfolded or has under the keyboard; commands can be copied. Without it nothing is missing.
 */
export const HUB_SCRIPT = `
(() => {
const d = document;
const said = d.getElementById('said');
const say = (text) => { said.textContent = text; };
function copiers() {
  for (const pre of d.querySelectorAll('pre:not(.has-copy)')) {
    const text = pre.textContent;
    const button = Object.assign(d.createElement('button'), { type: 'button', textContent: 'Copy' });
    button.setAttribute('aria-label', 'Copy: ' + text);
    button.onclick = () => navigator.clipboard.writeText(text).then(() => say('Copied'), () => say('Not copied'));
    pre.classList.add('has-copy');
    pre.append(button);
  }
}
copiers();
if (!('live' in d.body.dataset) || !window.EventSource) return;
const busy = () => d.querySelector('main :is(input,textarea,select):focus') !== null
  || [...d.querySelectorAll('main :is(input,textarea)')].some((one) => one.value !== one.defaultValue)
  || String(d.getSelection()) !== '';
const pathOf = (one) => one?.id ? '#' + CSS.escape(one.id) : one?.getAttribute?.('href') ? '[href="' + CSS.escape(one.getAttribute('href')) + '"]' : null;
let waits = false;
async function renew() {
  waits = true;
  if (d.hidden || busy()) return;
  waits = false;
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => null);
  // Logged out meanwhile: the next click says so.
  if (!answer || !answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (busy()) { waits = true; return; }
  d.body.dataset.live = page.body.dataset.live;
  const fresh = page.querySelector('main');
  const old = d.querySelector('main');
  if (!fresh || fresh.innerHTML === old.dataset.as) return;
  const open = [...old.querySelectorAll('details[open][id]')].map(({ id }) => id);
  const focus = old.contains(d.activeElement) ? pathOf(d.activeElement) : null;
  const as = fresh.innerHTML;
  old.replaceChildren(...fresh.childNodes);
  old.dataset.as = as;
  for (const id of open) d.getElementById(id)?.setAttribute('open', '');
  if (focus) old.querySelector(focus)?.focus({ preventScroll: true });
  copiers();
  say('Updated');
}
const events = new EventSource('/events');
events.addEventListener('change', renew);
events.addEventListener('hello', ({ data }) => { if (data > d.body.dataset.live) renew(); });
d.addEventListener('visibilitychange', () => { if (waits) renew(); });
d.addEventListener('focusout', () => setTimeout(() => { if (waits) renew(); }, 500));
})();
`;
