/** Room for values to begin with, bytes. */
const firstRoom = 4_096;
/** Most memory that is kept, and of one piece, bytes. */
const mostKept = 16_777_216;
const largestPiece = 1_048_576;

const spare = new Map<string, Buffer[]>();
let keptBytes = 0;

/** Memory to write values into: what was given back for the same purpose, which is about as large as is needed again, or new one, whose first use costs more than writing the values. */
export function takeScratch(purpose: string): Buffer {
  const piece = spare.get(purpose)?.pop();
  if (piece === undefined) return Buffer.allocUnsafeSlow(firstRoom);
  keptBytes -= piece.length;
  return piece;
}

/** Gives memory back that nobody reads any more. */
export function giveScratch(purpose: string, piece: Buffer): void {
  if (piece.length > largestPiece || keptBytes + piece.length > mostKept) return;
  keptBytes += piece.length;
  const pieces = spare.get(purpose);
  if (pieces === undefined) spare.set(purpose, [piece]);
  else pieces.push(piece);
}
