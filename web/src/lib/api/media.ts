// Parts of media files, for what the element does not fetch by itself.

/** A small text file as it is now. */
export async function mediaText(address: string, signal: AbortSignal): Promise<string> {
  const answer = await fetch(address, { cache: 'no-store', signal });
  if (!answer.ok) throw new Error(`media: ${answer.status}`);
  return answer.text();
}

/** So many bytes from a place on. */
export async function mediaPart(
  address: string,
  { at, bytes }: { at: number; bytes: number },
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const headers = { range: `bytes=${at}-${at + bytes - 1}` };
  const answer = await fetch(address, { cache: 'no-store', headers, signal });
  if (answer.status !== 206) throw new Error(`media: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}
