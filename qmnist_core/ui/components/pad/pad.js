// Strokes are lists of points, so that undo can draw what is left; a stroke without a point wipes the pad, so that
// undo brings back what was cleared. The pixels go to Python after each stroke. A tab keeps its drawing for a reload.
const SIDE = 280,
  SHARP = 2,
  STORE = "qmnist-drawing",
  BRUSH = 28;
function stored() {
  try {
    return sessionStorage.getItem(STORE);
  } catch {
    return null;
  }
}
function store(text) {
  try {
    sessionStorage.setItem(STORE, text);
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
  pad.querySelector(".hint").textContent = data.hint;
  pad.tell = setStateValue;
  if (pad.strokes) return;

  const canvas = pad.querySelector("canvas");
  const brush = pad.querySelector(".brush");
  const [undo, clear] = [pad.querySelector(".undo"), pad.querySelector(".clear")];
  const pen = canvas.getContext("2d");
  pen.scale(SHARP, SHARP);
  const small = document.createElement("canvas");
  small.width = small.height = SIDE;
  const smallPen = small.getContext("2d", { willReadFrequently: true });
  const kept = parsed(data.strokes);
  pad.strokes = kept || parsed(stored()) || [];
  brush.value = pad.strokes.findLast((stroke) => stroke.width)?.width ?? BRUSH;
  paint();
  if (!kept && pad.strokes.length) send();

  function line(stroke, from) {
    pen.strokeStyle = pen.fillStyle = "#fff";
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
    store(strokes);
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
    event.preventDefault();
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
