/** Fields that differ in each run, and that nothing later refers to. */
const FREE = new Set([
  ...['time', 'firstTime', 'lastTime', 'oldestAgeMs', 'uptimeMs', 'remainingMs', 'dueAt', 'nextAt'],
  ...['bytes', 'used', 'fingerprint', 'sid', 'version'],
]);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value is a name that the server chooses, and uses from then on. */
const isName = (key: string, value: unknown): boolean =>
  key === 'token' || (typeof value === 'string' && UUID.test(value));

/**
 * Translates between the names in a document (epochs, ids, tokens) and those of the server: a name is learnt where it
 * first occurs, and has to be the same from then on.
 */
export class NameTranslation {
  readonly #received = new Map<unknown, unknown>();
  readonly #ignoresNewFields: boolean;

  /** `ignoresNewFields`: a newer server may send more fields than the document has. */
  constructor({ ignoresNewFields = false } = {}) {
    this.#ignoresNewFields = ignoresNewFields;
  }

  /** What was received, with the names of the document; equal to the documented value if it has the same meaning. */
  toDocument(received: unknown, documented: unknown, key = ''): unknown {
    if (Array.isArray(received) && Array.isArray(documented)) {
      return received.map((each, place) => this.toDocument(each, documented[place], key));
    }
    if (isObject(received) && isObject(documented)) {
      const entries = Object.entries(received).filter(
        ([name]) => !this.#ignoresNewFields || name in documented,
      );
      return Object.fromEntries(
        entries.map(([name, each]) => [name, this.toDocument(each, documented[name], name)]),
      );
    }
    if (typeof received !== typeof documented) return received;
    if (FREE.has(key)) return documented;
    if (isName(key, documented)) return this.#learn(received, documented);
    return isMessages(received) && isMessages(documented) ? this.#messages(received, documented) : received;
  }

  /** A documented value, with the names of the server. */
  toServer(documented: unknown): unknown {
    if (Array.isArray(documented)) return documented.map((each) => this.toServer(each));
    if (!isObject(documented)) return this.#received.get(documented) ?? documented;
    return Object.fromEntries(Object.entries(documented).map(([name, each]) => [name, this.toServer(each)]));
  }

  #learn(received: unknown, documented: unknown): unknown {
    if (!this.#received.has(documented)) this.#received.set(documented, received);
    return this.#received.get(documented) === received ? documented : received;
  }

  /** The messages of `deliver` are a text. */
  #messages(received: string, documented: string): string {
    return JSON.stringify(this.toDocument(JSON.parse(received), JSON.parse(documented)));
  }
}

const isMessages = (value: unknown): value is string => typeof value === 'string' && value.startsWith('[{');
