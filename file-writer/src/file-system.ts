import type * as node from 'node:fs/promises';

/** What the file writer uses of `node:fs/promises`. */
export type FileSystem = Pick<typeof node, 'open' | 'readdir' | 'realpath' | 'rename' | 'stat' | 'unlink'>;

/** A failure with a code in the way of the operating system's own: `EILSEQ: illegal byte sequence …`. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code: string;

  constructor(code: string, reason: string) {
    super(`${code}: ${reason}`);
    this.code = code;
  }
}

/** What anything thrown says in an event: the code of the operating system or of Node, else `UNKNOWN`. */
export const failureOf = (error: unknown): { readonly code: string; readonly message: string } => {
  const thrown: { readonly code?: unknown; readonly message?: unknown } =
    typeof error === 'object' && error !== null ? error : {};
  return {
    code: typeof thrown.code === 'string' ? thrown.code : 'UNKNOWN',
    message: typeof thrown.message === 'string' ? thrown.message : String(error),
  };
};
