// Splits a caption into plain words, hashtags, mentions. Pure.

export interface Piece {
  kind: 'text' | 'hashtag' | 'mention';
  text: string;
  /** Where it leads; empty for plain words. */
  href: string;
}

const MARK = /(^|[^\p{L}\p{N}_])([#@])([\p{L}\p{N}_][\p{L}\p{N}_.]*)/gu;

/** Pieces in reading order; joined they are the caption. A trailing dot belongs to the sentence. */
export function pieces(caption: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of caption.matchAll(MARK)) {
    const name = match[3]!.replace(/\.+$/, '');
    const start = match.index + match[1]!.length;
    if (start > at) found.push({ kind: 'text', text: caption.slice(at, start), href: '' });
    const isTag = match[2] === '#';
    found.push({
      kind: isTag ? 'hashtag' : 'mention',
      text: match[2] + name,
      href: isTag
        ? `/tag/${encodeURIComponent(name.toLowerCase())}`
        : `/@${encodeURIComponent(name)}`,
    });
    at = start + 1 + name.length;
  }
  if (at < caption.length) found.push({ kind: 'text', text: caption.slice(at), href: '' });
  return found;
}
