import { CommandError, TRANSIENT } from '../errors.js';

/**
 * The error of a transaction that writes what another one has locked (`Locks`), or has committed since its snapshot
 * (`writeDocument`). Drivers run the transaction again.
 */
export const writeConflict = (): CommandError =>
  new CommandError(
    'WriteConflict',
    'Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry your operation or multi-document transaction.',
    TRANSIENT,
  );
