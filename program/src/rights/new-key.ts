import { createHash, randomBytes } from 'node:crypto';
import { QueueError } from '@typed-queue/contracts';
import { CLIENT_NAME } from '@typed-queue/contracts/wire';

const KEY_BYTES = 32;

/** The SHA-256 of a key, as it stands in a keys file. */
export const keyDigest = (key: string): string => createHash('sha256').update(key).digest('hex');

/**
 * Makes a key of 256 random bits: the text that shows it, once, and the entry for the keys file.
 * @throws QueueError `config_invalid` for a name that no entry may have
 */
export const newKeyText = (name: string, random: (bytes: number) => Buffer = randomBytes): string => {
  if (!CLIENT_NAME.test(name)) {
    throw new QueueError(
      'config_invalid',
      `A key cannot have the name ${JSON.stringify(name)}: give it 1 to 128 letters, digits or any of . : @ _ -`,
    );
  }
  const key = random(KEY_BYTES).toString('base64url');
  const entry = { name, sha256: keyDigest(key), queues: {} };
  return `The key, shown only now. Give it to its client as QUEUE_TOKEN:

  ${key}

The entry for "keys" in the keys file. Fill in its rights:

  ${JSON.stringify(entry)}
`;
};
