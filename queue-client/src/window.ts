import { checkNumber, checkOptions, type KnownOptions } from './argument-check.js';

/** How much may be unsettled at one member of a group. Defaults: the server's, 1,000 messages and 4 MiB. */
export interface Window {
  readonly messages?: number | undefined;
  readonly bytes?: number | undefined;
}

const KNOWN: KnownOptions<Window> = { messages: true, bytes: true };

/** @throws QueueError `request_invalid` */
export const checkWindow = (call: string, window: Window): void => {
  checkOptions(call, '"window"', window, KNOWN);
  checkNumber(call, '"window.messages"', window.messages, 1);
  checkNumber(call, '"window.bytes"', window.bytes, 1);
};
