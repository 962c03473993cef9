// A canvas above or below Leaflet's own, and the drawing of outlines on it.
(function () {
  "use strict";
  const GRID = 2 ** 24;

  // A canvas in a pane of its own, as large as the map and a margin; drawn anew after each move.
  window.PaneCanvas = L.Renderer.extend({
    options: { padding: 0.25 },

    _initContainer() {
      this._layers = {}; // where Leaflet's own renderers keep their paths
      this._container = L.DomUtil.create("canvas", this.options.pane + "-canvas");
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
      this.draw();
    },

    draw() {
      if (!this._bounds) return;
      const c = this._context, ratio = window.devicePixelRatio || 1;
      c.setTransform(ratio, 0, 0, ratio, 0, 0);
      c.clearRect(0, 0, this._container.width, this._container.height);
      this._scale = (256 * 2 ** this._map.getZoom()) / GRID;
      this._origin = this._map.getPixelOrigin().add(this._bounds.min);
      const northWest = this._origin.divideBy(this._scale), southEast = this._origin.add(this._bounds.getSize()).divideBy(this._scale);
      this._view = { west: northWest.x, north: northWest.y, east: southEast.x, south: southEast.y };
      this.paint(c, ratio);
    },

    // Whether a box of cells touches the canvas.
    sees(box, i) {
      const { west, north, east, south } = this._view, b = 4 * i;
      return box[b + 2] >= west && box[b] <= east && box[b + 3] >= north && box[b + 1] <= south;
    },

    // Adds the rings of an outline, or the lines of a group, to the path.
    trace({ ring, point, xy, box }, i, closed = true) {
      const c = this._context, s = this._scale, { x: ox, y: oy } = this._origin;
      const left = box[4 * i] * s - ox, top = box[4 * i + 1] * s - oy;
      if (box[4 * i + 2] * s - ox - left < 1.5 && box[4 * i + 3] * s - oy - top < 1.5) return c.rect(left, top, 1.5, 1.5);
      for (let r = ring[i]; r < ring[i + 1]; r++) {
        let px = xy[2 * point[r]] * s - ox, py = xy[2 * point[r] + 1] * s - oy;
        c.moveTo(px, py);
        for (let p = point[r] + 1; p < point[r + 1]; p++) {
          const x = xy[2 * p] * s - ox, y = xy[2 * p + 1] * s - oy;
          if (Math.abs(x - px) + Math.abs(y - py) < 0.8) continue; // closer than the eye can see
          c.lineTo(x, y);
          px = x;
          py = y;
        }
        if (closed) c.closePath();
      }
    },
  });
})();
