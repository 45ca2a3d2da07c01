// Finds the mention that is being written, and puts the chosen handle in its place. Pure.

export interface Mention {
  start: number;
  end: number;
  /** What was typed after the @, perhaps nothing yet. */
  typed: string;
}

/** The mention around the caret, or null. */
export function mentionAt(text: string, caret: number): Mention | null {
  const match = /(?:^|[^\p{L}\p{N}_@])@([\p{L}\p{N}_.]{0,30})$/u.exec(text.slice(0, caret));
  if (!match) return null;
  const typed = match[1]!;
  return { start: caret - typed.length - 1, end: caret, typed };
}

/** The text with the handle in place, and where the caret goes. */
export function complete(
  text: string,
  mention: Mention,
  handle: string,
): { text: string; caret: number } {
  const before = `${text.slice(0, mention.start)}@${handle} `;
  return { text: before + text.slice(mention.end).replace(/^ /, ''), caret: before.length };
}
