import { FAILURE_CODE } from '@typed-queue/contracts/wire';
import type { SearchField } from '../address/search-fields.js';

/** How the codes of letters are called whose failure is not a declared one. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['rejected', 'rejected by its handler'],
  ['attempts_exhausted', 'all attempts failed'],
  ['contract_mismatch', 'no longer matches the contract'],
]);

/** How a code is called: that of a declared failure is its own name. */
export const codeText = (code: string): string => NAMES.get(code) ?? code;

/** The codes that letters may be chosen by: those that any queue has, then declared ones that occur, in their order. */
export const codesWith = (occurring: readonly string[]): readonly string[] => [
  ...NAMES.keys(),
  ...[...new Set(occurring)].filter((code) => !NAMES.has(code)).sort(),
];

/** A code in an address. Which failures are declared, it does not know. */
export const codeField: SearchField<string> = (text) => (FAILURE_CODE.test(text) ? text : undefined);
