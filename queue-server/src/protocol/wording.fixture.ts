/** What is another in each run, and of no meaning for what is said later. */
const FREE = new Set(['time', 'oldestAgeMs', 'bytes', 'fingerprint', 'sid']);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value names something: the server makes it up, and from then on it stands for the same thing. */
const isName = (key: string, value: unknown): boolean =>
  key === 'token' || (typeof value === 'string' && UUID.test(value));

/**
 * Translates between the names in a document (epochs, ids, tokens) and those that the server gives the same things:
 * a name is learnt where it is first heard, and has to be the same from then on.
 */
export class Wording {
  readonly #heard = new Map<unknown, unknown>();
  readonly #ignoresNewFields: boolean;

  /** `ignoresNewFields`: a server may say more than the document, as a newer one does. */
  constructor({ ignoresNewFields = false } = {}) {
    this.#ignoresNewFields = ignoresNewFields;
  }

  /** What was heard, in the words of the document; differs from `said` where it does not say the same. */
  toDocument(heard: unknown, said: unknown, key = ''): unknown {
    if (Array.isArray(heard) && Array.isArray(said)) {
      return heard.map((each, place) => this.toDocument(each, said[place], key));
    }
    if (isObject(heard) && isObject(said)) {
      const entries = Object.entries(heard).filter(([name]) => !this.#ignoresNewFields || name in said);
      return Object.fromEntries(
        entries.map(([name, each]) => [name, this.toDocument(each, said[name], name)]),
      );
    }
    if (typeof heard !== typeof said) return heard;
    if (FREE.has(key)) return said;
    if (isName(key, said)) return this.#learn(heard, said);
    return isMessages(heard) && isMessages(said) ? this.#messages(heard, said) : heard;
  }

  /** What the document says, in the words of the server. */
  toServer(said: unknown): unknown {
    if (Array.isArray(said)) return said.map((each) => this.toServer(each));
    if (!isObject(said)) return this.#heard.get(said) ?? said;
    return Object.fromEntries(Object.entries(said).map(([name, each]) => [name, this.toServer(each)]));
  }

  #learn(heard: unknown, said: unknown): unknown {
    if (!this.#heard.has(said)) this.#heard.set(said, heard);
    return this.#heard.get(said) === heard ? said : heard;
  }

  /** Messages of `deliver`, which are a text. */
  #messages(heard: string, said: string): string {
    return JSON.stringify(this.toDocument(JSON.parse(heard), JSON.parse(said)));
  }
}

const isMessages = (value: unknown): value is string => typeof value === 'string' && value.startsWith('[{');
