import type { Formatter } from 'picocolors/types.js';
import { field, printable } from '@typed-queue/program';

/** The colour of an event, and the fields of it that matter. */
export interface Content {
  readonly paint: Formatter;
  readonly fields: readonly string[];
}

/** How much of a document is shown. */
export const MAX_DOCUMENT = 200;

/** Code and text of an `error` event; many texts begin with the code already. */
export const failure = (
  { code, message }: { readonly code: string; readonly message: string },
  paint: Formatter,
): string =>
  paint(message.startsWith(`${code}: `) ? printable(message) : `${field(code)}: ${printable(message)}`);
