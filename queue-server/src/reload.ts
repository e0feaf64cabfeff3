import type { Authenticator } from '@typed-queue/program';
import type { Server as HttpServer } from 'node:http';
import { Server as TlsServer } from 'node:tls';
import type { Certificate } from './access/certificate.js';
import type { OperatorLog } from './operator-log/operator-log.js';

interface Reloaded {
  readonly http: HttpServer;
  readonly authenticator: Authenticator;
  readonly reviewPrincipals: () => void;
  readonly log: OperatorLog;
}

/** Reads the keys file and the certificate again. A failure is logged, and the former stays in use. */
export const reload = async (running: Reloaded, tls: Certificate | undefined): Promise<void> => {
  await reloadKeys(running);
  if (tls !== undefined) await reloadCertificate(running, tls);
};

const reloadKeys = async ({ authenticator, reviewPrincipals, log }: Reloaded): Promise<void> => {
  try {
    log.keysReloaded(await authenticator.reload());
    reviewPrincipals();
  } catch (error) {
    log.keysNotReloaded(error);
  }
};

const reloadCertificate = async ({ http, log }: Reloaded, certificate: Certificate): Promise<void> => {
  try {
    const change = await certificate.reload();
    // Open connections keep the former one.
    if (http instanceof TlsServer) http.setSecureContext(certificate.options);
    log.certificateReloaded(change);
  } catch (error) {
    log.certificateNotReloaded(error);
  }
};
