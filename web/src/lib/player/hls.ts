// Whether a film without a file can be played here from its playlist.

const PLAYLIST = 'application/vnd.apple.mpegurl';
let plays: boolean | null = null;

/** The page can feed the element itself, a segment at a time. Not on iPhones: they read playlists. */
export const feedsItself = () => 'MediaSource' in globalThis;

/** One way or the other; asked once. */
export function playsHls(): boolean {
  plays ??= feedsItself() || document.createElement('video').canPlayType(PLAYLIST) !== '';
  return plays;
}
