// From the packed bytes to the module and the texts: undoes what `xtask/src/pack.rs` describes.

// LZMA with lc 2, lp 0, pb 0. The table of probabilities holds, one after the other: match or literal, repeated or not,
// which repetition (3), short repetition, by state; distances; lengths of matches and of repetitions; literals.
function unlzma(packed, out) {
  const [REPEATED, FIRST, SECOND, THIRD, LONG, SLOT, NEAR, FAR, LENGTH, AGAIN, LITERAL] =
    [12, 24, 36, 48, 60, 72, 328, 456, 472, 752, 1032];
  const probabilities = new Uint16Array(LITERAL + (768 << 2)).fill(1024);
  let range = -1 >>> 0;
  let code = 0;
  let at = 5;
  for (let k = 1; k < 5; k += 1) code = ((code << 8) | packed[k]) >>> 0;
  function refill() {
    range = (range << 8) >>> 0;
    code = ((code << 8) | packed[at]) >>> 0;
    at += 1;
  }
  function bit(place) {
    const p = probabilities[place];
    const bound = Math.imul(range >>> 11, p) >>> 0;
    let one = 0;
    if (code < bound) {
      range = bound;
      probabilities[place] = p + ((2048 - p) >> 5);
    } else {
      range = (range - bound) >>> 0;
      code = (code - bound) >>> 0;
      probabilities[place] = p - (p >> 5);
      one = 1;
    }
    if (range < 0x1000000) refill();
    return one;
  }
  function tree(base, bits) {
    let node = 1;
    for (let k = 0; k < bits; k += 1) node = (node << 1) | bit(base + node);
    return node - (1 << bits);
  }
  function reversed(base, bits) {
    let node = 1;
    let sum = 0;
    for (let k = 0; k < bits; k += 1) {
      const b = bit(base + node);
      node = (node << 1) | b;
      sum |= b << k;
    }
    return sum;
  }
  function length(base) {
    if (!bit(base)) return 2 + tree(base + 2, 3);
    if (!bit(base + 1)) return 10 + tree(base + 10, 3);
    return 18 + tree(base + 18, 8);
  }
  function distance(slot) {
    if (slot < 4) return slot;
    let bits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) << bits;
    if (slot < 14) return base + reversed(NEAR + base - slot, bits);
    let sum = 0;
    for (bits -= 4; bits > 0; bits -= 1) {
      range >>>= 1;
      const one = code < range ? 0 : 1;
      if (one) code = (code - range) >>> 0;
      sum = (sum << 1) | one;
      if (range < 0x1000000) refill();
    }
    return base + (sum << 4) + reversed(FAR, 4);
  }
  let n = 0;
  let state = 0;
  // The last four distances, less 1.
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  while (n < out.length) {
    if (!bit(state)) {
      const base = LITERAL + 768 * (n ? out[n - 1] >> 6 : 0);
      let node = 1;
      if (state > 6) {
        let match = out[n - a - 1] | 256;
        // As long as the bits are those of the byte where the last match would have gone on.
        do {
          match <<= 1;
          node = (node << 1) | bit(base + 256 + (match & 256) + node);
        } while (node < 256 && ((node << 8) ^ match) < 256);
      }
      while (node < 256) node = (node << 1) | bit(base + node);
      out[n] = node;
      n += 1;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let count = 1;
    if (!bit(REPEATED + state)) {
      d = c;
      c = b;
      b = a;
      count = length(LENGTH);
      a = distance(tree(SLOT + 64 * Math.min(count - 2, 3), 6));
      state = state < 7 ? 7 : 10;
    } else {
      let long = true;
      if (!bit(FIRST + state)) long = bit(LONG + state);
      else {
        let far = b;
        if (bit(SECOND + state)) {
          far = c;
          if (bit(THIRD + state)) {
            far = d;
            d = c;
          }
          c = b;
        }
        b = a;
        a = far;
      }
      if (long) count = length(AGAIN);
      state = (long ? 8 : 9) + (state < 7 ? 0 : long ? 3 : 2);
    }
    for (const end = n + count; n < end; n += 1) out[n] = out[n - a - 1];
  }
}

// Puts the streams of a module together; with it comes what stands behind them, as JSON.
function assemble(flat) {
  let at = 0;
  const number = () => {
    let [sum, shift, byte] = [0, 0, 128];
    for (; byte > 127; shift += 7, at += 1) sum |= ((byte = flat[at]) & 127) << shift;
    return sum;
  };
  const [size, before, after, functions] = [number(), number(), number(), number()];
  const places = Uint32Array.from({ length: 263 }, number);
  const head = flat.subarray(at, (at += before));
  const tail = flat.subarray(at, (at += after));
  places.forEach((length, stream) => ([places[stream], at] = [at, at + length]));
  const [OPERATIONS, OFFSETS, CALLS, BRANCHES, LOCALS, FLOATS, DECLARATIONS, INTEGERS] = [0, 1, 2, 3, 4, 5, 6, 7];

  const body = new Uint8Array(size);
  let n = 0;
  function copy(stream, count) {
    for (; count > 0; count -= 1) body[n++] = flat[places[stream]++];
  }
  function leb(stream) {
    let place = places[stream];
    let byte = (body[n++] = flat[place++]);
    let sum = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = body[n++] = flat[place++];
      sum |= (byte & 127) << shift;
    }
    places[stream] = place;
    return sum;
  }
  function write(out, place, value) {
    for (; value > 127; value >>= 7) out[place++] = value | 128;
    out[place++] = value;
    return place;
  }
  // The local variables of a function, the one used last first.
  const recent = new Uint32Array(65536);
  let known = 0;
  function local() {
    const start = n;
    const rank = leb(LOCALS);
    for (; known <= rank; known += 1) recent[known] = known;
    const found = recent[rank];
    for (let k = rank; k > 0; k -= 1) recent[k] = recent[k - 1];
    recent[0] = found;
    n = write(body, start, found);
  }
  function vector() {
    const operation = leb(OPERATIONS);
    if (operation < 12 || (operation > 83 && operation < 94)) {
      leb(OPERATIONS);
      leb(OFFSETS);
      if (operation > 83 && operation < 92) copy(OPERATIONS, 1);
    } else if (operation < 14) copy(FLOATS, 16);
    else if (operation > 20 && operation < 35) copy(OPERATIONS, 1);
  }
  function bulk() {
    const operation = leb(OPERATIONS);
    if (operation < 8) return;
    leb(OPERATIONS);
    if (operation < 15 && operation % 2 === 0) leb(OPERATIONS);
  }
  // What stands behind an operation; the answer is how much deeper blocks are nested after it.
  function immediate(operation) {
    if (operation > 0x1f && operation < 0x23) local();
    else if (operation === 0x41 || operation === 0x42) leb(INTEGERS + flat[places[OPERATIONS]]);
    else if (operation > 0x27 && operation < 0x3f) {
      leb(OPERATIONS);
      leb(OFFSETS);
    } else if (operation > 0x44 && operation < 0xd0) return 0;
    else if (operation === 0x0b) return -1;
    else if (operation > 1 && operation < 5) {
      leb(OPERATIONS);
      return 1;
    } else if (operation === 0x0c || operation === 0x0d) leb(BRANCHES);
    else if (operation === 0x0e) for (let k = leb(BRANCHES); k >= 0; k -= 1) leb(BRANCHES);
    else if (operation === 0x10) leb(CALLS);
    else if (operation === 0x11) {
      leb(CALLS);
      leb(CALLS);
    } else if (operation === 0x1c) copy(OPERATIONS, leb(OPERATIONS));
    else if (operation === 0x43) copy(FLOATS, 4);
    else if (operation === 0x44) copy(FLOATS, 8);
    else if (operation === 0xfc) bulk();
    else if (operation === 0xfd) vector();
    else if (operation > 0x22 && operation !== 0xd1) leb(OPERATIONS);
    return 0;
  }
  const code = new Uint8Array(size);
  let end = write(code, 0, functions);
  for (let k = 0; k < functions; k += 1) {
    n = known = 0;
    for (let groups = leb(DECLARATIONS); groups > 0; groups -= 1) {
      leb(DECLARATIONS);
      copy(DECLARATIONS, 1);
    }
    for (let depth = 1; depth > 0; ) {
      const operation = (body[n++] = flat[places[OPERATIONS]++]);
      depth += immediate(operation);
    }
    end = write(code, end, n);
    code.set(body.subarray(0, n), end);
    end += n;
  }
  const wasm = new Uint8Array(size);
  wasm.set(head);
  wasm[before] = 10;
  const start = write(wasm, before + 1, end);
  wasm.set(code.subarray(0, end), start);
  wasm.set(tail, start + end);
  return { wasm, ...JSON.parse(new TextDecoder().decode(flat.subarray(at))) };
}

// The words stand in columns, the keys first; each language gets a table of those it has.
function tables({ "": keys, ...columns }) {
  const table = (words) => Object.fromEntries(keys.map((key, row) => [key, words[row]]).filter((pair) => pair[1] !== null));
  return Object.fromEntries(Object.entries(columns).map(([language, words]) => [language, table(words)]));
}

// The bytes that the build packed: the length of what LZMA gives, then LZMA.
function unpack(packed) {
  const flat = new Uint8Array(new DataView(packed.buffer, packed.byteOffset).getUint32(0, true));
  unlzma(packed.subarray(4), flat);
  const parts = assemble(flat);
  return { ...parts, text: tables(parts.text) };
}
