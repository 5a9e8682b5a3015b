const COMPRESSED = 0x75465a4c;
const UNCOMPRESSED = 0x414c454d;
const HEADER_BYTES = 16;
const WINDOW = 4096;

/** What every compressed text begins with in the reader's window (MS-OXRTFCP 2.1.2.1). */
const PRESET =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArial' +
  'Times New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx';

/** Longest RTF body that is unpacked, bytes. */
const MAX_BYTES = 32 * 1024 * 1024;

/** Undoes the compression within `output`, which announces the size; returns how much was written. */
function expand(input: Buffer, output: Buffer): number {
  const window = Buffer.alloc(WINDOW);
  let place = window.write(PRESET, 'latin1');
  let length = 0;
  const put = (byte: number): void => {
    window[place] = byte;
    place = (place + 1) % WINDOW;
    output[length] = byte;
    length += 1;
  };
  let at = 0;
  while (at < input.length && length < output.length) {
    const control = input[at] ?? 0;
    at += 1;
    for (let bit = 0; bit < 8 && at < input.length && length < output.length; bit += 1) {
      if ((control & (1 << bit)) === 0) {
        put(input[at] ?? 0);
        at += 1;
        continue;
      }
      const token = ((input[at] ?? 0) << 8) | (input[at + 1] ?? 0);
      at += 2;
      const from = token >> 4;
      if (from === place) return length;
      for (let index = 0; index < (token & 15) + 2 && length < output.length; index += 1) {
        put(window[(from + index) % WINDOW] ?? 0);
      }
    }
  }
  return length;
}

/** The RTF of a compressed body (MS-OXRTFCP); undefined when it is none or larger than 32 MB. */
export function decompressRtf(bytes: Buffer): Buffer | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const rawBytes = bytes.readUInt32LE(4);
  const kind = bytes.readUInt32LE(8);
  const body = bytes.subarray(HEADER_BYTES, Math.min(bytes.length, bytes.readUInt32LE(0) + 4));
  if (kind === UNCOMPRESSED) return body.subarray(0, rawBytes);
  if (kind !== COMPRESSED || rawBytes > MAX_BYTES) return undefined;
  const output = Buffer.alloc(Math.min(rawBytes, body.length * 9));
  return output.subarray(0, expand(body, output));
}
