// The map of villages: joins outlines, colours, signs and names, and tells Streamlit which village was clicked.
// The page sends one character per village (its class), never outlines; names are set as text, never as HTML.
(function () {
  "use strict";
  const HIDDEN = "-"; // class of villages outside the chosen region
  const GRID_ZOOM = 16; // at this zoom cells of the outlines are pixels
  const fromBase64 = (text) => JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(text), (c) => c.charCodeAt(0))));
  const toCell = (latlng) => L.CRS.EPSG3857.latLngToPoint(L.latLng(latlng), GRID_ZOOM);

  window.VillageMap = class {
    constructor(map, urls) {
      this.map = map;
      this.urls = fromBase64(urls);
      this.container = map.getContainer();
      // Leaflet takes the focus at each touch; without this the page jumps, and the click hits another village.
      this.container.focus = () => HTMLElement.prototype.focus.call(this.container, { preventScroll: true });
      map.createPane("village").style.zIndex = 350;
      map.createPane("sign").style.zIndex = 450;
      map.getPane("sign").style.pointerEvents = "none";
      this.canvas = new VillageCanvas().addTo(map);
      this.signs = new SignCanvas().addTo(map);
      this.zoom = L.control.zoom().addTo(map);
      L.control.scale({ imperial: false }).addTo(map);
      map.attributionControl.setPrefix("Leaflet");
      L.DomUtil.create("div", "village-cross", this.container).setAttribute("aria-hidden", "true");
      map.on("click", ({ latlng }) => this.click(latlng));
      map.on("zoomend", () => this.loadDistricts());
      new VillagePointer(this);
      this.picks = new VillagePicks(this);
      VillageShapes.load(this.urls).then(
        ([shapes, borders]) => {
          this.shapes = shapes;
          this.areas = new VillageAreas(shapes);
          this.borders = new VillageBorders(map, borders);
          this.refresh();
          this.loadDistricts();
        },
        () => {
          this.failed = "failed";
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
      this.marks = new Map(Object.entries(next.marks).map(([kind, steps]) => {
        let v = 0;
        return [kind, steps.map((step) => (v += step))];
      }));
      this.picks.update(next.picks ?? null, next.texts);
      this.loadPlaces();
      this.refresh();
    }

    refresh() {
      if (this.failed && this.state) this.complain();
      if (!this.shapes || !this.state) return;
      const v = this.shapes.index.get(this.selected) ?? -1;
      if (this.state !== this.divided) this.areas.show(this.state.areas ?? []);
      this.divided = this.state;
      this.canvas.show(this.shapes, this.state, v);
      if (this.picks.on) this.marks.set("picked", [...this.picks.picked]);
      this.signs.show(this.shapes, this.marks, this.switchedOn(), this.areas);
      this.borders.frame(this.state.region);
      if (this.selected !== this.seen && this.shapes.hasOutline(v)) this.fly(v);
      this.seen = this.selected;
    }

    async loadDistricts() {
      if (this.districts || !this.shapes || !this.canvas.wantsDistricts()) return;
      this.districts = this.optional(VillageFiles.bytes(this.urls.districts));
      const bytes = await this.districts;
      if (bytes) this.canvas.showDistricts(new ShapeTable(bytes));
    }

    async loadPlaces() {
      if (this.places || !this.state.places.length) return;
      this.places = this.optional(VillageFiles.json(this.urls.places));
      const places = await this.places;
      if (!places) return;
      const points = (list) => list.map(([lat, lng, name]) => Object.assign(toCell([lat, lng]), { name }));
      this.points = new Map(Object.entries(places).map(([kind, list]) => [kind, points(list)]));
      this.refresh();
    }

    switchedOn() {
      return new Map(this.state.places.map((kind) => [kind, (this.points && this.points.get(kind)) || []]));
    }

    // The villages stay in use when a file of something else on the map cannot be had.
    optional(file) {
      return file.catch(() => {
        this.failed = "missing";
        this.refresh();
      });
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
      this.name(latlng, v);
      if (this.picks.take(v) || v < 0) return;
      this.selected = this.seen = this.shapes.names[v].code; // it is in view: no flight
      this.refresh();
      // streamlit-folium sends this on after the click; the moment makes a second click on the same village a change.
      const properties = { village_code: this.selected, clicked: Date.now() };
      window.__GLOBAL_DATA__.last_active_drawing = { type: "Feature", properties, geometry: null };
    }

    // The names beside the pointer, of a place and of the village; on a phone, where it was touched.
    name(latlng, v = this.at(latlng)) {
      this.tip ||= L.tooltip({ direction: "top", offset: [0, -6] });
      const place = this.state && this.signs.placeAt(toCell(latlng)), lines = [];
      if (place) lines.push([this.state.texts[place.kind], place.name].filter(Boolean).join(": "));
      if (v >= 0) lines.push([this.shapes.names[v].name, this.shapes.names[v].district, this.areas.label(v)].filter(Boolean).join(" · "));
      if (!lines.length) return this.tip.close();
      const box = document.createElement("div");
      for (const line of lines) box.appendChild(document.createElement("div")).textContent = line;
      this.tip.setContent(box).setLatLng(latlng).openOn(this.map);
    }

    unname() {
      if (this.tip) this.tip.close();
    }

    label(texts, language) {
      const [closer, farther] = this.zoom.getContainer().querySelectorAll("a");
      this.container.setAttribute("role", "application");
      for (const [element, words] of [[this.container, texts.map], [closer, texts.closer], [farther, texts.farther]]) {
        element.setAttribute("aria-label", words);
      }
      closer.title = texts.closer;
      farther.title = texts.farther;
      document.documentElement.lang = window.parent.document.documentElement.lang = language; // Streamlit always says "en"
    }

    complain() {
      const box = (this.message ||= L.DomUtil.create("p", "village-message", this.container));
      box.setAttribute("role", "alert");
      box.textContent = this.state.texts[this.failed];
    }
  };
})();
