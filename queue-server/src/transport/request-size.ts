/** By the arguments of a request: the size of its text on the wire, in bytes. */
const sizes = new WeakMap<object, number>();

export const noteRequestSize = (args: object, bytes: number): void => {
  sizes.set(args, bytes);
};

/** 0 when it did not come over the wire. */
export const requestSize = (args: object): number => sizes.get(args) ?? 0;
