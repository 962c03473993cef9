// The map: buttons, two fingers and dragging change the window of the drawing; its villages are links to their cards.
class AreaMap {
  constructor(svg) {
    this.svg = svg;
    this.full = svg.getAttribute("viewBox").split(" ").map(Number);
    this.zoom = 1;
    this.middle = [this.full[0] + this.full[2] / 2, this.full[1] + this.full[3] / 2];
    this.fingers = new Map();
    this.moved = false;
    svg.addEventListener("pointerdown", (event) => this.down(event));
    svg.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
      svg.addEventListener(end, (event) => this.fingers.delete(event.pointerId));
    }
    svg.addEventListener("click", (event) => {
      if (this.moved) event.preventDefault(); // a drag that ends on a village is no tap
    });
    svg.addEventListener("dragstart", (event) => event.preventDefault());
    this.show();
  }

  by(factor) {
    this.zoom = Math.min(12, Math.max(1, this.zoom * factor));
    this.show();
  }

  whole() {
    this.zoom = 1;
    this.show();
  }

  show() {
    const [x, y, width, height] = this.full;
    const [w, h] = [width / this.zoom, height / this.zoom];
    this.middle[0] = Math.min(x + width - w / 2, Math.max(x + w / 2, this.middle[0]));
    this.middle[1] = Math.min(y + height - h / 2, Math.max(y + h / 2, this.middle[1]));
    this.svg.setAttribute("viewBox", [this.middle[0] - w / 2, this.middle[1] - h / 2, w, h].join(" "));
    this.svg.style.setProperty("--k", 1 / this.zoom);
    this.svg.style.touchAction = this.zoom > 1 ? "none" : "pan-y";
  }

  down(event) {
    this.fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (this.fingers.size === 1) this.moved = false;
  }

  move(event) {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const now = [event.clientX, event.clientY];
    const scale = this.full[2] / this.zoom / this.svg.clientWidth;
    const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
    if (this.fingers.size === 1 && !this.moved && Math.hypot(dx, dy) < 6) return;
    this.moved = true;
    const other = [...this.fingers].find(([id]) => id !== event.pointerId);
    const share = other ? 0.5 : 1;
    this.middle[0] -= dx * scale * share;
    this.middle[1] -= dy * scale * share;
    this.fingers.set(event.pointerId, now);
    if (other) {
      const away = (from) => Math.hypot(from[0] - other[1][0], from[1] - other[1][1]) || 1;
      this.zoom = Math.min(12, Math.max(1, (this.zoom * away(now)) / away(before)));
    }
    this.show();
  }

  emphasise(codes) {
    this.svg.querySelectorAll("[data-village]").forEach((link) =>
      link.classList.toggle("today", codes.includes(link.dataset.village)),
    );
  }
}
