import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Certificate } from './certificate.js';
import { firstPair, secondPair } from './certificates.fixture.js';

let folder: string;
let certFile: string;
let keyFile: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certificate-'));
  [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await write(firstPair.cert, firstPair.key);
});
afterEach(() => rm(folder, { recursive: true }));

const write = async (cert: string, key: string): Promise<void> => {
  await writeFile(certFile, cert);
  await writeFile(keyFile, key);
};
const open = (wallNow?: () => number): Promise<Certificate> =>
  Certificate.open({ certFile, keyFile }, wallNow);

const refusal = async (): Promise<QueueError> => {
  const error: unknown = await open().catch((error: unknown) => error);
  if (error instanceof QueueError) return error;
  throw new Error('it was opened');
};

describe('the certificate of a server', () => {
  it('is read with its key, for TLS 1.2 or later', async () => {
    const certificate = await open();
    expect(certificate.options).toEqual({ ...firstPair, minVersion: 'TLSv1.2' });
    expect(certificate.warnings).toEqual([]);
  });

  it.each([
    ['TLS_CERT_FILE', () => rm(certFile), /there is no such file/],
    ['TLS_KEY_FILE', () => rm(keyFile), /there is no such file/],
    ['TLS_CERT_FILE', () => rm(certFile).then(() => mkdir(certFile)), /it is a folder/],
    ['TLS_CERT_FILE', () => writeFile(certFile, 'hello'), /expected a certificate in PEM/],
    ['TLS_CERT_FILE', () => writeFile(certFile, firstPair.key), /expected a certificate in PEM/],
    ['TLS_KEY_FILE', () => writeFile(keyFile, firstPair.cert), /expected a private key in PEM/],
    ['TLS_KEY_FILE', () => writeFile(keyFile, secondPair.key), /does not belong to the certificate/],
    [
      'TLS_CERT_FILE',
      () =>
        writeFile(certFile, `${firstPair.cert}\n-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----`),
      /cannot be used/,
    ],
  ])('is refused for a wrong %s, by its path: %#', async (variable, spoil, why) => {
    await spoil();
    const { code, message, details } = await refusal();
    const path = variable === 'TLS_CERT_FILE' ? certFile : keyFile;
    expect(code).toBe('config_invalid');
    expect(message).toContain(`${variable} ${path}: `);
    expect(message).toMatch(why);
    expect(details).toEqual({ variable, path });
  });

  it('never puts anything of the key into an error', async () => {
    const broken = firstPair.key.replace('\n', '\n!');
    await writeFile(keyFile, broken);
    const error = await refusal();
    const [, line = 'MIG'] = firstPair.key.split('\n');
    expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain(line);
  });

  it.each([
    ['2019-12-31', /is not valid before 2020-01-01/],
    ['2120-01-02', /expired at 2120-01-01/],
  ])('is warned of on %s', async (day, text) => {
    const { warnings } = await open(() => Date.parse(day));
    expect(warnings).toEqual([expect.stringMatching(text)]);
  });

  it('is read again', async () => {
    const certificate = await open();
    await write(secondPair.cert, secondPair.key);
    expect(await certificate.reload()).toEqual({
      subject: 'CN=second',
      validTo: Date.parse('2120-01-01'),
      warnings: [],
    });
    expect(certificate.options.cert).toBe(secondPair.cert);
  });

  it('stays as it was when what is read again is wrong', async () => {
    const certificate = await open();
    await writeFile(certFile, secondPair.cert);
    await expect(certificate.reload()).rejects.toMatchObject({ code: 'config_invalid' });
    expect(certificate.options.cert).toBe(firstPair.cert);
  });
});
