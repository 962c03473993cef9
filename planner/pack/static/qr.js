"use strict";
// QR codes of texts (ISO/IEC 18004:2015): byte mode, error correction level M, versions 1 to 40.
const QR = (() => {
  // table 9, level M: check words of a block, and blocks, by version
  const CHECK = [
    10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
    26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  ];
  const BLOCKS = [
    1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
    17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
  ];
  const MASKS = [
    (x, y) => (x + y) % 2,
    (x, y) => y % 2,
    (x, y) => x % 3,
    (x, y) => (x + y) % 3,
    (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
    (x, y) => ((x * y) % 2) + ((x * y) % 3),
    (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2,
    (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
  ];
  const EXP = new Uint8Array(510);
  const LOG = new Uint8Array(256);
  for (let i = 0, x = 1; i < 255; i++, x = x < 128 ? x * 2 : (x * 2) ^ 0x11d) {
    EXP[i] = EXP[i + 255] = x;
    LOG[x] = i;
  }

  const times = (a, b) => (a && b ? EXP[LOG[a] + LOG[b]] : 0);
  const sizeOf = (version) => 17 + 4 * version;

  function centres(version) {
    if (version === 1) return [];
    const count = Math.floor(version / 7) + 2;
    const last = sizeOf(version) - 7;
    const step = version === 32 ? 26 : 2 * Math.ceil((last - 6) / (2 * count - 2));
    return [6, ...Array.from({ length: count - 1 }, (_, i) => last - step * (count - 2 - i))];
  }

  function wordsIn(version) {
    const marks = centres(version).length;
    const aligned = marks ? 25 * (marks * marks - 3) - 5 * 2 * (marks - 2) : 0;
    const size = sizeOf(version);
    return Math.floor((size * size - 3 * 64 - 2 * (size - 16) - 31 - aligned - (version > 6 ? 36 : 0)) / 8);
  }

  const dataWords = (version) => wordsIn(version) - CHECK[version - 1] * BLOCKS[version - 1];
  const room = (version) => dataWords(version) - (version < 10 ? 2 : 3);

  function generator(degree) {
    let poly = [1];
    for (let i = 0; i < degree; i++) {
      poly = [...poly, 0].map((one, at) => one ^ times(at ? poly[at - 1] : 0, EXP[i]));
    }
    return poly;
  }

  function checkWords(block, poly) {
    const rest = [...block, ...new Array(poly.length - 1).fill(0)];
    for (let i = 0; i < block.length; i++) {
      const lead = rest[i];
      poly.forEach((one, at) => (rest[i + at] ^= times(one, lead)));
    }
    return rest.slice(block.length);
  }

  function packed(bytes, version) {
    const bits = [];
    const put = (value, count) => {
      for (let i = count - 1; i >= 0; i--) bits.push((value >> i) & 1);
    };
    put(4, 4);
    put(bytes.length, version < 10 ? 8 : 16);
    bytes.forEach((one) => put(one, 8));
    const most = 8 * dataWords(version);
    put(0, Math.min(4, most - bits.length));
    put(0, -bits.length & 7);
    for (let pad = 0xec; bits.length < most; pad ^= 0xec ^ 0x11) put(pad, 8);
    return Array.from({ length: bits.length / 8 }, (_, i) => bits.slice(8 * i, 8 * i + 8).reduce((a, b) => 2 * a + b));
  }

  function interleaved(words, version) {
    const count = BLOCKS[version - 1];
    const short = Math.floor(words.length / count);
    const longer = words.length % count;
    const poly = generator(CHECK[version - 1]);
    let at = 0;
    const blocks = Array.from({ length: count }, (_, i) => words.slice(at, (at += short + (i >= count - longer))));
    const checks = blocks.map((block) => checkWords(block, poly));
    const across = (rows, most) =>
      Array.from({ length: most }, (_, i) => rows.filter((row) => i < row.length).map((row) => row[i])).flat();
    return [...across(blocks, short + 1), ...across(checks, poly.length - 1)];
  }

  function remainder(value, poly, bits) {
    let rest = value << bits;
    for (let i = 17; i >= bits; i--) if ((rest >> i) & 1) rest ^= poly << (i - bits);
    return (value << bits) | rest;
  }

  // the modules that do not depend on the text; null where data goes
  function frame(version) {
    const size = sizeOf(version);
    const grid = Array.from({ length: size }, () => new Array(size).fill(null));
    const square = (cx, cy, radius, dark) => {
      for (let y = cy - radius; y <= cy + radius; y++)
        for (let x = cx - radius; x <= cx + radius; x++)
          if (y >= 0 && y < size && x >= 0 && x < size)
            grid[y][x] = dark[Math.max(Math.abs(x - cx), Math.abs(y - cy))];
    };
    for (let i = 0; i < size; i++) grid[6][i] = grid[i][6] = (i + 1) % 2;
    const ends = [[3, 3], [size - 4, 3], [3, size - 4]];
    ends.forEach(([x, y]) => square(x, y, 4, [1, 1, 0, 1, 0]));
    const marks = centres(version);
    const [first, last] = [marks[0], marks[marks.length - 1]];
    for (const y of marks)
      for (const x of marks)
        if (!(x === first && y === first) && !(x === first && y === last) && !(x === last && y === first))
          square(x, y, 2, [1, 0, 1]);
    for (let i = 0; i < 9; i++) if (grid[8][i] === null) grid[8][i] = 0;
    for (let i = 0; i < 8; i++) {
      if (grid[i][8] === null) grid[i][8] = 0;
      grid[8][size - 1 - i] = grid[size - 1 - i][8] = 0;
    }
    if (version > 6) {
      const code = remainder(version, 0x1f25, 12);
      for (let i = 0; i < 18; i++) {
        const [a, b] = [size - 11 + (i % 3), Math.floor(i / 3)];
        grid[a][b] = grid[b][a] = (code >> i) & 1;
      }
    }
    return grid;
  }

  function formatted(grid, mask) {
    const size = grid.length;
    const code = remainder(mask, 0x537, 10) ^ 0x5412; // level M is 00
    for (let i = 0; i < 15; i++) {
      const bit = (code >> i) & 1;
      grid[i < 6 ? i : i < 8 ? i + 1 : size - 15 + i][8] = bit;
      grid[8][i < 8 ? size - 1 - i : i < 9 ? 7 : 14 - i] = bit;
    }
    grid[size - 8][8] = 1;
    return grid;
  }

  function filled(plain, words, mask) {
    const grid = plain.map((row) => [...row]);
    const size = grid.length;
    let bit = 0;
    for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
      if (right === 6) right = 5;
      for (let i = 0; i < size; i++)
        for (const x of [right, right - 1]) {
          const y = up ? size - 1 - i : i;
          if (grid[y][x] !== null) continue;
          const dark = bit < 8 * words.length ? (words[bit >> 3] >> (7 - (bit & 7))) & 1 : 0;
          grid[y][x] = dark ^ (MASKS[mask](x, y) === 0);
          bit++;
        }
    }
    return formatted(grid, mask);
  }

  // 7.8.3: what makes a code hard to read
  function penalty(grid) {
    const size = grid.length;
    const lines = [...grid, ...grid.map((_, x) => grid.map((row) => row[x]))].map((line) => line.join(""));
    let found = 0;
    for (const line of lines) {
      for (const run of line.match(/0{5,}|1{5,}/g) || []) found += run.length - 2;
      found += 40 * (line.match(/(?=10111010000)|(?=00001011101)/g) || []).length;
    }
    for (let y = 1; y < size; y++)
      for (let x = 1; x < size; x++)
        if (grid[y][x] + grid[y - 1][x] + grid[y][x - 1] + grid[y - 1][x - 1] === 4 * grid[y][x]) found += 3;
    const dark = grid.flat().reduce((a, b) => a + b);
    return found + 10 * Math.floor(Math.abs((20 * dark) / (size * size) - 10));
  }

  // rows of 0 and 1; version and mask are chosen where they are not given
  function matrix(text, wanted = {}) {
    const bytes = [...new TextEncoder().encode(text)];
    let version = wanted.version || 1;
    while (version <= 40 && room(version) < bytes.length) version++;
    if (version > 40) return null;
    const words = interleaved(packed(bytes, version), version);
    const plain = frame(version);
    if (wanted.mask !== undefined) return filled(plain, words, wanted.mask);
    const all = MASKS.map((_, mask) => filled(plain, words, mask));
    const scores = all.map(penalty);
    return all[scores.indexOf(Math.min(...scores))];
  }

  return { matrix, room };
})();
