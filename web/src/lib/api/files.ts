// Reads the client's own files: words, never anything of the API.

/** A JSON file of the build. Raises when it cannot be fetched. */
export async function readFile<T>(address: string): Promise<T> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return (await answer.json()) as T;
}
