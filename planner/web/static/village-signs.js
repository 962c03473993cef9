// Draws what stands above the villages: outlines and symbols of marked villages, symbols of places.
(function () {
  "use strict";
  const RIM = "#ffffff";
  const STEP = 15; // pixels between the symbols of a village with several marks
  const NEAR = 10; // pixels from which a place is pointed at

  // Symbols are paths around the origin (planner/web/symbols.py); a white rim parts them from what is below.
  const drawn = (symbol) => ({ ...symbol, shape: new Path2D(symbol.shape), sign: symbol.sign && new Path2D(symbol.sign) });
  const ready = (group) => new Map(Object.entries(group).map(([kind, symbol]) => [kind, drawn(symbol)]));
  const MARKS = ready(VillageSymbols.marks), PLACES = ready(VillageSymbols.places);

  window.SignCanvas = PaneCanvas.extend({
    options: { pane: "sign" },

    // Marks: kind -> villages. Places: kind -> points { x, y, name } in cells.
    show(shapes, marks, places, areas) {
      Object.assign(this, { _shapes: shapes, _marks: marks, _places: places, _areas: areas });
      this.draw();
    },

    paint(c) {
      if (!this._marks) return;
      this._areas.rule(this);
      c.lineJoin = "round";
      const size = Math.min(1.15, Math.max(0.6, 0.6 + 0.11 * (this._map.getZoom() - 6)));
      for (const [kind, points] of this._places) {
        for (const point of points) this._symbol(c, PLACES.get(kind), point, 0.9 * size);
      }
      for (const width of [5, 2.5]) {
        for (const [kind, villages] of this._marks) this._outline(c, MARKS.get(kind), villages, width, width === 5);
      }
      for (const [v, kinds] of this._byVillage()) {
        const middle = this._shapes.middle(v);
        if (!middle) continue;
        kinds.forEach((kind, i) => this._symbol(c, MARKS.get(kind), middle, size, (i - (kinds.length - 1) / 2) * STEP * size));
      }
      this._areas.write(this);
    },

    _outline(c, { colour, dash }, villages, width, rim) {
      Object.assign(c, { lineWidth: width, strokeStyle: rim ? RIM : colour });
      c.setLineDash(rim ? [] : dash);
      for (const v of villages) {
        if (!this._shapes.hasOutline(v) || !this.sees(this._shapes.box, v) || this._isDot(v)) continue;
        c.beginPath();
        this.trace(this._shapes, v);
        c.stroke();
      }
      c.setLineDash([]);
    },

    // A village smaller than its own symbol shows the symbol only.
    _isDot(v) {
      const { box } = this._shapes;
      return Math.max(box[4 * v + 2] - box[4 * v], box[4 * v + 3] - box[4 * v + 1]) * this._scale < 6;
    },

    _byVillage() {
      const kinds = new Map();
      for (const [kind, villages] of this._marks) {
        for (const v of villages) kinds.set(v, [...(kinds.get(v) || []), kind]);
      }
      return kinds;
    },

    _symbol(c, symbol, point, size, shift = 0) {
      const x = point.x * this._scale - this._origin.x + shift, y = point.y * this._scale - this._origin.y;
      const { width, height } = this._container;
      if (x < -9 || y < -9 || x > width + 9 || y > height + 9) return;
      c.save();
      c.translate(x, y);
      c.scale(size, size);
      Object.assign(c, { lineWidth: 3.5, strokeStyle: RIM, fillStyle: symbol.colour });
      c.stroke(symbol.shape);
      c.fill(symbol.shape);
      if (symbol.sign) {
        c.lineWidth = 2;
        c.stroke(symbol.sign);
      }
      c.restore();
    },

    // The place that is pointed at, the nearest first: { kind, name }.
    placeAt(cell) {
      let best = null, least = (NEAR / this._scale) ** 2;
      for (const [kind, points] of this._places || []) {
        for (const { x, y, name } of points) {
          const away = (x - cell.x) ** 2 + (y - cell.y) ** 2;
          if (away < least) [best, least] = [{ kind, name }, away];
        }
      }
      return best;
    },
  });
})();
