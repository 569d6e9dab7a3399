/**
 * A pure function of one section, computed once for each value of it: several checks ask the same of one snapshot, and a
 * snapshot is never changed.
 */
export function oncePer<S extends object, T>(compute: (section: S) => T): (section: S) => T {
  const known = new WeakMap<S, { readonly value: T }>();
  return (section) => {
    const found = known.get(section) ?? { value: compute(section) };
    known.set(section, found);
    return found.value;
  };
}
