// Draws all villages on one canvas of a Leaflet map, in the colours of their classes.
(function () {
  "use strict";
  const GRID = 2 ** 24;
  const PER_PATH = 8; // software canvases slow down with the size of a path, not with the number of paths
  const LINE_ZOOM = 10; // farther out, lines would wash the colours out

  // What fills a class: a colour, or stripes on a colour (estimates, no data).
  function paint(context, style, ratio) {
    if (!style.stripe) return style.fill;
    const side = Math.round(6 * ratio), tile = document.createElement("canvas"), pen = tile.getContext("2d");
    tile.width = tile.height = side;
    pen.fillStyle = style.fill;
    pen.fillRect(0, 0, side, side);
    pen.strokeStyle = style.stripe;
    pen.lineWidth = ratio;
    for (const shift of [-side, 0, side]) {
      pen.moveTo(shift, side);
      pen.lineTo(shift + side, 0);
    }
    pen.stroke();
    return context.createPattern(tile, "repeat");
  }

  window.VillageCanvas = L.Renderer.extend({
    options: { padding: 0.25, pane: "villages" },

    show(shapes, state, selected) {
      Object.assign(this, { _shapes: shapes, _state: state, _selected: selected });
      if (this._bounds) this._draw();
    },

    _initContainer() {
      this._layers = {}; // where Leaflet's own renderers keep their paths
      this._container = L.DomUtil.create("canvas", "village-canvas");
      this._container.setAttribute("aria-hidden", "true"); // the list beside the map is the accessible way
      this._context = this._container.getContext("2d");
    },

    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize(), ratio = window.devicePixelRatio || 1;
      L.DomUtil.setPosition(this._container, this._bounds.min);
      this._container.width = Math.round(size.x * ratio);
      this._container.height = Math.round(size.y * ratio);
      this._container.style.width = size.x + "px";
      this._container.style.height = size.y + "px";
      this._draw();
    },

    _draw() {
      const c = this._context, ratio = window.devicePixelRatio || 1, close = this._map.getZoom() >= LINE_ZOOM;
      c.setTransform(ratio, 0, 0, ratio, 0, 0);
      c.clearRect(0, 0, this._container.width, this._container.height);
      if (!this._shapes) return;
      this._scale = (256 * 2 ** this._map.getZoom()) / GRID;
      this._origin = this._map.getPixelOrigin().add(this._bounds.min);
      for (const [key, villages] of this._inView()) {
        const style = this._state.styles[key[0]];
        c.fillStyle = paint(c, style, ratio);
        c.strokeStyle = close ? style.line : style.fill; // in the colour of the class it hides the seams
        c.lineWidth = close ? 0.8 : 0.4;
        c.setLineDash(close && key[1] ? [4, 3] : []);
        for (let i = 0; i < villages.length; i += PER_PATH) {
          c.beginPath();
          villages.slice(i, i + PER_PATH).forEach((v) => this._trace(v));
          c.fill();
          c.stroke();
        }
      }
      if (this._shapes.hasOutline(this._selected)) this._highlight(this._selected);
    },

    // Villages in view, by class and by whether their outline is approximate.
    _inView() {
      const groups = new Map(), { box, names, villages } = this._shapes, { classes } = this._state, cell = 1 / this._scale;
      const west = this._origin.x * cell, north = this._origin.y * cell, size = this._bounds.getSize();
      const east = west + size.x * cell, south = north + size.y * cell;
      for (let v = 0; v < villages; v++) {
        const b = 4 * v;
        if (box[b + 2] < west || box[b] > east || box[b + 3] < north || box[b + 1] > south) continue;
        const key = classes[v] + (names[v].approximate ? "~" : "");
        if (!groups.has(key)) groups.set(key, []);
        groups.get(key).push(v);
      }
      return groups;
    },

    _trace(v) {
      const c = this._context, { ring, point, xy, box } = this._shapes, s = this._scale, { x: ox, y: oy } = this._origin;
      const left = box[4 * v] * s - ox, top = box[4 * v + 1] * s - oy;
      if (box[4 * v + 2] * s - ox - left < 1.5 && box[4 * v + 3] * s - oy - top < 1.5) return c.rect(left, top, 1.5, 1.5);
      for (let r = ring[v]; r < ring[v + 1]; r++) {
        let px = xy[2 * point[r]] * s - ox, py = xy[2 * point[r] + 1] * s - oy;
        c.moveTo(px, py);
        for (let p = point[r] + 1; p < point[r + 1]; p++) {
          const x = xy[2 * p] * s - ox, y = xy[2 * p + 1] * s - oy;
          if (Math.abs(x - px) + Math.abs(y - py) < 0.8) continue; // closer than the eye can see
          c.lineTo(x, y);
          px = x;
          py = y;
        }
        c.closePath();
      }
    },

    _highlight(v) {
      const c = this._context;
      c.setLineDash([]);
      c.lineJoin = "round";
      for (const [width, colour] of [[6, "#ffffff"], [3, "#d6006c"]]) {
        c.lineWidth = width;
        c.strokeStyle = colour;
        c.beginPath();
        this._trace(v);
        c.stroke();
      }
    },
  });
})();
