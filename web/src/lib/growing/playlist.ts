// Reads our own playlists: one file, its header and its segments by place. Pure.

export interface Place {
  at: number;
  bytes: number;
}

export interface Playlist {
  /** Address of the file, as the playlist names it. */
  file: string;
  header: Place;
  segments: Place[];
  /** Nothing more comes. */
  isDone: boolean;
}

const HEADER = /^#EXT-X-MAP:URI="([^"]+)",BYTERANGE="(\d+)@(\d+)"/m;
const SEGMENT = /^#EXT-X-BYTERANGE:(\d+)@(\d+)/gm;

/** Null: not one of ours. */
export function readPlaylist(text: string): Playlist | null {
  const header = HEADER.exec(text);
  if (!header) return null;
  return {
    file: header[1]!,
    header: { at: Number(header[3]), bytes: Number(header[2]) },
    segments: [...text.matchAll(SEGMENT)].map(([, bytes, at]) => ({
      at: Number(at),
      bytes: Number(bytes),
    })),
    isDone: text.includes('#EXT-X-ENDLIST'),
  };
}

/** What a header announces, in the words that `MediaSource` understands. */
export function typeOf(header: Uint8Array): string {
  const text = Array.from(header, (byte) => String.fromCharCode(byte)).join('');
  const avc = text.indexOf('avcC');
  const profile = [...header.subarray(avc + 5, avc + 8)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  const sound = text.includes('mp4a') ? ',mp4a.40.2' : '';
  return `video/mp4; codecs="avc1.${profile}${sound}"`;
}
