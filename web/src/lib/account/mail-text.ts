// A mail's words in pieces: plain text, and links that lead into this market. Nothing else becomes a link.
export interface Piece {
  text: string;
  /** A path of this market; null: just words. */
  href: string | null;
}

const ADDRESS = /https?:\/\/[^\s<>"]+/g;

/** Split a mail; `origin` is the market's own. Addresses of other sites stay words. */
export function piecesOf(text: string, origin: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const href = pathOf(found[0], origin);
    if (href === null) continue;
    if (found.index > end) pieces.push({ text: text.slice(end, found.index), href: null });
    pieces.push({ text: found[0], href });
    end = found.index + found[0].length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), href: null });
  return pieces;
}

function pathOf(address: string, origin: string): string | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  const isOurs = url.origin === origin && !url.username && !url.password;
  return isOurs && !url.pathname.startsWith('//') ? url.pathname + url.search + url.hash : null;
}
