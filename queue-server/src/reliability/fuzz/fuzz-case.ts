/** What one connection sends, as bytes on TCP; printed as it is, it can be played again. */
export interface FuzzCase {
  readonly kind: string;
  /** What comes first. */
  readonly opening: Buffer;
  /** The rest waits until the server has admitted the connection: it shows the key. */
  readonly isAdmitted: boolean;
  readonly rest: readonly Buffer[];
}

/** One line of JSON, bytes in base64, long ones cut. */
export const printedCase = ({ kind, opening, isAdmitted, rest }: FuzzCase): string =>
  JSON.stringify({ kind, isAdmitted, opening: shown(opening), rest: rest.map(shown) });

const MAX_SHOWN = 4_000;

const shown = (bytes: Buffer): string =>
  bytes.length <= MAX_SHOWN
    ? bytes.toString('base64')
    : `${bytes.subarray(0, MAX_SHOWN).toString('base64')}… (${bytes.length} bytes)`;
