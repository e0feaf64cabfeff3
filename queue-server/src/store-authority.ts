import { QueueError } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Reads a file that a variable names. @throws QueueError `config_invalid` */
export const readNamed = (variable: string, file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw new QueueError('config_invalid', `${variable} ${file} cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  });

/** Reads the certificate of an authority. @throws QueueError `config_invalid` */
export const readAuthority = async (variable: string, file: string): Promise<string> => {
  const ca = await readNamed(variable, file);
  try {
    void new X509Certificate(ca);
  } catch (cause) {
    throw new QueueError(
      'config_invalid',
      `${variable} ${file} is no certificate in PEM: ${messageOf(cause)}`,
      { cause },
    );
  }
  return ca;
};
