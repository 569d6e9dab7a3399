/** Credentials in mount options and sources: they leave the text as soon as it is read, for reports and captures alike. */

/** What stands where a secret was. */
export const REMOVED = 'removed-by-pve-doctor';

/** `https://user:password@host/`, `curlftpfs#user:password@host`, `user:password@host:` */
export const withoutUserInfo = (text: string): string =>
  text.includes('@') ? text.replace(/(^|\/\/|[#\s="])[^\s/@:#="]+:[^\s/@]+@/gm, `$1${REMOVED}:${REMOVED}@`) : text;

const SECRET_OPTION =
  /((?:^|[\s,"'])(?:pass|passwd|password2?|pw|passphrase|username|user|usr|cred|credentials|secret|secretfile|key|keyfile|token|auth|apikey|api_key|access_key|secret_key|passwd_file|use_path_request_style_key)=)(?:"[^"]*"[^,\s]*|[^,\s]+)/gi;

/** Options of mounts, and what stands before an `@` in their sources. */
export function withoutMountSecrets(text: string): string {
  return withoutUserInfo(text.includes('=') ? text.replace(SECRET_OPTION, `$1${REMOVED}`) : text);
}
