// Lines of provinces and regencies, and the strong border of the region in view.
(function () {
  "use strict";
  const LINE = "#2b3440", FRAME = [["#ffffff", 6], ["#14181d", 3]];

  // A coast, and a line between two provinces, is wider than one between regencies.
  const width = ([a, b]) => (b && a.slice(0, 2) === b.slice(0, 2) ? 0.7 : 1.6);

  window.VillageBorders = class {
    constructor(map, lines) {
      Object.assign(this, { map, lines, region: "", renderer: L.canvas({ padding: 0.25 }) });
      this.add(({ properties: { between } }) => ({ color: LINE, opacity: 0.75, weight: width(between) }));
    }

    add(style, filter) {
      return L.geoJSON(this.lines, { style, filter, interactive: false, renderer: this.renderer }).addTo(this.map);
    }

    // Lines that have the region on one side only.
    frame(region) {
      if (region === this.region) return;
      (this.framed || []).forEach((layer) => layer.remove());
      const inside = (code) => code === region || code.startsWith(region + ".");
      const filter = ({ properties: { between } }) => between.filter(inside).length === 1;
      this.framed = region ? FRAME.map(([color, weight]) => this.add({ color, weight }, filter)) : [];
      this.region = region;
    }
  };
})();
