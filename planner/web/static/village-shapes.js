// The outlines and names of a layer in the browser: fetched once, kept as typed arrays, asked which village lies under a point.
(function () {
  "use strict";
  const MAGIC = 0x31474c56, GRID = 2 ** 24;
  const GRID_ZOOM = 16; // at this zoom Leaflet's world has 2^24 pixels: cells are pixels

  async function read(url) {
    const response = await fetch(url, { cache: "force-cache" }); // a name with a fingerprint never changes its content
    if (!response.ok) throw new Error(url + ": " + response.status);
    const bytes = await response.arrayBuffer(), head = new Uint8Array(bytes, 0, 2);
    if (head[0] !== 0x1f || head[1] !== 0x8b) return bytes; // a proxy has unpacked it
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  }

  window.VillageFiles = {
    bytes: read,
    text: async (url) => new TextDecoder().decode(await read(url)),
    json: async (url) => JSON.parse(await VillageFiles.text(url)),
  };

  // The inverse of planner/web/geometry_file.py. Rings of shape i: ring[i] .. ring[i + 1]; points of a ring likewise.
  window.ShapeTable = class {
    constructor(buffer) {
      const [magic, size, rings, points] = new Uint32Array(buffer, 0, 4);
      if (magic !== MAGIC) throw new Error("not an outline file");
      const perShape = new Uint32Array(buffer, 16, size), perRing = new Uint32Array(buffer, 16 + 4 * size, rings);
      const firsts = new Int32Array(buffer, 16 + 4 * (size + rings), 2 * rings);
      const steps = new Int16Array(buffer, 16 + 4 * size + 12 * rings, 2 * points);
      const ring = new Uint32Array(size + 1), point = new Uint32Array(rings + 1);
      const xy = new Int32Array(2 * points), box = new Int32Array(4 * size);
      for (let i = 0, r = 0, p = 0; i < size; i++) {
        let x0 = GRID, y0 = GRID, x1 = -1, y1 = -1;
        for (const end = r + perShape[i]; r < end; r++) {
          let x = firsts[2 * r], y = firsts[2 * r + 1];
          for (const last = p + perRing[r]; p < last; p++) {
            xy[2 * p] = x += steps[2 * p];
            xy[2 * p + 1] = y += steps[2 * p + 1];
            if (x < x0) x0 = x;
            if (x > x1) x1 = x;
            if (y < y0) y0 = y;
            if (y > y1) y1 = y;
          }
          point[r + 1] = p;
        }
        ring[i + 1] = r;
        box.set([x0, y0, x1, y1], 4 * i);
      }
      Object.assign(this, { size, ring, point, xy, box });
    }
  };

  window.VillageShapes = class extends ShapeTable {
    static async load(urls) {
      const { bytes, text, json } = VillageFiles;
      const [outlines, table, borders] = await Promise.all([bytes(urls.villages), text(urls.names), json(urls.borders)]);
      return [new VillageShapes(outlines, table), borders];
    }

    constructor(buffer, table) {
      super(buffer);
      this.names = table.split("\n").map((row) => {
        const [code, name, district, outline, point] = row.split("\t");
        return { code, name, district, approximate: outline === "approximate", point };
      });
      this.index = new Map(this.names.map(({ code }, v) => [code, v]));
      this.middles = new Map();
    }

    hasOutline(v) {
      return v >= 0 && this.box[4 * v + 2] >= 0;
    }

    bounds(v) {
      const corner = (x, y) => L.CRS.EPSG3857.pointToLatLng(L.point(x, y), GRID_ZOOM), b = 4 * v;
      return L.latLngBounds(corner(this.box[b], this.box[b + 1]), corner(this.box[b + 2], this.box[b + 3]));
    }

    // Where the sign of a village stands: in the widest stretch of land on five lines across it. In cells.
    middle(v) {
      if (!this.middles.has(v)) this.middles.set(v, this.hasOutline(v) ? this.widest(v) : this.published(v));
      return this.middles.get(v);
    }

    published(v) {
      const { point } = this.names[v];
      return point ? L.CRS.EPSG3857.latLngToPoint(L.latLng(point.split(",").map(Number)), GRID_ZOOM) : null;
    }

    widest(v) {
      const { ring, point, xy, box } = this, [x0, y0, x1, y1] = box.subarray(4 * v, 4 * v + 4);
      let best = { width: -1, x: (x0 + x1) / 2, y: (y0 + y1) / 2 };
      for (const share of [0.5, 0.4, 0.6, 0.25, 0.75]) {
        const y = y0 + share * (y1 - y0), crossings = [];
        for (let r = ring[v]; r < ring[v + 1]; r++) {
          for (let p = point[r], q = point[r + 1] - 1; p < point[r + 1]; q = p++) {
            const yp = xy[2 * p + 1], yq = xy[2 * q + 1];
            if (yp > y !== yq > y) crossings.push(((xy[2 * q] - xy[2 * p]) * (y - yp)) / (yq - yp) + xy[2 * p]);
          }
        }
        crossings.sort((a, b) => a - b);
        for (let i = 0; i < crossings.length; i += 2) {
          const width = crossings[i + 1] - crossings[i];
          if (width > best.width) best = { width, x: crossings[i] + width / 2, y };
        }
      }
      return L.point(best.x, best.y);
    }

    // The village under a point, or -1; only villages that are shown count.
    at(latlng, isShown) {
      const { x, y } = L.CRS.EPSG3857.latLngToPoint(latlng, GRID_ZOOM), { ring, point, xy, box } = this;
      for (let v = 0; v < this.size; v++) {
        const b = 4 * v;
        if (x < box[b] || x > box[b + 2] || y < box[b + 1] || y > box[b + 3] || !isShown(v)) continue;
        let inside = false;
        for (let r = ring[v]; r < ring[v + 1]; r++) {
          for (let p = point[r], q = point[r + 1] - 1; p < point[r + 1]; q = p++) {
            const yp = xy[2 * p + 1], yq = xy[2 * q + 1];
            if (yp > y !== yq > y && x < ((xy[2 * q] - xy[2 * p]) * (y - yp)) / (yq - yp) + xy[2 * p]) inside = !inside;
          }
        }
        if (inside) return v;
      }
      return -1;
    }
  };
})();
