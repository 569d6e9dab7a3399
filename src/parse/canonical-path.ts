/** Perl's File::Spec::Unix canonpath for an absolute path: no `//`, no `/.`, no trailing slash, no `..` above the root. */
export function canonicalPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const above = parts.findIndex((part) => part !== '..');
  return `/${(above < 0 ? [] : parts.slice(above)).join('/')}`;
}
