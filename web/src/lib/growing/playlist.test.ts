import { expect, it } from 'vitest';
import { readPlaylist, typeOf } from './playlist';

const TEXT = `#EXTM3U
#EXT-X-TARGETDURATION:2
#EXT-X-MAP:URI="540.growing.mp4",BYTERANGE="765@0"
#EXTINF:1.000000,
#EXT-X-BYTERANGE:11951@765
540.growing.mp4
#EXTINF:1.000000,
#EXT-X-BYTERANGE:9000@12716
540.growing.mp4
`;

it('reads the places of header and segments', () => {
  expect(readPlaylist(TEXT)).toEqual({
    file: '540.growing.mp4',
    header: { at: 0, bytes: 765 },
    segments: [
      { at: 765, bytes: 11_951 },
      { at: 12_716, bytes: 9_000 },
    ],
    isDone: false,
  });
  expect(readPlaylist(`${TEXT}#EXT-X-ENDLIST\n`)?.isDone).toBe(true);
});
it('does not read what is not ours', () => {
  expect(readPlaylist('<html>')).toBeNull();
});
it('names what the header announces', () => {
  const bytes = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
  const silent = [...bytes('....avcC'), 1, 0x64, 0x00, 0x1f];
  expect(typeOf(new Uint8Array(silent))).toBe('video/mp4; codecs="avc1.64001f"');
  expect(typeOf(new Uint8Array([...silent, ...bytes('mp4a')]))).toBe(
    'video/mp4; codecs="avc1.64001f,mp4a.40.2"',
  );
});
