/** What waits, by who brought it: each has one turn after the other, however much of it one has brought. */
export function turns<T>() {
  const bySender = new Map<string, T[]>();
  return {
    add: (sender: string, item: T): void => {
      bySender.set(sender, [...(bySender.get(sender) ?? []), item]);
    },
    /** undefined: nothing waits. */
    take: (): T | undefined => {
      const [turn] = bySender;
      if (turn === undefined) return undefined;
      const [sender, [item, ...rest]] = turn;
      bySender.delete(sender);
      // Behind everybody else who waits.
      if (rest.length > 0) bySender.set(sender, rest);
      return item;
    },
  };
}
