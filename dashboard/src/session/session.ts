import type { Contract, QueueError } from '@typed-queue/contracts';
import type { ConnectionState, ConnectOptions, QueueClient } from '@typed-queue/queue-client';
import { asksForToken } from './sign-in.js';
import { keepToken, readToken, type TokenStorage } from './token.js';

export type Client = QueueClient<Contract>;

export interface SessionDeps {
  /** Of the queue server: the origin of the page. */
  readonly url: string;
  readonly storage: TokenStorage;
  readonly connect: (contract: Contract, options: ConnectOptions) => Client;
}

/** What the page knows of its connection; another object after each change. */
export interface SessionView {
  /** For administration: it has no contract. Another one after each sign-in. */
  readonly client: Client;
  readonly connection: ConnectionState;
  /** The last attempt to connect failed, or the server could not do what a call asked. */
  readonly problem: string | undefined;
  /** Why the server asks for a token, or for another one, until it is connected; undefined: it does not. */
  readonly signInReason: QueueError | undefined;
  readonly hasToken: boolean;
  /** Counts sign-ins. */
  readonly signIns: number;
}

/** The connection of the page to its server, and the token that it shows. */
export class Session {
  readonly #deps: SessionDeps;
  readonly #listeners = new Set<() => void>();
  #view: SessionView;
  /** Also while the storage has it no more, since the server refused it. */
  #token: string | undefined;
  /** What was typed into forms, by their names; forgotten when somebody signs out. */
  readonly drafts = new Map<string, unknown>();

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#token = readToken(deps.storage);
    this.#view = this.#connect(0, undefined);
  }

  /** For `useSyncExternalStore`. */
  readonly view = (): SessionView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Connects as another principal; without a token as nobody. */
  readonly signIn = (token: string | undefined): void => {
    this.#token = token;
    keepToken(this.#deps.storage, token);
    if (token === undefined) this.drafts.clear();
    void this.#view.client.close({ timeoutMs: 0 });
    this.#view = this.#connect(this.#view.signIns + 1, this.#view.signInReason);
    this.#notify();
  };

  /** Another client of the same principal, for the queues of a contract. Its caller closes it. */
  readonly open = (contract: Contract): Client => {
    const { url, connect } = this.#deps;
    return connect(contract, { url, token: this.#token, name: 'dashboard' });
  };

  #connect(signIns: number, signInReason: QueueError | undefined): SessionView {
    const client = this.open({});
    const change = (error?: Error): void => {
      if (this.#view.client !== client) return;
      const asked = asksForToken(error) ? error : this.#view.signInReason;
      // A token that is refused is not kept, but for the server that takes it later.
      if (asksForToken(error)) keepToken(this.#deps.storage, undefined);
      else if (client.state.kind === 'connected') keepToken(this.#deps.storage, this.#token);
      const reason = client.state.kind === 'connected' ? undefined : asked;
      this.#view = { ...this.#view, connection: client.state, problem: error?.message, signInReason: reason };
      this.#notify();
    };
    client.on('connected', () => change());
    client.on('disconnected', () => change());
    client.on('connection:failed', ({ cause }) => change(cause));
    client.on('error', ({ error }) => change(error));
    const hasToken = this.#token !== undefined;
    return { client, connection: client.state, problem: undefined, signInReason, hasToken, signIns };
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
