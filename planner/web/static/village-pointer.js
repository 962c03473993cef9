// Pointing at villages with the mouse and choosing them with the keyboard.
(function () {
  "use strict";

  window.VillagePointer = class {
    constructor(villageMap) {
      this.villages = villageMap;
      this.map = villageMap.map;
      if (!L.Browser.mobile) this.hover();
      this.keys(villageMap.container);
    }

    hover() {
      let waiting = false;
      this.map.on("mouseout movestart", () => this.villages.unname());
      this.map.on("mousemove", ({ latlng }) => {
        if (waiting) return;
        waiting = true;
        requestAnimationFrame(() => {
          waiting = false;
          this.villages.name(latlng);
        });
      });
    }

    // The arrow keys move the map under a cross in its middle (Leaflet); Enter chooses what lies under the cross.
    keys(container) {
      const byKeyboard = () => container.matches(":focus-visible");
      this.map.on("moveend", () => byKeyboard() && this.villages.name(this.map.getCenter()));
      container.addEventListener("keydown", (event) => {
        // Leaflet makes a click of it, which streamlit-folium hears like one of the mouse.
        if (event.key === "Enter" && event.target === container) this.map.fire("click", { latlng: this.map.getCenter() });
      });
    }
  };
})();
