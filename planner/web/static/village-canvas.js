// Draws all villages on one canvas of a Leaflet map, in the colours of their classes.
(function () {
  "use strict";
  const PER_PATH = 8; // software canvases slow down with the size of a path, not with the number of paths
  const LINE_ZOOM = 10; // farther out, lines would wash the colours out

  const DISTRICT_ZOOM = 9.5;

  // Where the stripes of each pattern run on a tile of a given side.
  const STRIPES = {
    rising: (a) => [[-a, a, 0, 0], [0, a, a, 0], [a, a, 2 * a, 0]],
    falling: (a) => [[-a, 0, 0, a], [0, 0, a, a], [a, 0, 2 * a, a]],
    level: (a) => [[0, a / 2, a, a / 2]],
    grid: (a) => [[0, a / 2, a, a / 2], [a / 2, 0, a / 2, a]],
  };

  // What fills a class: a colour, or stripes on a colour.
  function look(context, [fill, , stripe, pattern], ratio) {
    if (!stripe) return fill;
    const side = Math.round(6 * ratio), tile = document.createElement("canvas"), pen = tile.getContext("2d");
    tile.width = tile.height = side;
    pen.fillStyle = fill;
    pen.fillRect(0, 0, side, side);
    pen.strokeStyle = stripe;
    pen.lineWidth = ratio;
    for (const [x, y, u, v] of STRIPES[pattern](side)) {
      pen.moveTo(x, y);
      pen.lineTo(u, v);
    }
    pen.stroke();
    return context.createPattern(tile, "repeat");
  }

  window.VillageCanvas = PaneCanvas.extend({
    options: { pane: "village" },

    show(shapes, state, selected) {
      Object.assign(this, { _shapes: shapes, _state: state, _selected: selected });
      this.draw();
    },

    wantsDistricts() {
      return this._map.getZoom() >= DISTRICT_ZOOM;
    },

    showDistricts(lines) {
      this._districts = lines;
      this.draw();
    },

    paint(c, ratio) {
      if (!this._shapes) return;
      const close = this._map.getZoom() >= LINE_ZOOM;
      for (const [key, villages] of this._inView()) {
        const style = this._state.styles[key[0]], [fill, line] = style;
        c.fillStyle = look(c, style, ratio);
        c.strokeStyle = close ? line : fill; // in the colour of the class it hides the seams
        c.lineWidth = close ? 0.8 : 0.4;
        c.setLineDash(close && key[1] ? [4, 3] : []);
        for (let i = 0; i < villages.length; i += PER_PATH) {
          c.beginPath();
          villages.slice(i, i + PER_PATH).forEach((v) => this.trace(this._shapes, v));
          c.fill();
          c.stroke();
        }
      }
      c.setLineDash([]);
      if (this._districts && this.wantsDistricts()) this._rule(c);
      if (this._shapes.hasOutline(this._selected)) this._highlight(c);
    },

    // Villages in view, by class and by whether their outline is approximate.
    _inView() {
      const groups = new Map(), { box, names, size } = this._shapes, { classes } = this._state;
      for (let v = 0; v < size; v++) {
        if (!this.sees(box, v)) continue;
        const key = classes[v] + (names[v].approximate ? "~" : "");
        if (!groups.has(key)) groups.set(key, []);
        groups.get(key).push(v);
      }
      return groups;
    },

    _rule(c) {
      for (const [width, colour] of [[2.2, "#ffffffb0"], [0.9, "#2b3440"]]) {
        Object.assign(c, { lineWidth: width, strokeStyle: colour });
        for (let i = 0; i < this._districts.size; i++) {
          if (!this.sees(this._districts.box, i)) continue;
          c.beginPath();
          this.trace(this._districts, i, false);
          c.stroke();
        }
      }
    },

    _highlight(c) {
      c.lineJoin = "round";
      for (const [width, colour] of [[6, "#ffffff"], [3, "#d6006c"]]) {
        Object.assign(c, { lineWidth: width, strokeStyle: colour });
        c.beginPath();
        this.trace(this._shapes, this._selected);
        c.stroke();
      }
    },
  });
})();
