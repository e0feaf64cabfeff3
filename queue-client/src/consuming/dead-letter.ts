/**
 * Thrown by a handler: the message can never be handled. It goes to the group's dead letters at once, with this
 * reason, and the messages behind it go on.
 */
export class DeadLetter extends Error {
  override readonly name = 'DeadLetter';
  readonly reason: string;

  /** `options.cause`: the error behind it. */
  constructor(reason: string, options?: { readonly cause?: unknown }) {
    super(reason, options);
    this.reason = reason;
  }
}
