import { isUtf8 } from 'node:buffer';
import { FileError } from './failure.js';

/** What becomes of the text of a file. */
export type Transform = (text: string) => string;

export const upperCase: Transform = (text) => text.toUpperCase();

/** Applies a transform to UTF-8. A byte order mark stays. @throws `EILSEQ` for bytes that are not valid UTF-8. */
export const transformBytes = (bytes: Buffer, transform: Transform): Buffer => {
  if (!isUtf8(bytes)) throw new FileError('EILSEQ', 'the content is not valid UTF-8, nothing was changed');
  return Buffer.from(transform(bytes.toString('utf8')), 'utf8');
};
