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

  window.VillageShapes = class {
    static async load(urls) {
      const [outlines, table, borders] = await Promise.all([urls.villages, urls.names, urls.borders].map(read));
      const shapes = new VillageShapes(outlines, new TextDecoder().decode(table));
      return [shapes, JSON.parse(new TextDecoder().decode(borders))];
    }

    // The inverse of planner/web/geometry_file.py. Rings of village v: ring[v] .. ring[v + 1]; points of a ring likewise.
    constructor(buffer, table) {
      const [magic, villages, rings, points] = new Uint32Array(buffer, 0, 4);
      if (magic !== MAGIC) throw new Error("not an outline file");
      const perVillage = new Uint32Array(buffer, 16, villages), perRing = new Uint32Array(buffer, 16 + 4 * villages, rings);
      const firsts = new Int32Array(buffer, 16 + 4 * (villages + rings), 2 * rings);
      const steps = new Int16Array(buffer, 16 + 4 * villages + 12 * rings, 2 * points);
      const ring = new Uint32Array(villages + 1), point = new Uint32Array(rings + 1);
      const xy = new Int32Array(2 * points), box = new Int32Array(4 * villages);
      for (let v = 0, r = 0, p = 0; v < villages; v++) {
        let x0 = GRID, y0 = GRID, x1 = -1, y1 = -1;
        for (const end = r + perVillage[v]; r < end; r++) {
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
        ring[v + 1] = r;
        box.set([x0, y0, x1, y1], 4 * v);
      }
      Object.assign(this, { villages, ring, point, xy, box });
      this.names = table.split("\n").map((row) => {
        const [code, name, district, outline] = row.split("\t");
        return { code, name, district, approximate: outline === "approximate" };
      });
      this.index = new Map(this.names.map(({ code }, v) => [code, v]));
    }

    hasOutline(v) {
      return v >= 0 && this.box[4 * v + 2] >= 0;
    }

    bounds(v) {
      const corner = (x, y) => L.CRS.EPSG3857.pointToLatLng(L.point(x, y), GRID_ZOOM), b = 4 * v;
      return L.latLngBounds(corner(this.box[b], this.box[b + 1]), corner(this.box[b + 2], this.box[b + 3]));
    }

    // The village under a point, or -1; only villages that are shown count.
    at(latlng, isShown) {
      const { x, y } = L.CRS.EPSG3857.latLngToPoint(latlng, GRID_ZOOM), { ring, point, xy, box } = this;
      for (let v = 0; v < this.villages; v++) {
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
