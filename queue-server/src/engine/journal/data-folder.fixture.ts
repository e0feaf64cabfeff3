import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/**
 * A reader of data folders that knows nothing but README.md: it takes the offsets and types of all fields from the
 * tables there.
 */
const page = await readFile(join(import.meta.dirname, 'README.md'), 'utf8');

/** The cells of the tables below a heading, header and rule left out. */
const rowsUnder = (heading: string): string[][] => {
  const [, section = ''] = page.split(new RegExp(`^#+ ${heading}$`, 'm'));
  const [text = ''] = section.split(/^#+ /m);
  return text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| -'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
};

type Layout = Map<string, { readonly offset: number; readonly type: string }>;

/** The tables of fields below a heading: each begins with a row of "offset". */
const layouts = (heading: string): Layout[] => {
  const found: Layout[] = [];
  for (const [offset = '', type = '', field = ''] of rowsUnder(heading)) {
    if (offset === 'offset') found.push(new Map());
    else if (/^\d+$/.test(offset)) found.at(-1)?.set(field, { offset: Number(offset), type });
  }
  return found;
};

const noLayout: Layout = new Map();
const [blockLayout = noLayout, headerLayout = noLayout, entryLayout = noLayout] = [
  ...layouts('Blocks'),
  ...layouts('Frames'),
];

const read = (bytes: Buffer, layout: Layout, field: string): number => {
  const at = layout.get(field);
  if (at === undefined) throw new Error(`README.md has no field "${field}"`);
  switch (at.type) {
    case 'u8':
      return bytes.readUInt8(at.offset);
    case 'u16':
      return bytes.readUInt16LE(at.offset);
    case 'u32':
      return bytes.readUInt32LE(at.offset);
    case 'u64':
      return Number(bytes.readBigUInt64LE(at.offset));
    default:
      throw new Error(`README.md gives "${field}" the type ${at.type}`);
  }
};

export interface ReadBlock {
  readonly magic: string;
  readonly version: number;
  readonly length: number;
  readonly isIntact: boolean;
  readonly numbers: readonly number[];
  readonly epoch: string;
}

export const readBlock = (bytes: Buffer): ReadBlock => {
  const length = read(bytes, blockLayout, 'length');
  const { offset: epochAt } = blockLayout.get('epoch') ?? { offset: 0 };
  return {
    magic: bytes.toString('latin1', 4, 8),
    version: read(bytes, blockLayout, 'version'),
    length,
    isIntact: crc32(bytes.subarray(4, length)) === read(bytes, blockLayout, 'crc'),
    numbers: [0, 1, 2, 3].map((n) => read(bytes, blockLayout, `number ${n}`)),
    epoch: bytes.toString('utf8', epochAt + 1, epochAt + 1 + read(bytes, blockLayout, 'epoch')),
  };
};

export interface ReadFrame {
  readonly offset: number;
  readonly length: number;
  readonly kind: number;
  readonly version: number;
  readonly isIntact: boolean;
  readonly firstSeq: number;
  readonly count: number;
  readonly durableOffset: number;
  readonly messages: readonly { readonly event: string; readonly value: unknown }[];
}

const ENTRY_BYTES = 32;

export const readFrame = (file: Buffer, offset: number): ReadFrame => {
  const length = read(file.subarray(offset), headerLayout, 'length');
  const bytes = file.subarray(offset, offset + length);
  const headerLength = read(bytes, headerLayout, 'header length');
  const count = read(bytes, headerLayout, 'count');
  const names: string[] = [];
  for (let at = 77; names.length < read(bytes, headerLayout, 'name count');) {
    const end = at + 1 + bytes.readUInt8(at);
    names.push(bytes.toString('utf8', at + 1, end));
    at = end;
  }
  const entryOf = (index: number): Buffer => bytes.subarray(headerLength + ENTRY_BYTES * index);
  const texts = bytes.subarray(headerLength + ENTRY_BYTES * count);
  const messages = Array.from({ length: count }, (_, index) => {
    const start = index === 0 ? 0 : read(entryOf(index - 1), entryLayout, 'end') + 1;
    const headers = read(entryOf(index), entryLayout, 'headers length');
    const from = start + (headers === 0 ? 0 : headers + 1);
    const value: unknown = JSON.parse(texts.toString('utf8', from, read(entryOf(index), entryLayout, 'end')));
    return { event: names[read(entryOf(index), entryLayout, 'event')] ?? '', value };
  });
  const isHeaderIntact = crc32(bytes.subarray(4, headerLength)) === read(bytes, headerLayout, 'header crc');
  return {
    offset,
    length,
    kind: read(bytes, headerLayout, 'kind'),
    version: read(bytes, headerLayout, 'version'),
    isIntact: isHeaderIntact && crc32(bytes.subarray(headerLength)) === read(bytes, headerLayout, 'body crc'),
    firstSeq: read(bytes, headerLayout, 'first seq'),
    count,
    durableOffset: read(bytes, headerLayout, 'durable offset'),
    messages,
  };
};

export interface ReadSegment {
  readonly header: ReadBlock;
  /** Of messages and of the footer, in the order of the file. */
  readonly frames: readonly ReadFrame[];
  readonly trailer: ReadBlock | undefined;
  readonly size: number;
}

export const readSegment = (file: Buffer): ReadSegment => {
  const header = readBlock(file);
  const frames: ReadFrame[] = [];
  let at = header.length;
  while (at < file.byteLength && file.readUInt16LE(at + 4) === 0x5154) {
    const frame = readFrame(file, at);
    frames.push(frame);
    at += frame.length;
  }
  const trailer = at < file.byteLength ? readBlock(file.subarray(at)) : undefined;
  return { header, frames, trailer, size: file.byteLength };
};

/** The files of a folder by their paths within it. */
export const filesIn = async (dir: string): Promise<ReadonlyMap<string, Buffer>> => {
  const names = (await readdir(dir, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    names.map(async (path) => [path.slice(dir.length + 1), await readFile(path)] as const),
  );
  return new Map(files.sort(([one], [other]) => (one < other ? -1 : 1)));
};

/** The fields of each kind of group record; a `?` in README.md marks those that may be missing. */
export const recordFields = new Map(
  rowsUnder('Group records')
    .slice(1)
    .map(([kind = '', fields = '']) => [
      kind.replaceAll('`', ''),
      [...(fields.split(/: (?!`)/)[0]?.matchAll(/`(\w+)`/g) ?? [])].map(([, field = '']) => field),
    ]),
);
