import type { Command } from 'commander';
import { addConnectionOptions, CONNECTION_HELP, type ConnectionOptions } from './connection/settings.js';
import { addOutputOptions, type OutputOptions } from './output/printer.js';

/** The options of every command that asks a server and prints what it says. */
export interface ServerOptions extends ConnectionOptions, OutputOptions {}

/** Adds them to a command; `help` is the end of its `--help`. */
export const addServerOptions = (command: Command, help = ''): Command =>
  addConnectionOptions(addOutputOptions(command)).addHelpText('after', help + CONNECTION_HELP);
