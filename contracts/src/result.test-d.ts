import { errorTable, queueErrors } from './error-table.js';
import { QueueError, type ApiError, type ApiErrorCode, type ErrorBody, type ErrorCode } from './errors.js';
import type { FrameAt } from './frame/frame.js';
import type { FrameHeader } from './frame/header.js';
import { KIND, type FrameKind } from './frame/layout.js';
import type { AnyMessage } from './message.js';
import type { MessageOf } from './message.js';
import { failed, ok, type Result } from './result.js';
import { same } from '../../checks/same.fixture.js';
import { findIssues, type Issue } from './validate.js';

same<ErrorCode, keyof typeof queueErrors>(true);
same<ApiErrorCode, keyof typeof errorTable>(true);
// A user of the queue is not offered the codes of the REST API.
same<'document_unknown' extends ErrorCode ? true : false, false>(true);
same<ApiError['code'], ApiErrorCode>(true);
declare const thrown: unknown;
if (thrown instanceof QueueError) same<typeof thrown.code, ErrorCode>(true);
// @ts-expect-error a code of the REST API
new QueueError('document_unknown', 'text');
same<'frame_invalid' extends ErrorCode ? true : false, true>(true);
same<QueueError['code'], ErrorCode>(true);
same<ReturnType<typeof ok<number>>, Result<number>>(true);
same<ReturnType<typeof failed>, { readonly ok: false; readonly error: ErrorBody }>(true);
same<ReturnType<typeof findIssues>, readonly Issue[] | undefined>(true);
same<AnyMessage, MessageOf<string, string, unknown>>(true);
same<FrameKind, 0 | 1>(true);
same<FrameKind, (typeof KIND)['messages' | 'index']>(true);

failed('anything thrown') satisfies Result<number>;
// @ts-expect-error a code that the table lacks
new QueueError('oops', 'text');
// @ts-expect-error an error says what happened
new QueueError('closed');
// @ts-expect-error the value of another answer
ok('text') satisfies Result<number>;

declare const answer: Result<number>;
if (answer.ok) same<typeof answer.value, number>(true);
else same<typeof answer.error.code, ErrorCode>(true);
// @ts-expect-error `ok` was not tested
void answer.value;

// Only an intact frame can be read; of a damaged one the header can.
declare const found: FrameAt;
same<FrameAt['kind'], 'frame' | 'cut' | 'damaged' | 'foreign' | 'invalid'>(true);
if (found.kind === 'damaged') same<typeof found.header, FrameHeader>(true);
// @ts-expect-error the kind was not tested
void found.frame;
