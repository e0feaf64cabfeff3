import type { Settings } from '../connection/settings.js';
import type { Printer } from '../output/printer.js';
import type { ServerOptions } from '../server-options.js';
import type { MessageOptions } from './message-options.js';

export interface PubOptions extends ServerOptions, MessageOptions {
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
