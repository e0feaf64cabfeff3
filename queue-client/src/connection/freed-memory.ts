/** Browsers decide for themselves what becomes of freed memory. */
export const keepFreedMemory = (): void => undefined;
