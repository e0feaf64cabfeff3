import { QueueError } from '@typed-queue/contracts';

/** `ECONNRESET`: it was ended or broke. `ETIMEDOUT`: the other end is silent. `EPIPE`: the other end reads nothing more. */
export type TunnelBreak = 'ECONNRESET' | 'ETIMEDOUT' | 'EPIPE';

/** Why a tunnel ended, with a code as sockets have it. */
export class TunnelBroken extends Error {
  override readonly name = 'TunnelBroken';
  readonly code: TunnelBreak;

  constructor(code: TunnelBreak, why: string) {
    super(`The tunnel to another server broke: ${why}.`);
    this.code = code;
  }
}

/** `nobody`: no server answers to the subject. `silent`: one should, and does not. `disconnected`: NATS cannot be asked. */
export type NotOpened = 'nobody' | 'silent' | 'disconnected';

/** A tunnel was not opened; ask again shortly. */
export class TunnelNotOpened extends QueueError {
  readonly reason: NotOpened;

  constructor(reason: NotOpened, subject: string, cause?: unknown) {
    super('storage_unavailable', `${WHY[reason]} (the subject ${subject} of NATS). Try again in a moment.`, {
      cause,
    });
    this.reason = reason;
  }
}

const WHY: Readonly<Record<NotOpened, string>> = {
  nobody: 'No server serves the queue at the moment',
  silent: 'The server of the queue does not answer',
  disconnected: 'The connection to NATS is lost, and the server of the queue cannot be asked',
};
