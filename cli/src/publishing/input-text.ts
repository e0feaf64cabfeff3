import { MAX_PAYLOAD_BYTES } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';
import { CommandError, EXIT } from '../exit-code.js';
import type { Input } from '../machine.js';
import { bytesText } from '../output/quantity.js';

/** A text may have spaces that its payload has not. */
export const MAX_TEXT_BYTES = 2 * MAX_PAYLOAD_BYTES;

/** All of standard input, the text of one payload. @throws CommandError */
export const inputText = async ({ chunks }: Input): Promise<string> => {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      bytes += chunk.byteLength;
      if (bytes > MAX_TEXT_BYTES) throw wrong(`it is longer than ${bytesText(MAX_TEXT_BYTES)}`);
      parts.push(chunk.slice());
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const text = `standard input cannot be read: ${messageOf(error)}`;
    throw new CommandError(EXIT.input, text, { cause: error });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw wrong('it is not UTF-8');
  }
};

const wrong = (what: string): CommandError => new CommandError(EXIT.data, `the payload: ${what}`);
