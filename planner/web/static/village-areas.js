// Areas of agents: the lines between them and the code of each agent, above the villages.
(function () {
  "use strict";
  const NOBODY = -1, GRID = 2 ** 24;
  const RIM = "#ffffff", LINE = "#14181d";
  const LINE_ZOOM = 8; // farther out, heavy lines would cover the villages

  window.VillageAreas = class {
    constructor(shapes) {
      this.shapes = shapes;
      this.owner = new Int32Array(shapes.size).fill(NOBODY);
      this.areas = [];
    }

    // Areas: [label, steps from village to village].
    show(areas) {
      this.owner.fill(NOBODY);
      this.areas = areas.map(([label, steps], a) => {
        let v = 0;
        const villages = steps.map((step) => (v += step));
        for (const village of villages) this.owner[village] = a;
        return { label, villages, at: this.place(villages) };
      });
      const all = this.areas.flatMap(({ villages }) => villages).sort((a, b) => a - b);
      if (String(all) !== this.known) this.sides = this.matched(all);
      this.known = String(all);
    }

    has(v) {
      return v >= 0 && this.owner[v] !== NOBODY;
    }

    label(v) {
      return this.has(v) ? this.areas[this.owner[v]].label : "";
    }

    // The village on the other side of each side of an outline; a side begins at its point and goes round the ring.
    matched(villages) {
      const { ring, point, xy } = this.shapes, points = new Map(), seen = new Map();
      const other = new Int32Array(xy.length / 2).fill(NOBODY);
      const number = (p) => {
        const key = xy[2 * p] * GRID + xy[2 * p + 1];
        let found = points.get(key);
        if (found === undefined) points.set(key, (found = points.size));
        return found;
      };
      for (const v of villages) {
        for (let r = ring[v]; r < ring[v + 1]; r++) {
          for (let p = point[r]; p < point[r + 1]; p++) {
            const a = number(p), b = number(p + 1 < point[r + 1] ? p + 1 : point[r]);
            const key = a < b ? a * GRID + b : b * GRID + a, before = seen.get(key);
            if (before === undefined) seen.set(key, [p, v]);
            else [other[p], other[before[0]]] = [before[1], v];
          }
        }
      }
      return other;
    }

    // Where the code of an agent stands: in the village nearest to the middle of the area.
    place(villages) {
      const { box } = this.shapes, middles = villages.filter((v) => this.shapes.hasOutline(v)).map((v) => {
        const [x0, y0, x1, y1] = box.subarray(4 * v, 4 * v + 4);
        return { v, x: (x0 + x1) / 2, y: (y0 + y1) / 2, size: (x1 - x0 + 1) * (y1 - y0 + 1) };
      });
      if (!middles.length) return null;
      const sum = (value) => middles.reduce((all, one) => all + value(one), 0), size = sum((one) => one.size);
      const x = sum((one) => one.x * one.size) / size, y = sum((one) => one.y * one.size) / size;
      const away = (one) => (one.x - x) ** 2 + (one.y - y) ** 2;
      return this.shapes.middle(middles.reduce((best, one) => (away(one) < away(best) ? one : best)).v);
    }

    // Draws the lines on a canvas of a pane.
    rule(canvas) {
      const wide = canvas._map.getZoom() >= LINE_ZOOM, c = canvas._context;
      c.lineJoin = c.lineCap = "round";
      for (const [width, colour] of [[wide ? 4.5 : 2.6, RIM], [wide ? 2.4 : 1.4, LINE]]) {
        Object.assign(c, { lineWidth: width, strokeStyle: colour });
        for (const { villages } of this.areas) {
          c.beginPath();
          for (const v of villages) if (canvas.sees(this.shapes.box, v)) this.edge(canvas, v);
          c.stroke();
        }
      }
      c.lineCap = "butt";
    }

    // Adds the sides of a village to the path that have another area, or none, on their other side.
    edge({ _context: c, _scale: s, _origin: { x: ox, y: oy } }, v) {
      const { ring, point, xy } = this.shapes, { sides, owner } = this;
      for (let r = ring[v]; r < ring[v + 1]; r++) {
        let drawing = false;
        for (let p = point[r]; p < point[r + 1]; p++) {
          const u = sides[p], isLine = u === NOBODY || (v < u && owner[u] !== owner[v]);
          if (isLine) {
            const q = p + 1 < point[r + 1] ? p + 1 : point[r];
            if (!drawing) c.moveTo(xy[2 * p] * s - ox, xy[2 * p + 1] * s - oy);
            c.lineTo(xy[2 * q] * s - ox, xy[2 * q + 1] * s - oy);
          }
          drawing = isLine;
        }
      }
    }

    // Writes the codes of the agents, large areas first; one that would stand on another is left out.
    write(canvas) {
      const c = canvas._context, taken = [], { width, height } = canvas._bounds ? canvas._bounds.getSize() : {};
      Object.assign(c, { font: "600 12px sans-serif", textAlign: "center", textBaseline: "middle", lineJoin: "round" });
      const sorted = [...this.areas].sort((a, b) => b.villages.length - a.villages.length);
      for (const { label, at } of sorted) {
        if (!at) continue;
        const x = at.x * canvas._scale - canvas._origin.x, y = at.y * canvas._scale - canvas._origin.y;
        const half = c.measureText(label).width / 2 + 3;
        const box = [x - half, y - 9, x + half, y + 9];
        if (x < 0 || y < 0 || x > width || y > height) continue;
        if (taken.some((one) => box[0] < one[2] && one[0] < box[2] && box[1] < one[3] && one[1] < box[3])) continue;
        taken.push(box);
        Object.assign(c, { lineWidth: 4, strokeStyle: RIM, fillStyle: LINE });
        c.strokeText(label, x, y);
        c.fillText(label, x, y);
      }
    }
  };
})();
