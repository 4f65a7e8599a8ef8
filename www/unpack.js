// Unpacks what pack/ packed: pack/src/lib.rs explains it. Both must compute alike to the last digit.

// Resolves to `size` bytes; lets other things happen in between, since it takes some tenths of a second.
async function unpack(packed, size) {
  const mul = Math.imul;
  const squash = new Float64Array(3073);
  const stretch = new Float64Array(4096);
  for (let k = 0, power = 162754.79141900392; k < 3073; k += 1, power *= 0.9922179382602435) squash[k] = 1 / (1 + power);
  for (let k = 0, step = 0; k < 4096; k += 1) {
    while (step < 3072 && squash[step] < (k + 0.5) / 4096) step += 1;
    stretch[k] = step / 128 - 12;
  }
  const slots = new Uint16Array(1 << 21).fill(1 << 15);
  const weights = new Float64Array(32 * 256 * 6).fill(0.3);
  const held = new Float64Array(32).fill(0.5);
  const asked = new Float64Array(32);
  const last = new Int32Array(1 << 18);
  const divide = Int32Array.from({ length: 16 }, (_, n) => 65536 / (2 * n + 3));
  const out = new Uint8Array(size);
  let at0, at1, at2, at3;
  let from = 0, length = 0, end = 0;
  // Where in the module: pack/src/place.rs.
  const operands = (op) =>
    op >= 2 && op <= 4 ? "A" : op === 12 || op === 13 ? "E" : op === 14 ? "F" : op === 16 || op === 210 ? "D"
    : op === 17 ? "CD" : op === 28 ? "LL" : op >= 32 && op <= 34 ? "B" : op >= 35 && op <= 38 ? "C"
    : op >= 40 && op <= 62 ? "HG" : op === 63 || op === 64 || op === 208 ? "L" : op === 65 ? "I" : op === 66 ? "J"
    : op === 67 ? "KKKK" : op === 68 ? "KKKKKKKK" : op === 252 || op === 253 ? "M" : "";
  const prefixed = (vector, op) =>
    vector
      ? op <= 11 || op === 92 || op === 93 ? "HG" : op >= 84 && op <= 91 ? "LHG" : op === 12 || op === 13 ? "L".repeat(16)
        : op >= 21 && op <= 34 ? "L" : ""
      : op === 9 || op === 11 || op === 13 || (op >= 15 && op <= 17) ? "L"
      : op === 8 || op === 10 || op === 12 || op === 14 ? "LL" : "";
  const queue = new Uint8Array(8192);
  let depth = 0;
  const push = (kinds) => {
    for (let k = 0; k < kinds.length; k += 1) queue[depth++] = kinds.charCodeAt(k) - 55;
  };
  let state = 0, kind = 0, a = 0, b = 0, c = 0, part = 0, shift = 0, left = 0, functions = 0, groups = 0;
  let section = 0, seen = 0;
  let value = 0;
  const number = (byte) => {
    part |= (byte & 127) << shift;
    shift += 7;
    if (byte > 127) return false;
    shift = 0;
    value = part >>> 0;
    part = 0;
    return true;
  };
  const pass = (byte) => {
    if (state === 0) {
      seen += 1;
      if (seen === 8) state = 1;
    } else if (state === 1) {
      section = byte;
      state = 2;
    } else if (state === 2) {
      if (number(byte)) {
        left = value;
        state = section === 10 ? 4 : left === 0 ? 1 : 3;
      }
    } else if (state === 3) {
      left -= 1;
      if (left === 0) state = 1;
    } else if (state === 4) {
      if (number(byte)) {
        functions = value;
        state = 5;
      }
    } else if (state === 5) {
      if (number(byte)) {
        left = value;
        state = 6;
        a = b = c = 0;
      }
    } else {
      if (state === 6) {
        if (number(byte)) {
          groups = value;
          state = groups === 0 ? 9 : 7;
        }
      } else if (state === 7) {
        if (number(byte)) state = 8;
      } else if (state === 8) {
        groups -= 1;
        state = groups === 0 ? 9 : 7;
      } else if (depth === 0) {
        c = b;
        b = a;
        a = byte;
        push(operands(byte));
      } else {
        const what = queue[depth - 1];
        if (what === 10 || what === 21 || what === 20 || what === 16) depth -= 1;
        else if (number(byte)) {
          depth -= 1;
          if (what === 22) {
            const first = a & 1;
            a = 256 + (value & 255) + 256 * first;
            push(prefixed(first === 1, value));
          } else if (what === 15) for (let k = Math.min(value, 4096); k >= 0; k -= 1) queue[depth++] = 14;
        }
      }
      left = (left - 1) >>> 0;
      if (left === 0) {
        functions = (functions - 1) >>> 0;
        state = functions === 0 ? 1 : 5;
        depth = 0;
        part = shift = 0;
      }
    }
    kind = depth === 0 ? state : queue[depth - 1];
  };
  const mix = (x, y) => {
    const z = mul(y, 0x85ebca6b);
    return mul(x, 0x9e3779b1) ^ ((z << 13) | (z >>> 19));
  };
  const slot = (context, partial) => {
    const hash = mul(context ^ mul(partial, 0xc2b2ae35), 0x27d4eb2f);
    const spread = mul(hash ^ (hash >>> 15), 0x9e3779b1);
    const at = (spread >>> 11) & ~15;
    const check = spread & 65535;
    if (slots[at] !== check) {
      slots[at] = check;
      for (let k = 1; k < 16; k += 1) slots[at + k] = 32768;
    }
    return at;
  };
  // The coder's numbers of 32 bits stay in their function: kept outside it, they would be allocated one by one.
  let coder = [0, -1, (packed[0] << 24) | (packed[1] << 16) | (packed[2] << 8) | packed[3]], read = 4;
  const run = (until) => {
    let [low, high, code] = coder;
    while (end < until) {
      const one = end > 0 ? out[end - 1] : 0, two = end > 1 ? out[end - 2] : 0;
      const c0 = mix((kind << 10) | a, part);
      const c1 = (mix((c << 20) | (b << 10) | a, (part << 5) | kind) + 1) | 0;
      const c2 = mix((kind << 8) | one, 2);
      const c3 = mix((kind << 16) | (two << 8) | one, 3);
      const expected = length > 0 ? 256 | out[from] : 0;
      const trusted = length < 31 ? length : 31;
      let partial = 1;
      for (let bit = 7; bit >= 0; bit -= 1) {
        let nibble = partial;
        if (bit === 7 || bit === 3) {
          at0 = slot(c0, partial);
          at1 = slot(c1, partial);
          at2 = slot(c2, partial);
          at3 = slot(c3, partial);
        }
        if (bit < 4) {
          const s = 3 - bit;
          nibble = (1 << s) | (partial & ((1 << s) - 1));
        }
        const i0 = at0 + nibble, i1 = at1 + nibble, i2 = at2 + nibble, i3 = at3 + nibble;
        const v0 = slots[i0], v1 = slots[i1], v2 = slots[i2], v3 = slots[i3];
        const x0 = v0 & 15 ? stretch[v0 >> 4] : 0;
        const x1 = v1 & 15 ? stretch[v1 >> 4] : 0;
        const x2 = v2 & 15 ? stretch[v2 >> 4] : 0;
        const x3 = v3 & 15 ? stretch[v3 >> 4] : 0;
        let x4 = 0;
        const matching = expected >> (bit + 1) === partial;
        const guess = (expected >> bit) & 1;
        if (matching) {
          x4 = stretch[(held[trusted] * 4096) | 0];
          if (guess === 0) x4 = -x4;
        }
        const w = (kind * 256 + partial) * 6;
        let sum = 0;
        sum += weights[w] * x0;
        sum += weights[w + 1] * x1;
        sum += weights[w + 2] * x2;
        sum += weights[w + 3] * x3;
        sum += weights[w + 4] * x4;
        sum += weights[w + 5] * 0.3;
        if (sum > 11.99) sum = 11.99;
        if (sum < -11.99) sum = -11.99;
        const along = (sum + 12) * 128;
        const step = along | 0;
        let p = squash[step] + (squash[step + 1] - squash[step]) * (along - step);
        if (p < 1 / 65536) p = 1 / 65536;
        if (p > 1 - 1 / 65536) p = 1 - 1 / 65536;
        const middle = (low + (((high >>> 0) - (low >>> 0)) * p >>> 0)) | 0;
        let y = 0;
        if ((code >>> 0) <= (middle >>> 0)) {
          y = 1;
          high = middle;
        } else low = (middle + 1) | 0;
        while (low >> 24 === high >> 24) {
          low <<= 8;
          high = (high << 8) | 255;
          code = (code << 8) | packed[read];
          read += 1;
        }
        const error = (y - p) * 0.02;
        weights[w] += error * x0;
        weights[w + 1] += error * x1;
        weights[w + 2] += error * x2;
        weights[w + 3] += error * x3;
        weights[w + 4] += error * x4;
        weights[w + 5] += error * 0.3;
        const target = y * 4095;
        const learn = (v) => {
          const n = v & 15, q = v >> 4;
          return ((q + (((target - q) * divide[n]) >> 15)) << 4) | (n < 15 ? n + 1 : 15);
        };
        slots[i0] = learn(slots[i0]);
        slots[i1] = learn(slots[i1]);
        slots[i2] = learn(slots[i2]);
        slots[i3] = learn(slots[i3]);
        if (matching) {
          const n = asked[trusted] < 59 ? asked[trusted] + 1 : 60;
          asked[trusted] = n;
          const h = held[trusted] + ((guess === y ? 1 : 0) - held[trusted]) / (n + 1.5);
          held[trusted] = h < 0.001 ? 0.001 : h > 0.9995 ? 0.9995 : h;
        }
        partial = (partial << 1) | y;
      }
      const byte = partial & 255;
      if (length > 0 && out[from] === byte) {
        from += 1;
        length += 1;
      } else length = 0;
      out[end] = byte;
      end += 1;
      pass(byte);
      let five = 0;
      for (let back = 1; back <= 5; back += 1) five = mul(five ^ (end >= back ? out[end - back] : 0), 0x01000193);
      const place = mul(five, 0x9e3779b1) >>> 14;
      if (length === 0 && last[place] > 0) {
        from = last[place];
        while (length < 31 && length < from && out[from - 1 - length] === out[end - 1 - length]) length += 1;
      }
      last[place] = end;
    }
    coder = [low, high, code];
  };
  let pause = performance.now() + 40;
  while (end < size) {
    run(Math.min(size, end + 2048));
    if (performance.now() > pause) {
      await new Promise((go) => setTimeout(go));
      pause = performance.now() + 40;
    }
  }
  return out;
}
