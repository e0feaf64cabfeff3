import type { ReactNode } from 'react';
import { Failure } from './failure.js';
import { Loading } from './loading.js';

interface AskedProps<Data> {
  /** As `useQuery` has it. */
  readonly answer: { readonly data: Data | undefined; readonly error: Error | null };
  readonly children: (data: Data) => ReactNode;
}

/** What the server answered. It stays when it fails to answer again, with what was typed into it. */
export const Asked = <Data,>({ answer: { data, error }, children }: AskedProps<Data>) => (
  <>
    {error !== null && <Failure error={error} isShownOld={data !== undefined} />}
    {data === undefined ? error === null && <Loading /> : children(data)}
  </>
);
