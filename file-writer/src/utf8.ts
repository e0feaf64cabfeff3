import { FileError } from './file-system.js';

export interface Utf8Decoder {
  /** The text of the next bytes. A character that they cut comes with the bytes after. */
  decode(bytes: Uint8Array): string;
  /** The bytes are over: there must be nothing left of a character. */
  end(): void;
}

/** Decodes UTF-8 in chunks; a byte order mark stays. Both methods throw `EILSEQ` for what is not valid UTF-8. */
export const utf8Decoder = (): Utf8Decoder => {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decode = (bytes: Uint8Array, stream: boolean): string => {
    try {
      return decoder.decode(bytes, { stream });
    } catch {
      throw new FileError('EILSEQ', 'the content is not valid UTF-8, nothing was changed');
    }
  };
  return {
    decode: (bytes) => decode(bytes, true),
    end: () => void decode(new Uint8Array(), false),
  };
};
