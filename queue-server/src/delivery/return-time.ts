import { MINUTE } from '@typed-queue/contracts';

/** How long members may take to come back after a start of the server or a lost connection, in milliseconds. */
export const RETURN_MS = MINUTE;
