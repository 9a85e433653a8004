// Strokes are lists of points, so that undo can draw what is left; a stroke without a point wipes the pad, so that
// undo brings back what was cleared; one with a picture is what a link brought. The pixels go to Python after each
// stroke. A tab keeps its drawing for each place, and what a link says of it, for a reload.
const SIDE = 280,
  SHARP = 2,
  DOTS = 28,
  STORE = "qmnist-drawing",
  PACKED = "qmnist-packed",
  BRUSH = 28,
  STEP = 10, // of the pen by keys, in the pad's own pixels
  SMALL_STEP = 2,
  REST = 200; // milliseconds without a key, after which what the pen has drawn is read
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
function stored(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}
function store(name, text) {
  try {
    sessionStorage.setItem(name, text);
  } catch {
    /* not allowed here: a reload loses the drawing */
  }
}
function parsed(text) {
  try {
    const strokes = JSON.parse(text);
    const whole = (stroke) => stroke.points.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
    return Array.isArray(strokes) && strokes.every(whole) ? strokes : null;
  } catch {
    return null;
  }
}
export default function ({ data, parentElement, setStateValue }) {
  const pad = parentElement.querySelector(".qmnist-pad");
  pad.querySelector(".hint span").textContent = data.hint;
  pad.classList.add(data.size);
  pad.tell = setStateValue;
  const isKnown = !data.packed || data.packed === stored(PACKED);
  store(PACKED, data.packed ?? "");
  if (pad.strokes) return;
  const name = data.place ? `${STORE}-${data.place}` : STORE;

  const canvas = pad.querySelector("canvas");
  const brush = pad.querySelector(".brush");
  const [undo, clear] = [pad.querySelector(".undo"), pad.querySelector(".clear")];
  canvas.setAttribute("role", "application"); // its keys are its own
  const pen = canvas.getContext("2d");
  pen.scale(SHARP, SHARP);
  const small = document.createElement("canvas");
  small.width = small.height = SIDE;
  const smallPen = small.getContext("2d", { willReadFrequently: true });
  const kept = parsed(data.strokes);
  if (kept) store(name, data.strokes);
  const fresh = data.packed ? [{ picture: data.packed, points: [[SIDE / 2, SIDE / 2]] }] : [];
  pad.strokes = kept || (isKnown && parsed(stored(name))) || fresh;
  brush.value = pad.strokes.findLast((stroke) => stroke.width)?.width ?? BRUSH;
  paint();
  if (!kept && pad.strokes.length && pad.strokes !== fresh) send();

  function picture(packed) {
    const letters = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
    const size = SIDE / DOTS;
    for (let i = 0; i < DOTS * DOTS; i++) {
      if ((letters.charCodeAt(i >> 3) >> (7 - (i % 8))) & 1) {
        pen.fillRect((i % DOTS) * size, Math.floor(i / DOTS) * size, size, size);
      }
    }
  }
  function line(stroke, from) {
    pen.strokeStyle = pen.fillStyle = "#fff";
    if (stroke.picture) return picture(stroke.picture);
    pen.lineWidth = stroke.width;
    pen.lineCap = pen.lineJoin = "round";
    const points = stroke.points;
    pen.beginPath();
    if (points.length === 1) {
      pen.arc(...points[0], stroke.width / 2, 0, 7);
      pen.fill();
      return;
    }
    pen.moveTo(...points[Math.max(0, from - 1)]);
    for (const point of points.slice(from)) pen.lineTo(...point);
    pen.stroke();
  }
  function shown() {
    return pad.strokes.slice(pad.strokes.findLastIndex((stroke) => !stroke.points.length) + 1);
  }
  function paint() {
    pen.fillStyle = "#000";
    pen.fillRect(0, 0, SIDE, SIDE);
    for (const stroke of shown()) line(stroke, 0);
    tools();
  }
  function tools() {
    const blank = !shown().length;
    canvas.parentElement.classList.toggle("empty", blank);
    undo.setAttribute("aria-disabled", String(!pad.strokes.length));
    clear.setAttribute("aria-disabled", String(blank));
  }
  function send() {
    smallPen.drawImage(canvas, 0, 0, SIDE, SIDE);
    const rgba = smallPen.getImageData(0, 0, SIDE, SIDE).data;
    const runs = [];
    for (let i = 0, end = SIDE * SIDE; i < end; ) {
      let n = 1;
      while (i + n < end && rgba[4 * (i + n)] === rgba[4 * i]) n++;
      runs.push(rgba[4 * i].toString(16) + ":" + n.toString(36));
      i += n;
    }
    const strokes = JSON.stringify(pad.strokes);
    store(name, strokes);
    pad.tell("drawing", { pixels: runs.join(" "), strokes });
  }
  function extend(event) {
    const box = canvas.getBoundingClientRect();
    const x = Math.round(((event.clientX - box.left) / box.width) * SIDE * 10) / 10;
    const y = Math.round(((event.clientY - box.top) / box.height) * SIDE * 10) / 10;
    const last = pad.stroke.points.at(-1);
    if (!last || Math.hypot(x - last[0], y - last[1]) >= 1) pad.stroke.points.push([x, y]);
  }
  function end(event) {
    if (!pad.stroke || event.pointerId !== pad.pointer) return;
    pad.stroke = null;
    paint(); // as it will look when it is drawn again, to the last pixel
    send();
  }
  canvas.onpointerdown = (event) => {
    if (pad.stroke || event.button > 0) return;
    lift();
    event.preventDefault();
    canvas.focus({ preventScroll: true, focusVisible: false });
    try {
      canvas.setPointerCapture(event.pointerId);
    } catch {
      /* a pen that has left already */
    }
    pad.pointer = event.pointerId;
    pad.stroke = { width: Number(brush.value), points: [] };
    extend(event);
    pad.strokes.push(pad.stroke);
    line(pad.stroke, 0);
    tools();
  };
  canvas.onpointermove = (event) => {
    if (!pad.stroke || event.pointerId !== pad.pointer) return;
    const before = pad.stroke.points.length;
    const parts = event.getCoalescedEvents?.() ?? [];
    for (const part of parts.length ? parts : [event]) extend(part);
    if (pad.stroke.points.length > before) line(pad.stroke, before);
  };
  canvas.onpointerup = canvas.onpointercancel = canvas.onlostpointercapture = end;
  // By keys: a pen with a cross, which draws while it is down.
  const cross = pad.querySelector(".pen");
  const at = [SIDE / 2, SIDE / 4];
  let [byKeys, waiting] = [null, 0];
  function show() {
    cross.style.left = `${(100 * at[0]) / SIDE}%`;
    cross.style.top = `${(100 * at[1]) / SIDE}%`;
    cross.classList.toggle("down", byKeys !== null);
    pad.querySelector(".keys").textContent = `Pen ${byKeys ? "down" : "up"}`;
  }
  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      paint();
      send();
    }, REST);
  }
  function lift() {
    if (!byKeys) return;
    byKeys = null;
    show();
    soon();
  }
  function wipe() {
    byKeys = null;
    if (shown().length) {
      pad.strokes = [...shown(), { points: [] }];
      paint();
      soon();
    }
  }
  canvas.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || pad.stroke) return;
    const way = WAYS[event.key];
    if (way) {
      for (const i of [0, 1]) {
        at[i] = Math.min(Math.max(at[i] + way[i] * (event.shiftKey ? SMALL_STEP : STEP), 0), SIDE);
      }
      if (byKeys) {
        byKeys.points.push([...at]);
        line(byKeys, byKeys.points.length - 1);
        soon();
      }
    } else if (event.key === " ") {
      if (event.repeat) return event.preventDefault();
      if (byKeys) lift();
      else {
        byKeys = { width: Number(brush.value), points: [[...at]] };
        pad.strokes.push(byKeys);
        line(byKeys, 0);
        tools();
        soon();
      }
    } else if (event.key === "Delete" || event.key === "Backspace") wipe();
    else return;
    show();
    event.preventDefault();
    event.stopPropagation();
  };
  canvas.onblur = lift;
  show();
  undo.onclick = () => {
    if (pad.stroke || !pad.strokes.length) return;
    pad.strokes.pop();
    paint();
    send();
  };
  clear.onclick = () => {
    if (pad.stroke || !shown().length) return;
    pad.strokes = [...shown(), { points: [] }];
    paint();
    send();
  };
}
