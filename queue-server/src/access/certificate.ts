import { QueueError } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

/** Paths of files in PEM. */
export interface CertificateFiles {
  /** The certificate of the server, followed by those of its authorities. */
  readonly certFile: string;
  readonly keyFile: string;
}

/** For `createServer` and `setSecureContext`. */
export interface SecureOptions {
  readonly cert: string;
  readonly key: string;
  readonly minVersion: 'TLSv1.2';
}

interface Loaded {
  readonly options: SecureOptions;
  readonly validFrom: number;
  readonly validTo: number;
  readonly subject: string;
}

/** The certificate after `reload`. */
export interface CertificateChange {
  readonly subject: string;
  /** In milliseconds since 1970. */
  readonly validTo: number;
  readonly warnings: readonly string[];
}

/** The TLS certificate of the server, and its key. */
export class Certificate {
  readonly #files: CertificateFiles;
  readonly #wallNow: () => number;
  #loaded: Loaded;
  #reloading: Promise<unknown> = Promise.resolve();

  private constructor(files: CertificateFiles, wallNow: () => number, loaded: Loaded) {
    this.#files = files;
    this.#wallNow = wallNow;
    this.#loaded = loaded;
  }

  /**
   * `wallNow`: milliseconds since 1970.
   * @throws QueueError `config_invalid` naming the file that is wrong
   */
  static async open(files: CertificateFiles, wallNow: () => number = Date.now): Promise<Certificate> {
    return new Certificate(files, wallNow, await load(files));
  }

  get options(): SecureOptions {
    return this.#loaded.options;
  }

  /** For the operator. */
  get warnings(): readonly string[] {
    const { validFrom, validTo } = this.#loaded;
    const { certFile } = this.#files;
    const now = this.#wallNow();
    if (now >= validTo) {
      return [`TLS_CERT_FILE ${certFile} expired at ${iso(validTo)}: clients refuse to connect`];
    }
    if (now < validFrom) {
      return [`TLS_CERT_FILE ${certFile} is not valid before ${iso(validFrom)}: clients refuse to connect`];
    }
    return [];
  }

  /** Reads the files again, after earlier reloads. @throws QueueError `config_invalid`; the former pair stays in use */
  reload(): Promise<CertificateChange> {
    const reloaded = this.#reloading.then(() => this.#reload());
    this.#reloading = reloaded.catch(() => undefined);
    return reloaded;
  }

  async #reload(): Promise<CertificateChange> {
    this.#loaded = await load(this.#files);
    const { subject, validTo } = this.#loaded;
    return { subject, validTo, warnings: this.warnings };
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();

const invalid = (variable: string, path: string, why: string, cause?: unknown): QueueError =>
  new QueueError('config_invalid', `${variable} ${path}: ${why}.`, { details: { variable, path }, cause });

const load = async ({ certFile, keyFile }: CertificateFiles): Promise<Loaded> => {
  const [cert, key] = await Promise.all([read('TLS_CERT_FILE', certFile), read('TLS_KEY_FILE', keyFile)]);
  const certificate = certificateOf(cert, certFile);
  if (!certificate.checkPrivateKey(privateKeyOf(key, keyFile))) {
    throw invalid('TLS_KEY_FILE', keyFile, `the key does not belong to the certificate in ${certFile}`);
  }
  const options: SecureOptions = { cert, key, minVersion: 'TLSv1.2' };
  try {
    createSecureContext(options);
  } catch (cause) {
    throw invalid('TLS_CERT_FILE', certFile, `it cannot be used with ${keyFile}: ${messageOf(cause)}`, cause);
  }
  const { subject, validFrom, validTo } = certificate;
  return {
    options,
    subject: subject.replaceAll('\n', ', '),
    validFrom: Date.parse(validFrom),
    validTo: Date.parse(validTo),
  };
};

const READ_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'the server is not allowed to read it',
  EISDIR: 'it is a folder',
};

const read = async (variable: string, path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
    throw invalid(variable, path, READ_PROBLEMS[code] ?? `it cannot be read: ${messageOf(cause)}`, cause);
  }
};

const certificateOf = (pem: string, path: string): X509Certificate => {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw invalid('TLS_CERT_FILE', path, 'expected a certificate in PEM, -----BEGIN CERTIFICATE-----', cause);
  }
};

/** The error has no cause: nothing of the key file may be logged. */
const privateKeyOf = (pem: string, path: string): KeyObject => {
  try {
    return createPrivateKey(pem);
  } catch {
    throw invalid('TLS_KEY_FILE', path, 'expected a private key in PEM without a passphrase');
  }
};
