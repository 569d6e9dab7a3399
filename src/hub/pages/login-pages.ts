import { badge } from '../../render/html/parts.ts';
import { type Markup, markup } from '../../render/markup.ts';
import { hubPage } from './frame.ts';
import type { PageContext } from './page-context.ts';
import { link, postForm } from './page-parts.ts';

export interface LoginPage {
  /** Where it goes on to; a path of this hub. */
  readonly next: string;
  /** Why it did not work the last time; empty where nothing was tried. */
  readonly failed: string;
  readonly local: boolean;
  /** What the button says; null where there is no single sign-on. */
  readonly oidc: string | null;
  readonly pve: boolean;
}

const credentials = (namesHint: string, realm: string, focus: boolean): Markup =>
  markup`<label>User <input name="name" autocomplete="username" required maxlength="100" placeholder="${namesHint}" autocapitalize="none"${focus ? markup` autofocus` : null}></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required maxlength="500"></label>
${realm === 'pve' ? markup`<label>Second factor, where there is one <input name="otp" inputmode="numeric" autocomplete="one-time-code" maxlength="64"></label>\n` : null}<button class="main" type="submit">Log in</button>`;

export function loginPage({ next, failed, local, oidc, pve }: LoginPage, context: PageContext): string {
  const goesOn = markup`<input type="hidden" name="next" value="${next}">`;
  const ways = [
    ...(oidc === null
      ? []
      : [
          markup`<section aria-label="Single sign-on">${postForm('/login/oidc', context.csrf, markup`${goesOn}<button class="main" type="submit">${oidc}</button>`)}</section>\n`,
        ]),
    ...(pve
      ? [
          markup`<section aria-labelledby="pve-h"><h2 id="pve-h">With Proxmox VE</h2>${postForm('/login/pve', context.csrf, markup`${goesOn}${credentials('root@pam', 'pve', !local)}`, 'fields')}</section>\n`,
        ]
      : []),
    ...(local
      ? [
          markup`<section aria-labelledby="local-h"><h2 id="local-h">${pve || oidc !== null ? 'As a user of this hub' : 'Log in'}</h2>${postForm('/login', context.csrf, markup`${goesOn}${credentials('', 'local', true)}`, 'fields')}</section>\n`,
        ]
      : []),
  ];
  return hubPage(
    {
      title: 'Log in',
      head: markup`<h1>Log in</h1>${failed === '' ? null : markup`<p role="alert">${badge('critical', 'Not logged in')} ${failed}</p>`}`,
      body: markup`<div class="login">${ways}</div>`,
    },
    context,
  );
}

/** Behind the link that the first start prints. */
export const firstAdministratorPage = (token: string, failed: string, context: PageContext): string =>
  hubPage(
    {
      title: 'First administrator',
      head: markup`<h1>The first administrator</h1><p>This link works once. Whoever uses it may enrol nodes and make users.</p>${failed === '' ? null : markup`<p role="alert">${badge('critical', 'Not yet')} ${failed}</p>`}`,
      body: markup`<section>${postForm(
        '/first',
        context.csrf,
        markup`<input type="hidden" name="token" value="${token}"><label>User <input name="name" autocomplete="username" required maxlength="64" autocapitalize="none" autofocus></label>
<label>Password, at least 12 characters <input name="password" type="password" autocomplete="new-password" minlength="12" maxlength="500" required></label>
<button class="main" type="submit">Make this user and log in</button>`,
        'fields login',
      )}</section>`,
    },
    context,
  );

/** Something that is not to be shown, and what to do about it. */
export const messagePage = (title: string, sentences: readonly string[], context: PageContext): string =>
  hubPage(
    {
      title,
      head: markup`<h1>${title}</h1>`,
      body: markup`<section>${sentences.map((sentence) => markup`<p>${sentence}</p>`)}<p>${link('/', 'To the first page')}</p></section>`,
    },
    context,
  );
