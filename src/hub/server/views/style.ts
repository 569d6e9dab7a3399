/** One style for all pages of the hub: the colours are those of a node's report. */
export const STYLE = `:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--text:#1b2530;--dim:#56616d;--line:#d5dbe1;--link:#0b5cad;--critical:#b3261e;--warning:#8a5a00;--notice:#3b5b7a;--clean:#1e6b3a}
@media (prefers-color-scheme:dark){:root{--page:#12161b;--card:#1b2128;--text:#e6eaee;--dim:#a3adb8;--line:#343d47;--link:#7cb7f5;--critical:#ff8a80;--warning:#f0b95a;--notice:#9fc2e4;--clean:#7bd39a}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
header,main,footer{max-width:72rem;margin:auto;padding:.75rem 1rem}
header nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:center}
header form,td form{display:inline}
h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.15rem;margin:1.5rem 0 .5rem}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem;margin:.5rem 0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;background:var(--card)}
th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
.critical{color:var(--critical)}.warning{color:var(--warning)}.notice{color:var(--notice)}.clean,.healthy{color:var(--clean)}
.badge{font-weight:600;white-space:nowrap}
.not-judged,.partly{background:repeating-linear-gradient(45deg,transparent 0 6px,var(--line) 6px 8px)}
.dim{color:var(--dim)}
pre{background:var(--page);border:1px solid var(--line);border-radius:.3rem;padding:.5rem;overflow-x:auto;white-space:pre-wrap}
input,select,button,textarea{font:inherit;padding:.4rem .6rem;border:1px solid var(--dim);border-radius:.3rem;background:var(--card);color:inherit;max-width:100%}
button{cursor:pointer}
label{display:block;margin:.6rem 0 .2rem}
.said{border-left:4px solid var(--warning);padding-left:.75rem}
`;

/** Without it everything works: it only says that there is news, and copies commands. */
export const SCRIPT = `'use strict';
(() => {
  const said = document.getElementById('said');
  if (said !== null && document.body.dataset.live === 'yes' && 'EventSource' in window) {
    const events = new EventSource('/events');
    let first = true;
    events.addEventListener('tick', () => {
      if (first) { first = false; return; }
      said.hidden = false;
    });
  }
  for (const pre of document.querySelectorAll('pre[data-copy]')) {
    if (navigator.clipboard === undefined) break;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Copy';
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(pre.textContent ?? '');
      button.textContent = 'Copied';
    });
    pre.after(button);
  }
})();
`;
