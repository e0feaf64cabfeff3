import type { JsonText } from '@typed-queue/contracts';

// Safe: it is the text of a value.
export const textOf = (value: unknown): JsonText<unknown> => JSON.stringify(value) as JsonText<unknown>;
