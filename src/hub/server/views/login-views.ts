import { type Markup, markup } from '../../../render/markup.ts';
import { LEAST_PASSWORD, MOST_PASSWORD } from '../../login/password.ts';

export interface LoginPage {
  readonly next: string;
  readonly local: boolean;
  /** What the button of OpenID Connect says; null where there is none. */
  readonly oidc: string | null;
  readonly pve: boolean;
  /** Why the last try was not accepted; empty before it. */
  readonly wrong: string;
}

const said = (text: string): Markup | null => (text === '' ? null : markup`<p class="said" role="alert">${text}</p>`);

const nameAndPassword = (
  id: string,
): Markup => markup`<label for="${id}-name">User name</label><input id="${id}-name" name="name" required maxlength="100" autocomplete="username" autocapitalize="none">
<label for="${id}-password">Password</label><input id="${id}-password" name="password" type="password" required maxlength="${MOST_PASSWORD}" autocomplete="current-password">`;

export const loginView = ({ next, local, oidc, pve, wrong }: LoginPage): Markup => {
  const field = markup`<input type="hidden" name="next" value="${next}">`;
  return markup`${said(wrong)}
${oidc === null ? null : markup`<form class="card" method="post" action="/login/oidc">${field}<button>${oidc}</button></form>`}
${
  pve
    ? markup`<form class="card" method="post" action="/login/pve"><h2>With a user of Proxmox VE</h2>${field}${nameAndPassword('pve')}
<label for="pve-code">Code of the second factor, if there is one</label><input id="pve-code" name="code" autocomplete="one-time-code" maxlength="80">
<p><button>Log in</button></p></form>`
    : null
}
${
  local
    ? markup`<form class="card" method="post" action="/login"><h2>With a user of this hub</h2>${field}${nameAndPassword('local')}
<p><button>Log in</button></p></form>`
    : null
}`;
};

export const firstView = (secret: string, wrong: string): Markup => markup`${said(wrong)}
<form class="card" method="post" action="/first"><input type="hidden" name="secret" value="${secret}">
<p>This makes the first administrator of the hub and ends the link.</p>
<label for="name">User name</label><input id="name" name="name" required maxlength="64" pattern="[a-z0-9][a-z0-9._@\\-]*" autocomplete="username" autocapitalize="none">
<label for="password">Password, at least ${LEAST_PASSWORD} characters</label><input id="password" name="password" type="password" required minlength="${LEAST_PASSWORD}" maxlength="${MOST_PASSWORD}" autocomplete="new-password">
<p><button>Become administrator</button></p></form>`;

export const messageView = (text: string): Markup =>
  markup`<p class="said">${text}</p><p><a href="/">To the first page</a></p>`;
