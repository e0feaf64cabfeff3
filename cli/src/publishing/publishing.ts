import type { ConnectionOptions, Settings } from '../connection/settings.js';
import type { OutputOptions, Printer } from '../output/printer.js';
import type { MessageOptions } from './message-options.js';

export interface PubOptions extends ConnectionOptions, OutputOptions, MessageOptions {
  readonly contract?: string;
  readonly keepGoing: boolean;
}

/** What `typed-queue pub` publishes to, and how. */
export interface Publishing {
  readonly queue: string;
  readonly event: string;
  readonly options: PubOptions;
  readonly printer: Printer;
  readonly settings: Settings;
}
