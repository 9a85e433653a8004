// The exponents, one map of pixels a layer: orange below 0, blue above.
const LIMITS = [0.02, 0.05, 0.1, 0.2, 0.5, 1],
  UNIT = 32767,
  GAP = 14, // pixels and more: sides of larger images have no gaps between their pixels
  CAPTION = 22,
  ROOMY = 170, // pixels, that a long caption needs
  KEY = 24;

function colours(element) {
  const style = getComputedStyle(element);
  const found = (name) => {
    const pen = document.createElement("canvas").getContext("2d");
    pen.fillStyle = style.getPropertyValue(name).trim() || "#fff";
    const hex = pen.fillStyle;
    return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  };
  const [low, ground, high] = ["--qm-second", "--st-background-color", "--qm-first"].map(found);
  return Array.from({ length: 201 }, (_, i) => {
    const [end, share] = [i < 100 ? low : high, Math.abs(i - 100) / 100];
    return `rgb(${ground.map((value, c) => Math.round(value + (end[c] - value) * share)).join(",")})`;
  });
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".maps");
  const pointed = parentElement.querySelector(".pointed");
  const { layers, size, height, chosen, clickable } = data;
  const n = size * size;
  let [parts, width, built, shown] = [null, 0, null, null];

  let latest = null;

  function build(reel) {
    const fitting = (columns) => {
      const rows = Math.ceil(layers.length / columns);
      return Math.min((width - 14 * columns) / columns, (height - KEY) / rows - CAPTION - 8);
    };
    const side = Math.max(64, Math.floor(Math.max(...[1, 2, 3].map(fitting))));
    const ratio = Math.max(1, Math.round(devicePixelRatio));
    const cell = Math.max(1, Math.floor((side * ratio) / size));
    const scale = colours(root);
    root.replaceChildren();
    parts = layers.map((name, layer) => {
      let largest = 0;
      for (let at = layer * n; at < reel.exponents.length; at += layers.length * n)
        for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(reel.exponents[at + i]));
      const limit = LIMITS.find((one) => one * UNIT >= largest) ?? 1;
      const figure = document.createElement("figure");
      const caption = document.createElement("figcaption");
      const full = side < ROOMY ? ` ±${limit}` : `, full at ±${limit}`;
      caption.textContent = (data.captions[layer] ?? `layer ${layer + 1}: ${name}`) + (limit < 1 ? full : "");
      caption.title = `full colour at ±${limit}`;
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = cell * size;
      canvas.style.width = canvas.style.height = `${(cell * size) / ratio}px`;
      canvas.classList.toggle("clickable", Boolean(clickable));
      const pixel = (event) => {
        const box = canvas.getBoundingClientRect();
        const [row, column] = [
          ((event.clientY - box.top) / box.height) * size,
          ((event.clientX - box.left) / box.width) * size,
        ].map((place) => Math.min(size - 1, Math.max(0, Math.floor(place))));
        return row * size + column;
      };
      canvas.onpointermove = (event) => {
        const at = pixel(event);
        const value = (shown[layer * n + at] / UNIT).toFixed(3).replace("-", "−");
        pointed.textContent = `pixel (${Math.floor(at / size)}, ${at % size}): ${value} half-turns`;
      };
      canvas.onpointerleave = () => {
        pointed.textContent = "";
      };
      canvas.onclick = (event) => clickable && setTriggerValue("click", { layer, pixel: pixel(event) });
      figure.append(caption, canvas);
      root.append(figure);
      return { pen: canvas.getContext("2d"), scale, cell, limit };
    });
    const key = document.createElement("div");
    key.className = "key";
    key.append("below 0", document.createElement("span"), "above 0");
    root.append(key);
    built = reel;
  }
  function draw(reel, frame) {
    if (!width) return;
    latest = [reel, frame];
    if (built !== reel) build(reel);
    shown = reel.exponents.subarray(frame * layers.length * n, (frame + 1) * layers.length * n);
    const ground = getComputedStyle(root).getPropertyValue("--st-border-color");
    parts.forEach(({ pen, scale, cell, limit }, layer) => {
      const gap = size <= GAP ? 1 : 0;
      if (gap) {
        pen.fillStyle = ground;
        pen.fillRect(0, 0, cell * size, cell * size);
      }
      for (let i = 0; i < n; i++) {
        const byHand = chosen && play.hand?.layer === layer && play.hand.pixel === i ? play.hand.value() : null;
        const value = byHand ?? shown[layer * n + i] / UNIT;
        pen.fillStyle = scale[100 + Math.round(100 * Math.max(-1, Math.min(1, value / limit)))];
        pen.fillRect((i % size) * cell, Math.floor(i / size) * cell, cell - gap, cell - gap);
      }
      if (chosen && chosen[0] === layer) {
        pen.strokeStyle = getComputedStyle(root).color;
        pen.lineWidth = Math.max(2, cell / 10);
        pen.strokeRect((chosen[1] % size) * cell + 1, Math.floor(chosen[1] / size) * cell + 1, cell - 3, cell - 3);
      }
    });
    root.setAttribute(
      "aria-label",
      `Exponents of ${layers.length} layers (${layers.join(", ")}) on ${size}×${size} pixels, after step ${reel.steps[frame]}`,
    );
  }
  if (data.reel) play.load(data.run, data.reel);
  offerToSave(parentElement.querySelector(".qmnist-save"), (format) => {
    root.style.setProperty("--st-background-color", data.paper.ground);
    root.style.setProperty("--st-border-color", data.paper.grid);
    build(latest[0]);
    draw(...latest);
    const picture = drawn(root, data.paper);
    root.removeAttribute("style");
    build(latest[0]);
    draw(...latest);
    return download(picture, format, data.name);
  });
  onWidth(root, (now) => {
    width = now;
    built = null;
    play.follow(root, data.run, draw);
  });
}
