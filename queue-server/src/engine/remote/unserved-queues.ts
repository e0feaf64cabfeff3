/** Reports which queues are stored and not served. */
export const reportUnserved = (
  stored: readonly string[],
  {
    queues,
    onUnserved,
  }: {
    readonly queues: readonly { readonly name: string }[];
    readonly onUnserved?: (queues: readonly string[]) => void;
  },
): void => {
  const served = new Set(queues.map(({ name }) => name));
  const unserved = stored.filter((name) => !served.has(name));
  if (unserved.length > 0) onUnserved?.(unserved);
};
