// The map of villages: joins outlines, colours and names, and tells Streamlit which village was clicked.
// The page sends one character per village (its class), never outlines; names are set as text, never as HTML.
(function () {
  "use strict";
  const HIDDEN = "-"; // class of villages outside the chosen region
  const BORDER = { interactive: false, style: ({ properties }) => ({ color: "#2b3440", opacity: 0.75, weight: properties.level === "province" ? 1.8 : 0.7 }) };
  const fromBase64 = (text) => JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(text), (c) => c.charCodeAt(0))));

  window.VillageMap = class {
    constructor(map, urls) {
      this.map = map;
      const container = map.getContainer();
      // Leaflet takes the focus at each touch; without this the page jumps, and the click hits another village.
      container.focus = () => HTMLElement.prototype.focus.call(container, { preventScroll: true });
      container.style.background = "#eaf2f6"; // the sea: there are no tiles
      map.createPane("villages").style.zIndex = 350;
      this.canvas = new VillageCanvas().addTo(map);
      this.zoom = L.control.zoom().addTo(map);
      L.control.scale({ imperial: false }).addTo(map);
      map.attributionControl.setPrefix("Leaflet");
      map.on("click", ({ latlng }) => this.click(latlng));
      if (!L.Browser.mobile) this.hover();
      VillageShapes.load(fromBase64(urls)).then(
        ([shapes, borders]) => {
          this.shapes = shapes;
          L.geoJSON(borders, { ...BORDER, renderer: L.canvas({ padding: 0.25 }) }).addTo(map);
          this.refresh();
        },
        () => {
          this.failed = true;
          this.refresh();
        },
      );
    }

    // Called on each rerun of the page with the class string and, as base64 JSON, all the rest.
    update(classes, rest) {
      const before = this.state, next = (this.state = { classes, ...fromBase64(rest) });
      this.label(next.texts, next.language);
      if (String(next.bounds) !== String(before && before.bounds)) this.map.fitBounds(next.bounds, { animate: false, padding: [8, 8] });
      this.selected = next.selected;
      this.refresh();
    }

    refresh() {
      if (this.failed && this.state) this.complain();
      if (!this.shapes || !this.state) return;
      const v = this.shapes.index.get(this.selected) ?? -1;
      this.canvas.show(this.shapes, this.state, v);
      if (this.selected !== this.seen && this.shapes.hasOutline(v)) this.fly(v);
      this.seen = this.selected;
    }

    fly(v) {
      const animate = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.map.flyToBounds(this.shapes.bounds(v), { maxZoom: 11, padding: [40, 40], duration: 0.8, animate });
    }

    at(latlng) {
      return this.shapes && this.state ? this.shapes.at(latlng, (v) => this.state.classes[v] !== HIDDEN) : -1;
    }

    click(latlng) {
      const v = this.at(latlng);
      if (v < 0) return;
      this.selected = this.seen = this.shapes.names[v].code; // it is in view: no flight
      this.refresh();
      this.name(v, latlng);
      // streamlit-folium sends this on after the click; the moment makes a second click on the same village a change.
      const properties = { village_code: this.selected, clicked: Date.now() };
      window.__GLOBAL_DATA__.last_active_drawing = { type: "Feature", properties, geometry: null };
    }

    // The name beside the pointer; on a phone, where the village was touched.
    name(v, latlng) {
      this.tip ||= L.tooltip({ direction: "top", offset: [0, -6] });
      if (v < 0) return this.tip.close();
      const text = document.createElement("div");
      text.textContent = this.shapes.names[v].name + " · " + this.shapes.names[v].district;
      this.tip.setContent(text).setLatLng(latlng).openOn(this.map);
    }

    hover() {
      let waiting = false;
      this.map.on("mouseout movestart", () => this.name(-1));
      this.map.on("mousemove", ({ latlng }) => {
        if (waiting) return;
        waiting = true;
        requestAnimationFrame(() => {
          waiting = false;
          this.name(this.at(latlng), latlng);
        });
      });
    }

    label(texts, language) {
      const container = this.map.getContainer(), [closer, farther] = this.zoom.getContainer().querySelectorAll("a");
      container.setAttribute("role", "application");
      for (const [element, words] of [[container, texts.map], [closer, texts.closer], [farther, texts.farther]]) {
        element.setAttribute("aria-label", words);
      }
      closer.title = texts.closer;
      farther.title = texts.farther;
      document.documentElement.lang = window.parent.document.documentElement.lang = language; // Streamlit always says "en"
    }

    complain() {
      const box = (this.message ||= L.DomUtil.create("p", "village-message", this.map.getContainer()));
      box.setAttribute("role", "alert");
      Object.assign(box.style, { position: "absolute", inset: "40% 1rem auto", textAlign: "center", zIndex: 1000 });
      box.textContent = this.state.texts.failed;
    }
  };
})();
