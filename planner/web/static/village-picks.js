// Picking several villages: one click each, or all whose middle lies in a box that is drawn on the map.
(function () {
  "use strict";
  const LEAST = 6; // pixels; less is a click
  const AFTERWARDS_MS = 300; // the click that the browser makes of the end of a drag

  window.VillagePicks = class {
    constructor(villages) {
      Object.assign(this, { villages, map: villages.map, picked: new Set(), told: 0, ended: -Infinity });
      const container = this.map.getContainer();
      container.addEventListener("pointerdown", (event) => this.begin(event));
      container.addEventListener("pointermove", (event) => this.stretch(event));
      container.addEventListener("pointerup", (event) => this.end(event));
      container.addEventListener("pointercancel", () => this.leave());
    }

    get on() {
      return Boolean(this.state);
    }

    // State: villages that are picked, as steps, and how many changes the page has heard of; null where none are picked.
    update(state, texts) {
      this.state = state;
      this.map.boxZoom[state ? "disable" : "enable"]();
      if (!state) return this.switchTo(false);
      this.button(texts);
      if (state.heard < this.told) return; // the page has not heard of the last pick yet
      this.told = state.heard;
      let v = 0;
      this.picked = new Set(state.villages.map((step) => (v += step)));
    }

    button(texts) {
      if (!this.control) {
        this.control = L.control({ position: "topright" });
        this.control.onAdd = () => {
          const button = L.DomUtil.create("button", "village-box");
          button.type = "button";
          L.DomEvent.disableClickPropagation(button);
          button.addEventListener("pointerdown", (event) => event.stopPropagation());
          button.addEventListener("click", () => this.switchTo(!this.boxing));
          return button;
        };
        this.control.addTo(this.map);
      }
      this.control.getContainer().textContent = texts.box;
      this.control.getContainer().setAttribute("aria-pressed", String(Boolean(this.boxing)));
    }

    // While boxes are drawn, the map itself stays where it is.
    switchTo(boxing) {
      this.boxing = boxing;
      const container = this.map.getContainer();
      this.map.dragging[boxing ? "disable" : "enable"]();
      container.style.touchAction = boxing ? "none" : "";
      container.classList.toggle("village-boxing", boxing);
      if (this.control) this.control.getContainer().setAttribute("aria-pressed", String(boxing));
    }

    begin(event) {
      if (!this.on || !event.isPrimary || event.button || !(this.boxing || event.shiftKey)) return;
      if (event.target.closest(".leaflet-control")) return;
      this.from = this.map.mouseEventToContainerPoint(event);
      event.preventDefault();
    }

    stretch(event) {
      if (!this.from) return;
      this.to = this.map.mouseEventToContainerPoint(event);
      const box = (this.box ||= L.DomUtil.create("div", "village-drawn-box", this.map.getContainer()));
      const { min, max } = L.bounds(this.from, this.to);
      Object.assign(box.style, { left: min.x + "px", top: min.y + "px", width: max.x - min.x + "px", height: max.y - min.y + "px" });
    }

    end() {
      const { from, to } = this;
      this.leave();
      if (!from || !to || from.distanceTo(to) < LEAST) return;
      this.ended = performance.now();
      const inside = this.inside(L.bounds(from, to));
      if (!inside.length) return;
      inside.forEach((v) => this.picked.add(v));
      this.tell();
      // streamlit-folium sends what is told when it hears a click.
      setTimeout(() => this.map.fire("click", { latlng: this.map.containerPointToLatLng(to) }));
    }

    leave() {
      if (this.box) this.box.remove();
      this.from = this.to = this.box = null;
    }

    inside({ min, max }) {
      const { shapes, areas } = this.villages, cell = (point) => L.CRS.EPSG3857.latLngToPoint(this.map.containerPointToLatLng(point), 16);
      const a = cell(min), b = cell(max), found = [];
      for (let v = 0; v < shapes.size; v++) {
        const at = areas.has(v) && this.near(shapes.box, v, a, b) && shapes.middle(v);
        if (at && at.x >= a.x && at.x <= b.x && at.y >= a.y && at.y <= b.y) found.push(v);
      }
      return found;
    }

    // Whether a village may lie between two corners; one without outline has no box.
    near(box, v, a, b) {
      const i = 4 * v;
      return box[i + 2] < 0 || (box[i] <= b.x && box[i + 2] >= a.x && box[i + 1] <= b.y && box[i + 3] >= a.y);
    }

    // Takes a click on a village, -1 for none; says whether it was one of picking.
    take(v) {
      if (!this.on) return false;
      if (performance.now() - this.ended < AFTERWARDS_MS || !this.villages.areas.has(v)) return true;
      if (!this.picked.delete(v)) this.picked.add(v);
      this.tell();
      return true;
    }

    tell() {
      const codes = [...this.picked].sort((a, b) => a - b).map((v) => this.villages.shapes.names[v].code);
      const properties = { picked: codes, told: ++this.told };
      window.__GLOBAL_DATA__.last_active_drawing = { type: "Feature", properties, geometry: null };
      this.villages.refresh();
    }
  };
})();
