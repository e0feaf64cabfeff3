import type { AnyMessage, Gap, Reset } from '@typed-queue/contracts';
import { boundedText } from '../text/bounded-text.js';
import { printedJson } from '../text/printed-json.js';

/** What one line of the live list says. It keeps no message, whose size has hardly a bound. */
export type LiveContent =
  | {
      readonly kind: 'message';
      readonly seq: number;
      readonly time: number;
      readonly event: string;
      /** The beginning of its ordering key; empty: it has none. */
      readonly key: string;
      /** The beginning of its payload. */
      readonly preview: string;
    }
  | { readonly kind: 'gap'; readonly gap: Gap | Reset }
  /** Too much was published to be shown; both ends included. */
  | { readonly kind: 'passed'; readonly from: number; readonly to: number }
  | { readonly kind: 'reconnected'; readonly time: number };

export type LiveRow = LiveContent & { readonly id: number };

const PREVIEW = 240;
const KEY = 60;

export const messageContent = ({ seq, time, event, headers, payload }: AnyMessage): LiveContent => ({
  kind: 'message',
  seq,
  time,
  event,
  key: boundedText(headers.key ?? '', KEY).text,
  // Line feeds within texts are escaped: these are of the printer.
  preview: printedJson(payload, PREVIEW).text.replaceAll(/\n */g, ' '),
});
