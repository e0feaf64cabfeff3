import { Json } from '../text/json.js';
import { CopyButton } from './copy-button.js';

/** A payload as JSON, which can be copied. */
export const PayloadSection = ({ payload }: { payload: unknown }) => (
  <section aria-label="Payload">
    <div className="row">
      <h2>Payload</h2>
      <CopyButton text={() => JSON.stringify(payload)} what="the payload" />
    </div>
    <Json value={payload} label="Payload" />
  </section>
);
