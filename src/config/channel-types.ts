import type { Channel, Policy } from '../model/config/config.ts';
import type { Kind } from './kind.ts';
import {
  ABSOLUTE_PATH,
  choice,
  HOST,
  HTTP_URL,
  HTTPS_URL,
  integer,
  LOCAL_RECIPIENTS,
  LOCAL_SENDER,
  NAME,
  PASSWORD,
  RECIPIENTS,
  SECRET_URL,
  SENDER,
  TOKEN,
  TOPIC,
} from './kinds.ts';

/** One key of one type of channel. */
export interface ChannelKey<T> {
  readonly kind: Kind<T>;
  /** `required`; or what stands there when nothing is said, as in the file; or nothing; or what follows from keys before it. */
  readonly otherwise:
    | { readonly required: true }
    | { readonly value: unknown }
    | { readonly words: string }
    | { readonly words: string; readonly derive: (before: Readonly<Record<string, unknown>>) => unknown };
  /** As the example file shows it, where there is no default; a secret is named there, not written. */
  readonly example: string;
  readonly doc: string;
}

type Keys = Readonly<Record<string, ChannelKey<unknown>>>;

type Values<K extends Keys> = { readonly [N in keyof K]: K[N] extends ChannelKey<infer T> ? T : never };

interface Head {
  readonly name: string;
  readonly policy: Policy;
}

/** One type of channel. Every type has `type` and `policy` besides its keys. */
export interface ChannelType {
  readonly doc: string;
  readonly keys: Keys;
  /** The channel, or the key at which its values do not fit together and why. */
  readonly make: (head: Head, values: Readonly<Record<string, unknown>>) => Channel | Misfit;
}

export interface Misfit {
  readonly key: string;
  readonly wrong: string;
}

/** The one place where values leave their table: `values` were judged by these very keys. */
const channelType = <K extends Keys>(
  doc: string,
  keys: K,
  make: (head: Head, values: Values<K>) => Channel | Misfit,
): ChannelType => ({ doc, keys, make: (head, values) => make(head, values as Values<K>) });

const required = <T>(kind: Kind<T>, example: string, doc: string): ChannelKey<T> => ({
  kind,
  otherwise: { required: true },
  example,
  doc,
});

const preset = <T>(kind: Kind<T>, value: unknown, doc: string): ChannelKey<T> => ({
  kind,
  otherwise: { value },
  example: '',
  doc,
});

const optional = <T>(kind: Kind<T>, example: string, doc: string): ChannelKey<T | null> => ({
  kind,
  otherwise: { words: 'none' },
  example,
  doc,
});

const mail = {
  from: required(SENDER, '"pve1 <pve1@example.org>"', 'The sender.'),
  to: required(RECIPIENTS, '["admin@example.org"]', 'The recipients; one may stand without brackets.'),
};

const MAILJET = channelType(
  "mail by Mailjet's Send API v3.1",
  {
    ...mail,
    api_key: required(TOKEN, '', 'The public key of the account.'),
    api_secret: required(TOKEN, '', 'Its secret key.'),
    url: preset(HTTPS_URL, 'https://api.mailjet.com', '`https://api.us.mailjet.com` for accounts in the US.'),
  },
  (head, { from, to, url, api_key: apiKey, api_secret: apiSecret }) => ({
    ...head,
    type: 'mailjet',
    from,
    to,
    url,
    apiKey,
    apiSecret,
  }),
);

const SECURITY = choice(['starttls', 'tls', 'none']);

/** RFC 6409 section 3.1, RFC 8314 section 7.3, RFC 5321 section 4.5.4.2. */
const PORTS: ReadonlyMap<unknown, number> = new Map([
  ['starttls', 587],
  ['tls', 465],
  ['none', 25],
]);

const PORT: ChannelKey<number> = {
  kind: integer(1, 65_535),
  otherwise: { words: '587, 465 or 25, by security', derive: ({ security }) => PORTS.get(security) },
  example: '587',
  doc: 'Its port.',
};

const SMTP = channelType(
  'mail by an SMTP server',
  {
    ...mail,
    host: required(HOST, '"mail.example.org"', 'The server.'),
    security: preset(
      SECURITY,
      'starttls',
      '`starttls` demands it and never goes on without; `tls` from the first byte; `none` only without a password.',
    ),
    port: PORT,
    user: optional(NAME, '"pve1"', 'The user name, where the server asks for one.'),
    password: optional(PASSWORD, '', 'And its password.'),
    ca_file: optional(
      ABSOLUTE_PATH,
      '"/etc/pve/pve-root-ca.pem"',
      'PEM file of the authority of a server that the system does not know.',
    ),
  },
  (head, { from, to, host, security, port, user, password, ca_file: caFile }) => {
    if ((user === null) !== (password === null))
      return user === null
        ? { key: 'password', wrong: 'is set, and user is not: a login takes both' }
        : { key: 'user', wrong: 'is set, and password is not: a login takes both' };
    if (security === 'none' && password !== null)
      return { key: 'security', wrong: 'is "none", and a password is never sent in the clear' };
    return {
      ...head,
      type: 'smtp',
      from,
      to,
      host,
      port,
      security,
      user,
      password,
      caFile,
    };
  },
);

const SENDMAIL = channelType(
  "mail by the node's own mail program; mail to root reaches what Proxmox VE does with it",
  {
    from: preset(LOCAL_SENDER, 'root', 'The sender.'),
    to: preset(LOCAL_RECIPIENTS, ['root'], 'The recipients: users of this node, or addresses.'),
  },
  (head, { from, to }) => ({ ...head, type: 'sendmail', from, to }),
);

const PVE = channelType("Proxmox VE's own notifications, from PVE 8.1 on", {}, (head) => ({ ...head, type: 'pve' }));

const WEBHOOK = channelType(
  'a POST of JSON to an address',
  {
    url: required(SECRET_URL, '', 'The address. It is treated as a secret.'),
    token: optional(TOKEN, '', 'Sent as `Authorization: Bearer`.'),
  },
  (head, { url, token }) => ({ ...head, type: 'webhook', url, token }),
);

const NTFY = channelType(
  'a message to a topic of ntfy',
  {
    url: preset(HTTP_URL, 'https://ntfy.sh', 'The server.'),
    topic: required(TOPIC, '', 'The topic. Whoever knows it can read it, so it is treated as a secret.'),
    token: optional(TOKEN, '', 'Access token.'),
  },
  (head, { url, topic, token }) => ({ ...head, type: 'ntfy', url, topic, token }),
);

const GOTIFY = channelType(
  'a message to a Gotify server',
  {
    url: required(HTTP_URL, '"https://gotify.example.org"', 'The server.'),
    token: required(TOKEN, '', "The application's token."),
  },
  (head, { url, token }) => ({ ...head, type: 'gotify', url, token }),
);

export const CHANNEL_TYPES: ReadonlyMap<string, ChannelType> = new Map<Channel['type'], ChannelType>([
  ['mailjet', MAILJET],
  ['smtp', SMTP],
  ['sendmail', SENDMAIL],
  ['pve', PVE],
  ['webhook', WEBHOOK],
  ['ntfy', NTFY],
  ['gotify', GOTIFY],
]);

/** Ways to name a secret instead of writing it down: `password_file`, `password_credential`. */
export const REFERENCES = ['file', 'credential'] as const;

export type Reference = (typeof REFERENCES)[number];

/** Keys that may stand in the table of a channel of this type, `type` and `policy` included. */
export const keysOf = ({ keys }: ChannelType): readonly string[] => [
  'type',
  'policy',
  ...Object.entries(keys).flatMap(([key, { kind }]) => [key, ...referencesOf(key, kind)]),
];

export const referencesOf = (key: string, kind: Kind<unknown>): readonly string[] =>
  kind.isSecret ? REFERENCES.map((reference) => `${key}_${reference}`) : [];

/** Every key of every type. */
export const ALL_CHANNEL_KEYS: readonly string[] = [...new Set([...CHANNEL_TYPES.values()].flatMap(keysOf))];
