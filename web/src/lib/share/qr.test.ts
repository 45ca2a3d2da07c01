import { expect, it } from 'vitest';
import { qr } from './qr';

const shown = (text: string, mask: number) =>
  qr(text, mask)!
    .map((row) => parseInt(row.map(Number).join(''), 2).toString(36))
    .join('.');

it('draws what another encoder draws (segno 1.6, level M, masks 0 and 7)', () => {
  expect(shown('xxxxxxxxxxxxxx', 0)).toBe(
    '18n0f.mzb5.wp5p.wqjh.wr4t.mwjl.18prz.16o.tw5u.dhi5.buk7.rmea.wtc8.4bh.18n07.muxv.wtca.wpni.wsc5.mu5e.18r63',
  );
  expect(shown('xxxxxxxxxxxxxx', 7)).toBe(
    '18n0f.mvcx.worh.wqjh.worh.mzb5.18prz.e8.qheo.dhi5.1tk5.wm7f.wtc8.3f3.18mke.my3n.wpaw.wt5j.wp6d.mv1s.18rlu',
  );
});
it('grows with the text and refuses what does not fit', () => {
  expect(qr('a'.repeat(152))).toHaveLength(49);
  expect(qr('a'.repeat(400))).toBeNull();
});
