import type { Envelope, HeaderLine } from './envelope.js';

interface EnvelopeFieldsProps {
  readonly envelope: Envelope;
  readonly change: (envelope: Envelope) => void;
}

/** What a message may have beside its payload. */
export const EnvelopeFields = ({ envelope, change }: EnvelopeFieldsProps) => (
  <details className="envelope">
    <summary>Ordering key, headers, deduplication</summary>
    <label>
      Ordering key
      <input
        value={envelope.key}
        placeholder="order-17"
        onChange={({ target }) => change({ ...envelope, key: target.value })}
      />
    </label>
    <label>
      Dedupe key
      <input
        value={envelope.dedupeKey}
        placeholder="order-17-paid: published twice, it is stored once"
        onChange={({ target }) => change({ ...envelope, dedupeKey: target.value })}
      />
    </label>
    <HeaderFields headers={envelope.headers} change={(headers) => change({ ...envelope, headers })} />
  </details>
);

interface HeaderFieldsProps {
  readonly headers: readonly HeaderLine[];
  readonly change: (headers: readonly HeaderLine[]) => void;
}

const HeaderFields = ({ headers, change }: HeaderFieldsProps) => (
  <fieldset>
    <legend>Headers</legend>
    {headers.map((line, index) => (
      <HeaderLineFields
        key={index}
        line={line}
        number={index + 1}
        change={(edited) => change(headers.toSpliced(index, 1, edited))}
        remove={() => change(headers.toSpliced(index, 1))}
      />
    ))}
    <button type="button" onClick={() => change([...headers, { name: '', value: '' }])}>
      Add a header
    </button>
  </fieldset>
);

interface HeaderLineFieldsProps {
  readonly line: HeaderLine;
  /** From 1. */
  readonly number: number;
  readonly change: (line: HeaderLine) => void;
  readonly remove: () => void;
}

const HeaderLineFields = ({ line, number, change, remove }: HeaderLineFieldsProps) => (
  <div className="header-line">
    <input
      aria-label={`Name of header ${number}`}
      placeholder="name"
      value={line.name}
      onChange={({ target }) => change({ ...line, name: target.value })}
    />
    <input
      aria-label={`Value of header ${number}`}
      placeholder="value"
      value={line.value}
      onChange={({ target }) => change({ ...line, value: target.value })}
    />
    <button type="button" aria-label={`Remove header ${number}`} onClick={remove}>
      Remove
    </button>
  </div>
);
