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

const HeaderFields = ({ headers, change }: HeaderFieldsProps) => {
  const edit = (index: number, line: Partial<HeaderLine>): void =>
    change(headers.map((each, at) => (at === index ? { ...each, ...line } : each)));
  return (
    <fieldset>
      <legend>Headers</legend>
      {headers.map(({ name, value }, index) => (
        <div className="header-line" key={index}>
          <input
            aria-label={`Name of header ${index + 1}`}
            placeholder="name"
            value={name}
            onChange={({ target }) => edit(index, { name: target.value })}
          />
          <input
            aria-label={`Value of header ${index + 1}`}
            placeholder="value"
            value={value}
            onChange={({ target }) => edit(index, { value: target.value })}
          />
          <button
            type="button"
            aria-label={`Remove header ${index + 1}`}
            onClick={() => change(headers.filter((_line, at) => at !== index))}
          >
            Remove
          </button>
        </div>
      ))}
      <button type="button" onClick={() => change([...headers, { name: '', value: '' }])}>
        Add a header
      </button>
    </fieldset>
  );
};
