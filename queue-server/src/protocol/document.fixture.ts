import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A fenced block of docs/protocol.md: `json publish`, `json answer`, `hex`, `packets` … */
export interface Block {
  readonly language: string;
  /** The word after the language; empty when there is none. */
  readonly name: string;
  readonly text: string;
}

export interface ProtocolDocument {
  readonly text: string;
  /** In their order. */
  readonly blocks: readonly Block[];
}

const FENCED = /^```(\S+) ?(\S*)\n(.*?)^```$/gms;

export const readProtocolDocument = async (): Promise<ProtocolDocument> => {
  const text = await readFile(join(import.meta.dirname, '../../../docs/protocol.md'), 'utf8');
  const blocks = [...text.matchAll(FENCED)].map(([, language = '', name = '', block = '']) => {
    return { language, name, text: block };
  });
  return { text, blocks };
};

/** The bytes of a block of hexadecimal digits; what follows a `#` is a comment. */
export const bytesOf = ({ text }: Block): Buffer =>
  Buffer.from(text.replaceAll(/#.*$/gm, '').replaceAll(/\s/g, ''), 'hex');

/** The rows of the table under these column names, each as its cells. */
export const tableOf = ({ text }: ProtocolDocument, ...columns: readonly string[]): string[][] => {
  const lines = text.split('\n').map((line) => line.split('|').slice(1, -1));
  const cells = lines.map((line) => line.map((cell) => cell.trim()));
  const head = cells.findIndex((row) => row.join() === columns.join());
  if (head < 0) throw new Error(`docs/protocol.md has no table of ${columns.join(', ')}`);
  const rows = cells.slice(head + 2);
  return rows.slice(
    0,
    rows.findIndex((row) => row.length === 0),
  );
};
